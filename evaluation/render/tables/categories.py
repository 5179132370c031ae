"""Tables of categories: confusion matrices and the figures of each."""

from __future__ import annotations

from evaluation.array_types import FloatArray, IntArray
from evaluation.render import words
from evaluation.render.tables.table import Table, table
from evaluation.report import Report


def confusion_matrix(report: Report) -> Table | None:
    """Write the majority votes' matrix, ties in the last column."""
    matrix = report.confusion_matrix.majority
    return _matrix(report, matrix, "confusion_matrix", "Majority votes, in images.", "no majority")


def confusion_matrix_expected(report: Report) -> Table | None:
    """Write the matrix in which each tie is shared among its leaders."""
    matrix = report.confusion_matrix.majority_expected
    caption = "Majority votes with each tie shared among its leaders, in images."
    return _matrix(report, matrix, "confusion_matrix_expected", caption)


def confusion_matrix_individual(report: Report) -> Table | None:
    """Write the single labels' matrix."""
    matrix = report.confusion_matrix.individual
    return _matrix(report, matrix, "confusion_matrix_individual", "Single labels, before any vote.")


def _matrix(
    report: Report, matrix: IntArray | FloatArray | None, name: str, caption: str, last: str = ""
) -> Table | None:
    if matrix is None:
        return None
    names = report.confusion_matrix.categories
    columns = [*names, last] if last else list(names)
    return table(
        name,
        f"Confusion matrix. {caption} Rows are the ground truth.",
        [("Ground truth", "l"), *((column, "r") for column in columns)],
        [(row, *map(words.count, cells)) for row, cells in zip(names, matrix.tolist(), strict=True)],
        slanted=True,
    )


def per_category(report: Report) -> Table | None:
    """List recall, precision and F1 of every category, each with its interval."""
    rows = [
        (
            score.category,
            words.whole(score.support),
            words.share(score.recall),
            words.limits(score.intervals.recall),
            words.share(score.precision),
            words.limits(score.intervals.precision),
            words.share(score.f1),
        )
        for score in report.per_category
    ]
    within = f"{words.level(report.config.confidence)} interval"
    return table(
        "per_category",
        "Recall, precision and F1 of each category, ties shared among their leaders.",
        [
            ("Category", "l"),
            ("Images", "r"),
            ("Recall", "r"),
            (within, "r"),
            ("Precision", "r"),
            (within, "r"),
            ("F1", "r"),
        ],
        rows,
        note=" ".join(f"{score.category}: {score.reason}" for score in report.per_category if score.reason),
    )


def label_validity(report: Report) -> Table | None:
    """List the images on which all annotators agree against the ground truth."""
    return table(
        "label_validity",
        "Images on which all annotators agree against the ground truth.",
        [("Index in the dataset", "l"), ("Ground truth", "l"), ("All annotators say", "l"), ("Labels", "r")],
        [
            (candidate.item, candidate.ground_truth, candidate.label, words.whole(candidate.labels))
            for candidate in report.label_validity.candidates
        ],
    )


def confused_pairs(report: Report) -> Table | None:
    """List the pairs of categories that people confuse most."""
    return table(
        "confused_pairs",
        "The most confused pairs, in single labels.",
        [
            ("Ground truth", "l"),
            ("Taken for", "l"),
            ("Labels", "r"),
            ("Share", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("Images", "r"),
        ],
        [
            (
                pair.ground_truth,
                pair.label,
                words.whole(pair.labels),
                words.share(pair.share),
                words.limits(pair.interval),
                words.whole(pair.items),
            )
            for pair in report.confused_pairs
        ],
        note="Share: of all labels on images of this ground truth. Images: whose majority says so.",
    )
