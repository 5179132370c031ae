import hashlib
import os
import subprocess
import sys

import pytest

from evaluation.bundle.inputs import BundleInputs
from evaluation.render.typeset.paper_files import paper_files
from tests.evaluation.render.studies import make_record, make_report
from tests.source_files import ROOT

# Prints the digest of all files, made by another process.
DIGEST = "from tests.evaluation.render.typeset.test_paper_files import digest; print(digest())"


def made():
    report = make_report(rehearsal=True)
    inputs = BundleInputs(
        table=report.table, sample=(), labels=(), record=make_record(report), protocol="", events=b""
    )
    return paper_files(report, inputs)


def digest() -> str:
    files = made()
    whole = hashlib.sha256()
    for name in sorted(files):
        content = files[name]
        whole.update(name.encode() + b"\n" + (content.encode() if isinstance(content, str) else content))
    return whole.hexdigest()


@pytest.fixture(scope="module")
def files():
    return made()


def test_every_figure_is_there_as_svg_and_as_pdf(files):
    names = {name.rsplit(".", 1)[0] for name in files if name.startswith("figures/")}
    assert {"figures/intervals", "figures/confusion_majority", "figures/per_category"} <= names
    assert all(f"{name}.svg" in files and f"{name}.pdf" in files for name in names)


def test_the_report_the_tables_and_the_text_are_there(files):
    wanted = {
        "report.pdf",
        "methods.md",
        "methods.tex",
        "methods.bib",
        "tables/intervals.tex",
        "tables/annotators.tex",
    }
    assert wanted <= set(files)


def test_another_machine_s_settings_change_no_byte():
    other = {
        "TZ": "Pacific/Kiritimati",
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4711",
        "SOURCE_DATE_EPOCH": "1700000000",
        "HOME": "/nonexistent",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", ""),
    }
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**kept, **other},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest()
