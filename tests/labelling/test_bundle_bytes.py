"""The same labels give the same bytes: recorded ones, on both databases, on machines of every kind."""

import hashlib
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from labelling.services.bundle import bundle_files
from labelling.services.crowd import Crowd
from labelling.services.rehearsal import rehearse_study
from tests.factories import NOW, make_dataset, make_draft
from tests.labelling.rich_study import write_files
from tests.source_files import ROOT

CROWD = Crowd(rates=np.array([[8, 1, 1], [1, 8, 1], [1, 1, 8]]) / 10, by_item=False, source="test rates")

# What the labels and the sample alone give. A change here is a change of what people have published.
RECORDED = {
    "labels.csv": "4e269beea64440740c1934ca7d5df685b56e55c172cae8b97f899f9fb7aa4b97",
    "labels.parquet": "fae206425f1470f6629217a9d01aa21b1e2204cdecdda91cd851bfe1f5305954",
    "sample.csv": "576ebd71ff8af7d0868816b83dd6af9185752988562688dbfafe94174598be36",
    "categories.txt": "4d88f96f76990ae4c7621ee576696321cefa0c7ca6ab273c419fa4ab8f4395df",
    "soft_labels.csv": "6734d3e0afa6a65877cd30a214b4e8f35ffc589eb06d52562fbe35ed79a86824",
    "soft_labels.npy": "90f4f67c874de2558a544084ec75fe1591769381f402d7dbad31304c892e49a0",
    "tables/confusion_matrix.csv": "0eaf8ceb2f3971fb6a444b86d310804e33034e3619f6978fc7861f7f8fed75de",
    "tables/items.csv": "2df7d2a5958337744964508c3d8011488d15e0f97035d1b77427f77b1b19a07a",
    "tables/intervals.csv": "d624cfa45fcb9f0a0e214175828fc960e227e1ea315f760ad9816b5f0b76eaea",
}

MACHINES = {
    "another": {
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "TZ": "Asia/Kathmandu",
        "PYTHONHASHSEED": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "a third": {
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "America/Caracas",
        "PYTHONHASHSEED": "4242",
        "OMP_NUM_THREADS": "4",
        "OPENBLAS_NUM_THREADS": "4",
    },
}


@pytest.mark.django_db
def test_a_rehearsal_of_fixed_seeds_gives_the_recorded_bytes():
    draft = make_draft(dataset=make_dataset(name="golden", size=40), slug="golden", sample_size=12)
    study = rehearse_study(study=draft, crowd=CROWD, annotators=5, seed=3, now=NOW)
    files = bundle_files(study=study, resamples=200)
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in RECORDED} == RECORDED


@pytest.fixture(scope="module")
def folder(bundle, tmp_path_factory):
    return write_files(tmp_path_factory.mktemp("bundle"), bundle)


def files_of(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def run(machine: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as on another machine: locale, time zone, hash seed, threads, working folder."""
    environment = {**os.environ, **MACHINES[machine], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], cwd="/", env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db
@pytest.mark.only_sqlite
def test_another_machine_computes_every_byte_again_the_page_among_the_rest(folder, tmp_path):
    done = run("another", str(ROOT / "manage.py"), "verify_bundle", str(folder))
    assert done.stdout.startswith("The bundle is what it says"), done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.django_db
@pytest.mark.only_sqlite
def test_a_third_machine_computes_the_bundle_again_without_the_web_application(folder):
    script = (
        "import sys; sys.modules['django'] = None; sys.modules['labelling'] = None; "
        f"from evaluation.verify import main; sys.exit(main([{str(folder)!r}]))"
    )
    done = run("a third", "-c", script)
    assert done.stdout.startswith("The bundle is what it says"), done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.django_db
@pytest.mark.only_sqlite
def test_the_command_ends_with_one_where_something_differs(folder, tmp_path):
    files = files_of(folder)
    files["soft_labels.csv"] = files["soft_labels.csv"].replace(b",2", b",3", 1)
    done = run("a third", "-m", "evaluation.verify", str(write_files(tmp_path, files)))
    assert done.returncode == 1
    differs = r"(?m)^soft_labels\.csv, line \d+: it differs from what the raw labels give\.$"
    assert re.search(differs, done.stdout)
    assert "soft_labels.csv: its SHA-256 is not the one in SHA256SUMS." in done.stdout


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder / "none", "there is no such folder"),
        (lambda folder: folder, "it holds no bundle"),
    ],
)
def test_the_command_ends_with_two_where_there_is_nothing_to_check(tmp_path, make, told):
    done = run("a third", "-m", "evaluation.verify", str(make(tmp_path)))
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.django_db
@pytest.mark.only_sqlite
def test_a_raw_file_that_cannot_be_read_ends_with_a_sentence(folder, tmp_path):
    files = files_of(folder)
    study = json.loads(files["study.json"])
    del study["config"]["seed"]
    files["study.json"] = json.dumps(study).encode()
    done = run("a third", "-m", "evaluation.verify", str(write_files(tmp_path, files)))
    assert done.returncode == 1
    assert "study.json: config has no 'seed'" in done.stdout
    assert "Traceback" not in done.stderr
