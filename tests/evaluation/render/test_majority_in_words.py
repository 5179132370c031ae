import pytest

from evaluation import EvaluationConfig, LabelTable, Report, evaluate
from evaluation.render.majority_in_words import majority_in_words

ALONE = (
    "of the images, the one category with the most labels is the dataset\N{RIGHT SINGLE QUOTATION MARK}s own."
)


def told(rule: str, *votes: str) -> str:
    """Say it of images of cats, of which each has the labels given, c for cat and d for dog."""
    table = LabelTable.from_labels(
        [
            (item, f"p{place}", {"c": "cat", "d": "dog"}[vote])
            for item, labels in enumerate(votes)
            for place, vote in enumerate(labels)
        ],
        truth=["cat"] * len(votes),
        categories=["cat", "dog"],
    )
    report: Report = evaluate(table, EvaluationConfig(resamples=0, tie_rule=rule, labels_per_item=2))
    return majority_in_words(report).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("random", "With the 2 tied images counted by their chance of being right, that makes 50.0 %."),
        ("wrong", "The 2 tied images count as errors."),
        (
            "optimistic",
            "With the 2 tied images counted as right wherever the ground truth is among the leaders, that "
            "makes 75.0 %.",
        ),
    ],
)
def test_ties_are_told_apart_from_the_images_that_have_a_majority(rule, sentence):
    assert told(rule, "cc", "cd", "dc", "dd") == f"On 25.0 % {ALONE} {sentence}"


def test_a_drawn_tie_is_told_as_drawn():
    assert "With the 1 tied image settled by a recorded draw, that makes" in told("seeded", "cc", "cd")


def test_without_ties_one_sentence_tells_the_accuracy():
    assert told("random", "cc", "dd") == f"On 50.0 % {ALONE}"
