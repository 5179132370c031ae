"""Bad files are refused quickly, in little memory, with a sentence that names the file and the reason."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labelling.datasets import Search, find_source
from labelling.errors import DatasetError
from labelling.models import Category, Dataset, Item
from labelling.services.datasets import import_source
from tests.factories import NOW
from tests.labelling.datasets.idx_files import write_pair
from tests.source_files import ROOT

# Every module bad_files_*.py of this folder adds those of its form.
BAD = {
    name: bad
    for path in sorted(Path(__file__).parent.glob("bad_files_*.py"))
    for name, bad in importlib.import_module(f"{__package__}.{path.stem}").BAD.items()
}
SECONDS = 2
MEGABYTES = 256


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_pair(folder / "good")
    for name, bad in BAD.items():
        (folder / name).mkdir()
        bad.write(folder / name)
    facts = {name: {"form": bad.form, "split": bad.split} for name, bad in BAD.items()}
    (folder / "corpus.json").write_text(json.dumps(facts))
    return folder


@pytest.fixture(scope="module")
def refusals(corpus: Path) -> dict[str, dict[str, Any]]:
    """What a process of its own says of each folder, so that its memory can be measured."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.labelling.datasets.bad_files", str(corpus)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_the_corpus_is_large() -> None:
    assert len(BAD) >= 40


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused(name: str, refusals: dict[str, dict[str, Any]]) -> None:
    refusal, bad = refusals[name], BAD[name]
    assert re.search(bad.fault, refusal["words"]), refusal["words"]
    assert str(Path(name, bad.file)) in refusal["words"]
    assert refusal["seconds"] < SECONDS
    assert refusal["megabytes"] < MEGABYTES


@pytest.mark.django_db
def test_of_a_bad_file_nothing_is_imported(corpus: Path, settings: Any) -> None:
    for name, bad in BAD.items():
        search = Search(folder=corpus / name, form=bad.form, split=bad.split, network=False)
        with pytest.raises(DatasetError):
            import_source(source=find_source("bad", search), now=NOW)
    assert not Dataset.objects.exists()
    assert not Category.objects.exists()
    assert not Item.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
