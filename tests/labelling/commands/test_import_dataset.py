"""`import_dataset` and `dataset_info`: what they print, and what they refuse."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from labelling.models import Dataset

X = np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4)
Y = np.arange(6) % 3


def run(command: str, *arguments: str, **options: Any) -> list[str]:
    """Run the command and return the lines that it prints."""
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Both splits in one file; item 5 of test is item 0 of test and item 1 of train."""
    test, train = X.copy(), X[::-1].copy()
    test[5] = test[0]
    train[:5] += 100
    train[1] = test[0]
    train[5] = 77
    names = np.array(["cat", "dog", "cow"])
    np.savez(tmp_path / "pets.npz", x_test=test, y_test=Y, x_train=train, y_train=Y, names=names)
    return tmp_path


@pytest.mark.django_db
def test_an_import_prints_why_the_form_was_chosen_and_the_card(pets: Path) -> None:
    lines = run("import_dataset", "pets", path=pets)
    assert lines[0] == f"Read from {pets} (pets.npz, the only npz file for every split)."
    assert lines[1] == "Imported."
    checksum = Dataset.objects.get().checksum
    assert lines[2:] == [
        "Dataset     pets",
        "Name        pets",
        "Split       test",
        "Items       6 images, 4 x 4, grey",
        "Source      The arrays x_test and y_test of pets.npz.",
        f"Checksum    {checksum}",
        "Categories  3",
        "    0  cat                           2",
        "    1  dog                           2",
        "    2  cow                           2",
        "Duplicates  1 images occur more than once, in 2 items, 1 of them with different ground truth",
        "            items 0, 5",
    ]


@pytest.mark.django_db
def test_a_second_import_says_that_nothing_was_new(pets: Path) -> None:
    first = run("import_dataset", "pets", path=pets)
    again = run("import_dataset", "pets", path=pets)
    assert again[1] == "This content was imported before."
    assert again[2:] == first[2:]


@pytest.mark.django_db
def test_the_second_split_is_compared_with_the_first(pets: Path) -> None:
    run("import_dataset", "pets", path=pets)
    lines = run("import_dataset", "pets", path=pets, split="train")
    assert lines[-2:] == [
        "Overlap     1 items of train are equal to 2 of test",
        "            item 1 of train = item 0 of test",
    ]


@pytest.mark.django_db
def test_a_limit_imports_the_first_items_under_a_name_of_their_own(pets: Path) -> None:
    lines = run("import_dataset", "pets", path=pets, limit=4)
    assert "Name        pets-first-4" in lines
    assert Dataset.objects.get().size == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"limit": 0}, "A limit of 0 leaves nothing to import"),
        ({"format": "idx"}, "holds no test split in the form idx"),
        ({"split": "validation"}, "needed are x_validation and y_validation"),
        ({"path": Path("/nowhere")}, "There is no folder /nowhere"),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(
    pets: Path, options: dict[str, Any], fault: str
) -> None:
    with pytest.raises(CommandError, match=fault):
        run("import_dataset", "pets", **{"path": pets, **options})
    assert not Dataset.objects.exists()


@pytest.mark.django_db
def test_an_unknown_name_without_a_folder_is_told_the_known_ones() -> None:
    with pytest.raises(CommandError, match=r"No dataset is known as 'pets'; known are .*fashion-mnist"):
        run("import_dataset", "pets", offline=True)


@pytest.mark.django_db
def test_the_info_is_the_card_with_the_range_of_values(pets: Path) -> None:
    card = run("import_dataset", "pets", path=pets)[2:]
    assert run("dataset_info", "pets") == [*card, "Values      0 to 79"]


@pytest.mark.django_db
def test_the_info_writes_a_grid(pets: Path, tmp_path: Path) -> None:
    run("import_dataset", "pets", path=pets)
    lines = run("dataset_info", "pets", grid=tmp_path / "grid.png")
    assert lines[-1] == f"Grid        {tmp_path / 'grid.png'}"
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.django_db
def test_a_grid_that_cannot_be_written_is_named(pets: Path, tmp_path: Path) -> None:
    run("import_dataset", "pets", path=pets)
    with pytest.raises(CommandError, match=r"nowhere/grid\.png cannot be written: No such file"):
        run("dataset_info", "pets", grid=tmp_path / "nowhere" / "grid.png")


@pytest.mark.django_db
def test_the_info_of_what_is_not_imported_names_what_is(pets: Path) -> None:
    run("import_dataset", "pets", path=pets)
    with pytest.raises(CommandError, match=r"No dataset cats \(test\).*Imported: pets \(test\)\."):
        run("dataset_info", "cats")
