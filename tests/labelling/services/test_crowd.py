"""The simulated crowd: its rates, its people, its files."""

import csv
from pathlib import Path

import numpy as np
import pytest

from labelling.errors import ProtocolError
from labelling.services.crowd import (
    Crowd,
    Person,
    crowd_of_accuracy,
    image_rates,
    make_person,
    read_answer_counts,
    read_confusion,
)

CATEGORIES = ["Coat", "Shirt"]
RATES = Path(__file__).parents[3] / "fixtures" / "fashion_mnist_human_confusion.csv"


def write(folder: Path, text: str) -> Path:
    path = folder / "rates.csv"
    path.write_text(text)
    return path


def test_confusion_counts_become_rates(tmp_path: Path) -> None:
    path = write(tmp_path, "ground_truth,Coat,Shirt\nCoat,3,1\nShirt,1,1\n")
    crowd = read_confusion(path, categories=CATEGORIES)
    assert crowd.rates.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert "rates.csv" in crowd.source


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("ground_truth,Coat,Hat\nCoat,3,1\nShirt,1,1\n", "line 1: the columns"),
        ("ground_truth,Coat,Shirt\nCoat,3,1\n", "rows are not the dataset's categories"),
        ("ground_truth,Coat,Shirt\nCoat,3\nShirt,1,1\n", "row 0: 1 values; 2 categories want 2"),
        ("ground_truth,Coat,Shirt\nCoat,3,x\nShirt,1,1\n", "every cell should be a number"),
        ("ground_truth,Coat,Shirt\nCoat,3,-1\nShirt,1,1\n", "row 0: .* negative, or all 0"),
        ("ground_truth,Coat,Shirt\nCoat,0,0\nShirt,1,1\n", "row 0: .* negative, or all 0"),
        ("ground_truth,Coat,Shirt\nCoat,nan,1\nShirt,1,1\n", "row 0"),
    ],
)
def test_a_faulty_confusion_file_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ProtocolError, match=fault) as refusal:
        read_confusion(write(tmp_path, text), categories=CATEGORIES)
    assert "rates.csv" in str(refusal.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match=r"none\.csv cannot be read"):
        read_confusion(tmp_path / "none.csv", categories=CATEGORIES)


@pytest.mark.parametrize("header", ["", "Coat,Shirt\n"])
def test_answer_counts_are_read_by_item(tmp_path: Path, header: str) -> None:
    crowd = read_answer_counts(write(tmp_path, f"{header}4,0\n1,3\n"), categories=CATEGORIES, size=2)
    assert crowd.by_item
    assert crowd.rates.tolist() == [[1, 0], [0.25, 0.75]]


def test_answer_counts_for_another_number_of_items_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="has 1 rows of counts; the dataset has 2 items"):
        read_answer_counts(write(tmp_path, "4,0\n"), categories=CATEGORIES, size=2)


def test_a_person_of_average_skill_answers_at_the_rates() -> None:
    person = Person(skill=0.0, rng=np.random.default_rng(1))
    chosen = [person.choose(rates=np.array([0.7, 0.3]), ground_truth=0) for _ in range(4000)]
    # Standard deviation sqrt(.7 * .3 / 4000) = .0072; four of them is .029.
    assert abs(np.mean(chosen) - 0.3) < 0.029


def test_skill_raises_the_share_of_right_answers() -> None:
    def share(skill: float) -> float:
        person = Person(skill=skill, rng=np.random.default_rng(1))
        chosen = [person.choose(rates=np.array([0.5, 0.5]), ground_truth=0) for _ in range(2000)]
        return chosen.count(0) / 2000

    assert share(2) > 0.8 > share(0) > 0.2 > share(-2)


def test_the_same_seed_and_number_make_the_same_person() -> None:
    first, again = make_person(seed=3, number=4), make_person(seed=3, number=4)
    assert (first.skill, first.response_ms()) == (again.skill, again.response_ms())


def test_images_stray_from_the_rates_and_keep_them_on_average() -> None:
    crowd = Crowd(rates=np.array([[0.7, 0.3], [0.2, 0.8]]), by_item=False, source="test")
    rates = image_rates(crowd=crowd, ground_truth=np.zeros(4000, dtype=int), seed=1)
    assert rates[:, 0].std() > 0.1
    assert abs(rates[:, 0].mean() - 0.7) < 0.02


def test_with_the_rates_of_people_one_image_in_eight_ties() -> None:
    rows = list(csv.reader(RATES.read_text().splitlines()))
    crowd = read_confusion(RATES, categories=rows[0][1:])
    truth = np.arange(4000) % 10
    rates = image_rates(crowd=crowd, ground_truth=truth, seed=1)
    people = [make_person(seed=1, number=number) for number in range(3)]
    ties = sum(
        len({person.choose(rates=rates[item], ground_truth=truth[item]) for person in people}) == 3
        for item in range(4000)
    )
    assert 0.105 < ties / 4000 < 0.145


def test_response_times_are_like_peoples() -> None:
    person = make_person(seed=1, number=1)
    times = [person.response_ms() for _ in range(2000)]
    assert 2300 < np.median(times) < 2700
    assert min(times) > 300


def test_a_crowd_of_an_accuracy_errs_to_every_other_category_alike() -> None:
    crowd = crowd_of_accuracy(accuracy=0.8, categories=3)
    assert np.allclose(crowd.rates, [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    assert crowd.source == "right 80.0% of the time"


@pytest.mark.parametrize("accuracy", [0.5, 1.01, float("nan")])
def test_an_accuracy_that_nobody_has_is_refused(accuracy: float) -> None:
    with pytest.raises(ProtocolError, match=r"guessing reaches 50\.0%"):
        crowd_of_accuracy(accuracy=accuracy, categories=2)
