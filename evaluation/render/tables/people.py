"""Tables of the annotators, of how far they agree, and of machines beside them."""

from __future__ import annotations

from evaluation.render import words
from evaluation.render.tables.table import Table, table
from evaluation.report import Report

_ANNOTATORS = (
    "Agreement: the mean share of the others\N{RIGHT SINGLE QUOTATION MARK} labels on the same image that "
    "say the same. Spammer score: 0 for answers that do not depend on the image, 1 for perfect ones."
)


def agreement(report: Report) -> Table | None:
    """List how far annotators agree, whether they are right or wrong."""
    figures = report.agreement
    ends = figures.intervals
    rows = [
        (
            "Krippendorff\N{RIGHT SINGLE QUOTATION MARK}s alpha",
            words.decimals(figures.krippendorff_alpha),
            words.decimal_limits(ends.krippendorff_alpha if ends else None),
        ),
        (
            "Fleiss\N{RIGHT SINGLE QUOTATION MARK} kappa",
            words.decimals(figures.fleiss_kappa),
            words.decimal_limits(ends.fleiss_kappa if ends else None),
        ),
        ("Pairs that agree", words.share(figures.pairwise), words.limits(ends.pairwise if ends else None)),
        ("Unanimous images", words.share(figures.unanimous), words.limits(ends.unanimous if ends else None)),
        (
            "Mean entropy (0 to 1)",
            words.decimals(figures.mean_entropy),
            words.decimal_limits(ends.mean_entropy if ends else None),
        ),
    ]
    return table(
        "agreement",
        "How far annotators agree, before any vote.",
        [("Figure", "l"), ("Value", "r"), (f"{words.level(report.config.confidence)} interval", "r")],
        rows,
        note=figures.reason or "",
    )


def annotators(report: Report) -> Table | None:
    """List the annotators from the least to the most accurate."""
    ordered = sorted(report.annotators, key=lambda scores: (scores.accuracy, scores.annotator))
    return table(
        "annotators",
        "The annotators, from the least to the most accurate.",
        [
            ("Annotator", "l"),
            ("Labels", "r"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("Agreement", "r"),
            ("Spammer score", "r"),
            ("Median time", "r"),
        ],
        [
            (
                scores.annotator,
                words.whole(scores.labels),
                words.share(scores.accuracy),
                words.limits(scores.interval),
                words.share(scores.agreement_with_others),
                words.decimals(scores.spammer_score),
                words.seconds(scores.median_response_ms),
            )
            for scores in ordered
        ],
        note=_ANNOTATORS,
    )


def times(report: Report) -> Table | None:
    """List how long people took."""
    made = report.times
    if made.median is None:
        return None
    ends = made.interval
    typical = words.DASH if ends.low is None else f"{words.seconds(ends.low)} to {words.seconds(ends.high)}"
    return table(
        "times",
        "How long people took for a label.",
        [("Figure", "l"), ("Value", "r"), (f"{words.level(report.config.confidence)} interval", "r")],
        [
            ("Labels with a known time", words.whole(made.timed), words.DASH),
            ("Median of all labels", words.seconds(made.median), words.DASH),
            ("Lower quartile", words.seconds(made.lower_quartile), words.DASH),
            ("Upper quartile", words.seconds(made.upper_quartile), words.DASH),
            ("Median of one median for each annotator", words.seconds(made.typical_annotator), typical),
        ],
    )


def machines(report: Report) -> Table | None:
    """List the machines with their paired differences from the people."""
    rows = []
    for machine in report.machines:
        test, consistency = machine.mcnemar, machine.error_consistency
        low, high = machine.interval.low, machine.interval.high
        rows.append(
            (
                machine.name,
                words.share(machine.accuracy),
                words.points(machine.difference),
                words.DASH if low is None else f"{words.points(low)} to {words.points(high)}",
                words.whole(test.only_people) if test else words.DASH,
                words.whole(test.only_machine) if test else words.DASH,
                words.probability(test.p_holm if test else None),
                words.decimals(consistency.value if consistency else None),
            )
        )
    return table(
        "machines",
        "People against machines on the same images. Differences are people less machine, in percentage "
        "points.",
        [
            ("Machine", "l"),
            ("Accuracy", "r"),
            ("Difference", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("Only people", "r"),
            ("Only machine", "r"),
            ("p", "r"),
            ("Consistency", "r"),
        ],
        rows,
        note="Only people, only machine: images that only they get right. p: exact McNemar test, adjusted by "
        "Holm. Consistency: error consistency, 1 where both err on the same images, 0 as chance has it.",
    )
