"""The stage before there is a Python environment: shell, and one sentence for each thing that is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_files import ROOT

TOOLS = ("sh", "basename", "tail", "grep", "cmp", "cp", "rm", "touch", "cat")


@pytest.fixture
def checkout(tmp_path):
    """A folder with the script and one requirements file, and a PATH with nothing but the plainest tools."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/make_venv.sh", folder / "scripts")
    (folder / "requirements.txt").write_text("# nothing to install\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return folder


def make_venv(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "scripts/make_venv.sh", "requirements.txt"],
        cwd=folder,
        env={"PATH": str(folder.parent / "bin"), "HOME": str(folder.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def install_python(folder: Path, name: str, script: str) -> None:
    path = folder.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def old_python(version: str) -> str:
    return f'case "$2" in *stdout*) printf %s {version} ;; *) exit 1 ;; esac'


def test_an_old_python_is_named_with_the_way_out(checkout):
    install_python(checkout, "python3", old_python("3.9.2"))
    done = make_venv(checkout)
    assert done.returncode == 1
    assert done.stderr == (
        "Python 3.11 or newer is needed; python3 is 3.9.2. "
        "Install a newer one, or name it: make run PYTHON=/path/to/python3.12\n"
    )
    assert not (checkout / ".venv").exists()


def test_without_any_python_it_says_so(checkout):
    done = make_venv(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed; no Python was found.")


def test_a_newer_python_beside_an_old_one_is_taken(checkout):
    install_python(checkout, "python3", old_python("3.9.2"))
    install_python(checkout, "python3.11", f'exec {sys.executable} "$@"')
    done = make_venv(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (checkout / ".venv/bin/python").exists()


def test_requirements_are_installed_only_when_they_changed(checkout):
    install_python(checkout, "python3", f'exec {sys.executable} "$@"')
    assert "Installing the packages of requirements.txt" in make_venv(checkout).stdout
    assert make_venv(checkout).stdout == ""
    os.utime(checkout / "requirements.txt")
    assert make_venv(checkout).stdout == ""
    (checkout / "requirements.txt").write_text("# still nothing, in other words\n")
    assert "Installing" in make_venv(checkout).stdout


def test_an_unreachable_index_is_one_sentence_and_a_log(checkout):
    install_python(checkout, "python3", f'exec {sys.executable} "$@"')
    (checkout / "requirements.txt").write_text("a-package-that-nobody-has==1.0\n")
    done = make_venv(checkout, PIP_INDEX_URL="http://127.0.0.1:1/simple", PIP_RETRIES="0")
    assert done.returncode == 1
    assert done.stderr == (
        "The packages of requirements.txt could not be installed: is the package index reachable? "
        "pip's own words are in .venv-install.log.\n"
    )
    assert "a-package-that-nobody-has" in (checkout / ".venv-install.log").read_text()


def test_a_broken_environment_is_made_anew(checkout):
    install_python(checkout, "python3", f'exec {sys.executable} "$@"')
    make_venv(checkout)
    (checkout / ".venv/bin/python").unlink()
    done = make_venv(checkout)
    assert done.returncode == 0
    assert "Installing" in done.stdout


def test_a_folder_that_cannot_be_written_is_named(checkout):
    # Root may write everywhere, but not into a folder that does not exist.
    (checkout / ".venv-install.log").symlink_to(checkout / "missing" / "log")
    done = make_venv(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith(f"The folder {checkout} cannot be written")
