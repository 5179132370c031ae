"""A report as one row of the benchmark table in the Fashion-MNIST README."""

from __future__ import annotations

from evaluation.intervals import Interval
from evaluation.report import Report
from evaluation.tie_extension import labels_wanted

HEADER = (
    "| Classifier | Preprocessing | Fashion test accuracy | MNIST test accuracy | Submitter | Code |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
)

_TIES = {
    "random": "ties credited by chance",
    "wrong": "ties counted as errors",
    "optimistic": "ties counted in favour",
    "seeded": "ties drawn with a recorded seed",
}


def readme_row(report: Report) -> str:
    """Write a report as a row of the benchmark table, six columns as in `HEADER`.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    str
        One line that ends with a newline. A rehearsal and an unfinished study say so in the first cell.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> labels = [(0, "ann", "cat"), (1, "ann", "dog")]
    >>> table = LabelTable.from_labels(labels, truth=["cat", "dog"])
    >>> config = EvaluationConfig(resamples=0, labels_per_item=1)
    >>> print(readme_row(evaluate(table, config)).split(" | ")[2])
    1.000 (95 % interval 0.342-1.000)
    """
    cells = (_name(report), _description(report), _accuracy(report), "-", "-", "-")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _name(report: Report) -> str:
    if report.study.rehearsal:
        return "Human Performance (REHEARSAL, simulated crowd)"
    if report.counts.complete_items < report.counts.items:
        return "Human Performance (INTERIM)"
    return "Human Performance"


def _description(report: Report) -> str:
    study, counts = report.study, report.counts
    drawn = "randomly sampled test images" if study.strategy else "test images"
    return (
        f"crowd-sourced evaluation of human (with no fashion expertise) performance. {counts.items} {drawn}, "
        f"{labels_wanted(report.config.labels_per_item, report.tie_extension)}, majority labelling, "
        f"{_TIES[report.accuracy.majority.tie_rule]}."
    )


def _accuracy(report: Report) -> str:
    majority = report.accuracy.majority
    if majority.value is None:
        return f"- ({majority.reason})"
    interval = headline_interval(report)
    if interval is None:
        return f"{majority.value:.3f}"
    percent = f"{100 * interval.confidence:g}"
    return f"{majority.value:.3f} ({percent} % interval {interval.low:.3f}-{interval.high:.3f})"


def headline_interval(report: Report) -> Interval | None:
    """Choose the interval that stands beside the headline: the one that answers the widest question.

    Other people and images go before other images, these before these labels alone.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    Interval or None
        None where no interval is defined.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> headline_interval(evaluate(table, EvaluationConfig(resamples=0))).method
    'wilson'
    """
    made = report.accuracy.majority.intervals
    for interval in (made.bootstrap_crossed, made.bootstrap_items, made.wilson, made.finite_population):
        if interval.low is not None:
            return interval
    return None
