"""A report as a summary for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from evaluation.intervals import Interval
from evaluation.report import Report

# Longer tables are cut in a terminal; the CSV files have all rows.
_MOST_ROWS = 20


def summary(report: Report) -> str:
    """Write a report as plain text.

    Parameters
    ----------
    report : Report
        From `evaluate`.

    Returns
    -------
    str
        Ends with a newline.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> print(summary(evaluate(table, EvaluationConfig(resamples=0))).splitlines()[0])
    Human baseline: 1 items, 1 labels by 1 annotators
    """
    parts = [list(part(report)) for part in _PARTS]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _head(report: Report) -> Iterator[str]:
    counts = report.counts
    yield f"Human baseline: {counts.items} items, {counts.labels} labels by {counts.annotators} annotators"
    if report.study.rehearsal:
        yield "REHEARSAL: these labels come from a simulated crowd."
    for note in report.notes:
        yield f"NOTE: {note}"


def _headline(report: Report) -> Iterator[str]:
    majority, individual = report.accuracy.majority, report.accuracy.individual
    yield f"Majority accuracy (tie rule {majority.tie_rule}): {_share(majority.value)}"
    if majority.reason:
        yield f"  {majority.reason}"
    intervals = majority.intervals
    yield from _table(
        ("interval", "low", "high", "answers"),
        [
            ("Wilson", *_limits(intervals.wilson), "these labels, items drawn at random"),
            ("Clopper-Pearson", *_limits(intervals.clopper_pearson), "the same, exact"),
            ("finite population", *_limits(intervals.finite_population), "this whole test set"),
            ("bootstrap, items", *_limits(intervals.bootstrap_items), "other items"),
            ("bootstrap, crossed", *_limits(intervals.bootstrap_crossed), "other items and other people"),
        ],
    )
    reasons = {interval.reason for interval in vars(intervals).values() if interval.reason}
    for reason in sorted(reasons):
        yield f"  - : {reason}"
    if majority.stratified:
        estimate = majority.stratified
        yield f"Weighted to the population's strata: {_with_limits(estimate.value, estimate.interval)}"
    yield (
        f"Single labels: {_with_limits(individual.micro, individual.interval)}; mean over items "
        f"{_share(individual.macro_items)}, over annotators {_share(individual.macro_annotators)}"
    )


def _ties(report: Report) -> Iterator[str]:
    ledger = report.accuracy.tie_ledger
    yield (
        f"Ties: {ledger.ties} of {ledger.n} items; {ledger.unanimous} are unanimous, "
        f"{ledger.absolute_majority} have an absolute majority. By rule:"
    )
    rules = ("wrong", "random", "seeded", "optimistic")
    yield from _table(("tie rule", "accuracy"), [(rule, _share(getattr(ledger, rule))) for rule in rules])


def _curve(report: Report) -> Iterator[str]:
    points = report.accuracy.by_labels_per_item
    if len(points) > 1:
        yield "Majority accuracy by labels per item:"
        yield from _table(("labels", "accuracy"), [(str(point.k), _share(point.value)) for point in points])


def _agreement(report: Report) -> Iterator[str]:
    figures = report.agreement
    yield "Agreement between annotators:"
    rows = [
        ("Krippendorff's alpha", _number(figures.krippendorff_alpha)),
        ("Fleiss' kappa", _number(figures.fleiss_kappa)),
        ("pairs that agree", _share(figures.pairwise)),
        ("unanimous items", _share(figures.unanimous)),
        ("mean entropy (0 to 1)", _number(figures.mean_entropy)),
    ]
    yield from _table(("figure", "value"), rows)
    if figures.reason:
        yield f"  - : {figures.reason}"


def _inference(report: Report) -> Iterator[str]:
    yield "Beside the vote, by truth inference:"
    rows = []
    for name, model in (
        ("Dawid-Skene", report.truth_inference.dawid_skene),
        ("one coin", report.truth_inference.one_coin),
    ):
        state = model.reason or f"{model.iterations} iterations" + (
            "" if model.converged else ", not converged"
        )
        rows.append((name, _share(model.accuracy), state))
    yield from _table(("model", "accuracy", "state"), rows)


def _categories(report: Report) -> Iterator[str]:
    yield "By category (ties shared among their leaders):"
    rows = [
        (score.category, str(score.support), _share(score.precision), _share(score.recall), _share(score.f1))
        for score in report.per_category
    ]
    yield from _table(("category", "items", "precision", "recall", "F1"), rows)


def _annotators(report: Report) -> Iterator[str]:
    yield "By annotator:"
    rows = [
        (
            score.annotator, str(score.labels), _share(score.accuracy), *_limits(score.interval),
            _share(score.agreement_with_others), _number(score.spammer_score),
            "-" if score.median_response_ms is None else f"{score.median_response_ms / 1000:.1f} s",
        )
        for score in report.annotators
    ]  # fmt: skip
    header = ("annotator", "labels", "accuracy", "low", "high", "agreement", "spammer", "time")
    yield from _table(header, rows)


def _validity(report: Report) -> Iterator[str]:
    validity = report.label_validity
    if validity.candidates:
        yield f"All annotators agree against the ground truth on {len(validity.candidates)} items."
        yield (
            f"  Accuracy with them {_share(validity.accuracy_with)}, "
            f"without them {_share(validity.accuracy_without)}."
        )


def _machines(report: Report) -> Iterator[str]:
    if not report.machines:
        return
    yield "People against machines on the same items (difference: people less machine):"
    rows = []
    for machine in report.machines:
        p_value = "-" if machine.mcnemar is None else f"{machine.mcnemar.p_holm:.3g}"
        consistency = machine.error_consistency.value if machine.error_consistency else None
        figures = (_share(machine.accuracy), _signed(machine.difference), *_limits(machine.interval, _signed))
        rows.append((machine.name, *figures, p_value, _number(consistency)))
    yield from _table(("machine", "accuracy", "difference", "low", "high", "p (Holm)", "consistency"), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    shown = [header, *rows[:_MOST_ROWS]]
    widths = [max(len(row[place]) for row in shown) for place in range(len(header))]
    for row in shown:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()
    if len(rows) > _MOST_ROWS:
        yield f"  ... and {len(rows) - _MOST_ROWS} more"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.2f} %"


def _limits(interval: Interval, written: Callable[[float | None], str] = _share) -> tuple[str, str]:
    return written(interval.low), written(interval.high)


def _with_limits(value: float | None, interval: Interval | None) -> str:
    if interval is None or interval.low is None:
        return _share(value)
    low, high = _limits(interval)
    return f"{_share(value)} ({100 * interval.confidence:g} % interval {low} to {high})"


_PARTS: Iterable[Callable[[Report], Iterator[str]]] = (
    _head,
    _headline,
    _ties,
    _curve,
    _agreement,
    _inference,
    _categories,
    _annotators,
    _machines,
    _validity,
)
