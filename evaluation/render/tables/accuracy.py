"""Tables of how often people are right."""

from __future__ import annotations

from evaluation.intervals import Interval
from evaluation.render import words
from evaluation.render.tables.table import Table, table
from evaluation.report import Report

#: Names of the intervals, the widest question first.
METHODS = {
    "bootstrap_crossed": "Bootstrap over images and annotators",
    "bootstrap_items": "Bootstrap over images",
    "finite_population": "Finite population",
    "wilson": "Wilson",
    "clopper_pearson": "Clopper-Pearson",
}
_THESE_LABELS = "What would these annotators give on other images like these, each plainly right or wrong?"

#: Each tie rule in a sentence.
RULES = {
    "random": "A tie earns the chance of being right if one of the tied categories were picked at random.",
    "wrong": "A tie is no majority, and counts as an error.",
    "optimistic": "A tie that includes the ground truth counts as right.",
    "seeded": "A tie is broken by one random draw with a recorded seed.",
}


def intervals(report: Report) -> Table | None:
    """List the majority accuracy's intervals with their questions."""
    majority = report.accuracy.majority
    made = [(name, getattr(majority.intervals, method)) for method, name in METHODS.items()]
    if majority.stratified is not None:
        made.insert(2, ("Stratified, finite population", majority.stratified.interval))
    return table(
        "intervals",
        f"The {words.level(report.config.confidence)} intervals of the majority accuracy, "
        "and the question that each answers.",
        [("Method", "l"), ("From", "r"), ("To", "r"), ("Question", "p")],
        [(name, words.share(entry.low), words.share(entry.high), _question(entry)) for name, entry in made],
    )


def _question(interval: Interval) -> str:
    return interval.reason or interval.answers or _THESE_LABELS


def tie_rules(report: Report) -> Table | None:
    """List the accuracy under every tie rule: the tie ledger."""
    accuracy = report.accuracy
    rows = [
        (
            rule,
            words.share(getattr(accuracy.tie_ledger, rule)),
            _wilson(getattr(accuracy.tie_rule_intervals, rule, None)),
            text,
        )
        for rule, text in RULES.items()
    ]
    rule = accuracy.majority.tie_rule
    return table(
        "tie_rules",
        f"The tie ledger: the accuracy under every rule. This study\N{RIGHT SINGLE QUOTATION MARK}s "
        f"rule is {rule}.",
        [("Rule", "l"), ("Accuracy", "r"), ("Wilson interval", "r"), ("A tie", "p")],
        rows,
        note="Where ties have fractional credit, Wilson's formula is taken at the mean credit: an "
        "approximation, rather too wide than too narrow.",
        chosen=list(RULES).index(rule),
    )


def _wilson(interval: Interval | None) -> str:
    """Write an interval, and that it is an approximation where ties have fractional credit."""
    about = "about " if interval is not None and interval.method == "wilson_mean_credit" else ""
    return about + words.limits(interval)


def tie_extension(report: Report) -> Table | None:
    """Set the vote before the further labels on tied images beside that after them."""
    made, k = report.tie_extension, report.config.labels_per_item
    if made is None:
        return None
    names = (f"{k} on every image", f"and the further ones on {words.counted(made.items, 'tied image')}")
    return table(
        "tie_extension",
        "The vote before the tied images got further labels, and after.",
        [
            ("Labels", "l"),
            ("Accuracy", "r"),
            ("Wilson interval", "r"),
            ("Tied images", "r"),
            ("Labels in all", "r"),
        ],
        [
            (
                name,
                words.share(vote.value),
                _wilson(vote.interval),
                *map(words.whole, (vote.ties, vote.labels)),
            )
            for name, vote in zip(names, (made.before, made.after), strict=True)
        ],
        note="Who is excluded counts in neither row.",
        chosen=1,
    )


def individual(report: Report) -> Table | None:
    """List the accuracy of the vote and of single labels."""
    accuracy, single = report.accuracy.majority, report.accuracy.individual
    if accuracy.value is None:
        return None
    crossed = accuracy.intervals.bootstrap_crossed
    return table(
        "individual",
        "One person against the majority.",
        [("Accuracy of", "l"), ("Value", "r"), (f"{words.level(report.config.confidence)} interval", "r")],
        [
            (
                "the majority vote",
                words.share(accuracy.value),
                words.limits(crossed),
            ),
            ("single labels, all pooled", words.share(single.micro), words.limits(single.interval)),
            (
                "single labels, mean over images",
                words.share(single.macro_items),
                words.limits(single.macro_items_interval),
            ),
            (
                "single labels, mean over annotators",
                words.share(single.macro_annotators),
                words.limits(single.macro_annotators_interval),
            ),
        ],
        note="Intervals: bootstrap over images and annotators; over images for the mean over images; "
        "Student's for the mean over annotators.",
    )


def labels_per_item(report: Report) -> Table | None:
    """List the majority's accuracy by the number of labels."""
    return table(
        "labels_per_item",
        "Accuracy of the majority if only so many labels of each image were kept: the mean over all ways to "
        "keep them, ties broken at random.",
        [
            ("Labels per image", "l"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("Images", "r"),
        ],
        [
            (str(point.k), words.share(point.value), words.limits(point.interval), words.whole(point.items))
            for point in report.accuracy.by_labels_per_item
        ],
    )


def truth_inference(report: Report) -> Table | None:
    """List what models say that weigh annotators by how reliable they seem."""
    rows = []
    models = (
        ("Dawid-Skene", report.truth_inference.dawid_skene),
        ("One coin", report.truth_inference.one_coin),
    )
    for name, model in models:
        state = "converged" if model.converged else "not converged"
        told = model.reason or f"{words.counted(model.iterations or 0, 'iteration')}, {state}"
        rows.append((name, words.share(model.accuracy), words.limits(model.interval), told))
    return table(
        "truth_inference",
        "Truth inference, beside the vote and never in its place.",
        [
            ("Model", "l"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("State", "p"),
        ],
        rows,
    )


def strata(report: Report) -> Table | None:
    """List the accuracy in each stratum that the dataset's own data make."""
    if report.study.strategy == "stratified":
        return None
    return table(
        "strata",
        "Accuracy of the majority in each stratum of the dataset.",
        [
            ("Stratum", "l"),
            ("Images", "r"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
        ],
        [
            (part.stratum, words.whole(part.items), words.share(part.value), words.limits(part.interval))
            for part in report.accuracy.by_stratum or ()
        ],
    )
