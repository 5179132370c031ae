"""The figures of the report page, drawn from the numbers of a `Report`."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe

from evaluation import Report
from evaluation.intervals import Interval
from evaluation.render import figures as draw

_MATRICES = {
    "majority": "majority category",
    "majority_expected": "majority category, ties shared among their leaders",
    "individual": "category of each single label",
}


def figures(report: Report) -> dict[str, SafeString]:
    """Draw every figure that the report has numbers for."""
    drawn = {f"confusion_{name}": _confusion(report, name, columns) for name, columns in _MATRICES.items()}
    drawn["intervals"] = _intervals(report)
    drawn["per_category"] = _per_category(report)
    drawn["curve"] = _curve(report)
    drawn["annotators"] = _annotators(report)
    # The renderer escapes every name; a test plants markup in one.
    return {name: mark_safe(svg) for name, svg in drawn.items() if svg}  # noqa: S308


def _confusion(report: Report, name: str, columns: str) -> str:
    matrix = getattr(report.confusion_matrix, name)
    if matrix is None:
        return ""
    counts: list[list[float]] = matrix.tolist()
    return draw.confusion_matrix(
        categories=report.confusion_matrix.categories,
        counts=counts,
        shares=[_shades(row) for row in counts],
        columns=columns,
        name=f"confusion-{name.replace('_', '-')}",
    )


def _shades(row: list[float]) -> list[float | None]:
    total = sum(row)
    return [count / total if total else None for count in row]


def _intervals(report: Report) -> str:
    majority = report.accuracy.majority
    if majority.value is None:
        return ""
    made = {
        "Images and annotators": majority.intervals.bootstrap_crossed,
        "Images": majority.intervals.bootstrap_items,
        "Finite population": majority.intervals.finite_population,
        "Wilson": majority.intervals.wilson,
        "Clopper-Pearson": majority.intervals.clopper_pearson,
    }
    defined = {name: bounds for name, interval in made.items() if (bounds := _bounds(interval))}
    if not defined:
        return ""
    return draw.intervals(labels=list(defined), value=majority.value, bounds=list(defined.values()))


def _per_category(report: Report) -> str:
    scores = report.per_category
    if not any(score.recall is not None for score in scores):
        return ""
    return draw.per_category(
        categories=[score.category for score in scores],
        recall=[score.recall for score in scores],
        precision=[score.precision for score in scores],
    )


def _curve(report: Report) -> str:
    points = report.accuracy.by_labels_per_item
    if len(points) < 2:
        return ""
    return draw.accuracy_by_labels(ks=[point.k for point in points], values=[point.value for point in points])


def _annotators(report: Report) -> str:
    ordered = sorted(report.annotators, key=lambda scores: (scores.accuracy, scores.annotator))
    if len(ordered) < 2:
        return ""
    values: list[Any] = [scores.accuracy for scores in ordered]
    return draw.annotators(
        values=values,
        bounds=[_bounds(scores.interval) for scores in ordered],
        pooled=report.accuracy.individual.micro,
    )


def _bounds(interval: Interval) -> tuple[float, float] | None:
    if interval.low is None or interval.high is None:
        return None
    return interval.low, interval.high
