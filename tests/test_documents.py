"""What the documents claim: their links lead somewhere, and their examples run."""

import re
from pathlib import Path

import pytest

from tests.factories import picture_source

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]+)?\)")


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as they are made on the usual sites."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    for target, anchor in _LINK.findall(document.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        path = document.parent / target
        assert path.exists(), f"{document.name} links to {target}"
        if anchor:
            assert anchor in anchors(path), f"{document.name} links to {target}{anchor}"


def test_every_document_is_reached_from_the_readme() -> None:
    linked = {target for target, _ in _LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= linked


def test_the_readmes_python_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert example is not None
    exec(compile(example[1], "README.md", "exec"), {})
    assert capsys.readouterr().out == "1.0\n"


def test_the_checksum_of_the_datasets_page_is_the_products() -> None:
    page = (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8")
    recipe = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert recipe is not None
    scope: dict[str, object] = {}
    exec(compile(recipe[1], "datasets.md", "exec"), scope)
    source = picture_source(size=12)
    items = list(source.items())
    names = [category.name for category in source.categories]
    computed = scope["dataset_checksum"](names, [i.image for i in items], [i.ground_truth for i in items])
    assert computed == source.checksum()
