"""Which packages the tests ask for, on a machine that is described by what lies on its PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source_files import ROOT

DEBIAN = Path("/etc/debian_version").exists()


def install(folder: Path, *, root: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script where apt-get and Playwright only say how they were called."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    for name, script in {"apt-get": "echo apt-get $* >&2", "id": f"echo {0 if root else 1000}"}.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (commands / name).chmod(0o755)
    for tool in ("sh", "ls"):
        if not (commands / tool).exists():
            (commands / tool).symlink_to(shutil.which(tool))
    (folder / ".venv/bin").mkdir(parents=True, exist_ok=True)
    python = folder / ".venv/bin/python"
    python.write_text("#!/bin/sh\necho python $* >&2\n")
    python.chmod(0o755)
    return subprocess.run(
        ["sh", ROOT / "scripts/install_test_tools.sh"],
        cwd=folder,
        env={"PATH": str(commands), **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def pretend(folder: Path, *names: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    for name in names:
        (folder / "bin" / name).write_text("#!/bin/sh\n")
        (folder / "bin" / name).chmod(0o755)


def test_nothing_is_installed_where_all_is_there(tmp_path):
    pretend(tmp_path, "chromium", "initdb", "faketime", "strace")
    done = install(tmp_path)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(not DEBIAN, reason="packages are installed on Debian only")
def test_on_debian_root_installs_the_missing_browser(tmp_path):
    pretend(tmp_path, "initdb", "faketime", "strace")
    done = install(tmp_path)
    assert "Installing for the tests: chromium\n" in done.stdout
    assert "apt-get install -qq --yes --no-install-recommends chromium" in done.stdout + done.stderr


@pytest.mark.skipif(not DEBIAN, reason="packages are installed on Debian only")
def test_on_debian_root_installs_what_sets_the_clock(tmp_path):
    pretend(tmp_path, "chromium", "initdb", "strace")
    assert "Installing for the tests: faketime\n" in install(tmp_path).stdout


@pytest.mark.skipif(not DEBIAN, reason="packages are installed on Debian only")
def test_on_debian_root_installs_the_missing_tracer(tmp_path):
    pretend(tmp_path, "chromium", "initdb", "faketime")
    assert "Installing for the tests: strace\n" in install(tmp_path).stdout


def test_an_ordinary_person_gets_playwright_s_own_browser(tmp_path):
    pretend(tmp_path, "initdb", "faketime", "strace")
    done = install(tmp_path, root=False)
    assert done.stderr == "python -m playwright install chromium\n"
