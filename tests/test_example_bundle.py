"""The example bundle in the documents: whole, computed again from its raw data, and without an image."""

from pathlib import Path

from evaluation.verification.bundle_check import verify_folder

EXAMPLE = Path(__file__).parents[1] / "docs" / "example-bundle"


def test_the_example_bundle_is_what_it_says() -> None:
    assert list(verify_folder(EXAMPLE).faults) == []


def test_the_example_bundle_has_no_image_of_the_dataset() -> None:
    assert not (EXAMPLE / "images").exists()
    assert "data:image/png" not in (EXAMPLE / "report.html").read_text()
