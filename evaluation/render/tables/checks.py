"""Tables of what was checked: quality rules, exclusions, the sample, deviations from the protocol."""

from __future__ import annotations

from evaluation.checklist_facts import ChecklistEntry
from evaluation.exclusions import Counting
from evaluation.render import words
from evaluation.render.tables.table import Table, table
from evaluation.report import Report

#: What each quality rule looks at, in words.
RULE_NAMES = {
    "too_fast": "too fast",
    "straight_lining": "one category nearly always",
    "low_agreement": "agrees too little with the others",
    "gold_wrong": "too many gold images wrong",
    "repeats_differ": "too many repeats answered differently",
    "attention_failed": "attention checks failed",
}
#: What each kind of check is, in words.
CHECK_NAMES = {
    "gold": "Gold images answered wrong",
    "repeats": "Repeats answered differently",
    "attention": "Attention checks failed",
}
_P_VALUE = "That is how often a random sample is as far from the shares of the dataset, or further."


def quality(report: Report) -> Table | None:
    """List the quality rules of the protocol with the annotators that each flags."""
    rows = [
        (
            RULE_NAMES.get(rule.rule, rule.rule),
            threshold(rule.rule, rule.threshold),
            "excludes" if rule.exclude else "flags only",
            words.whole(rule.judged),
            words.whole(rule.not_judged),
            words.whole(rule.flagged),
        )
        for rule in report.quality.rules
    ]
    return table(
        "quality",
        "The quality rules that the protocol declared before the first label.",
        [
            ("Rule", "l"),
            ("Threshold", "r"),
            ("Effect", "l"),
            ("Judged", "r"),
            ("Not judged", "r"),
            ("Flagged", "r"),
        ],
        rows,
        note=_not_judged(report),
    )


def _not_judged(report: Report) -> str:
    made = report.quality
    told = f"An annotator with fewer than {made.least_labels} labels to go by is not judged"
    if {"gold_wrong", "repeats_differ"} & {rule.rule for rule in made.rules}:
        told += f", and by gold images or repeats not with fewer than {made.least_checks}"
    return f"{told}."


def threshold(rule: str, value: float) -> str:
    """Write a rule's threshold with its unit.

    Examples
    --------
    >>> threshold("attention_failed", 2), threshold("gold_wrong", 0.5)
    ('2', '50.0\N{NO-BREAK SPACE}%')
    """
    if rule == "too_fast":
        return f"{value:g}\N{NO-BREAK SPACE}ms"
    return f"{value:g}" if rule == "attention_failed" else words.share(value)


def check_totals(report: Report) -> Table | None:
    """List the checks that were mixed in among the images, attention checks apart from gold."""
    rows = [
        (
            CHECK_NAMES[totals.kind],
            words.whole(totals.annotators),
            words.whole(totals.answers),
            words.whole(totals.failed),
            words.share(totals.failed / totals.answers),
        )
        for totals in report.quality.checks
    ]
    return table(
        "check_totals",
        "Checks that were mixed in among the images. None of them counts as a label.",
        [("Check", "l"), ("Annotators", "r"), ("Answers", "r"), ("Failed", "r"), ("Share", "r")],
        rows,
        note="Answers that one cannot tell are left out, but for attention checks, which they fail.",
    )


def multiverse(report: Report) -> Table | None:
    """List the accuracy under every combination of the declared quality rules."""
    rows = [
        (
            ", ".join(RULE_NAMES.get(rule, rule) for rule in made.rules) or "nobody",
            words.whole(len(made.left_out)),
            words.whole(made.labels),
            words.share(made.value),
            words.limits(made.interval),
            words.points(made.difference),
        )
        for made in report.multiverse
    ]
    declared = [place for place, made in enumerate(report.multiverse) if made.declared]
    return table(
        "multiverse",
        "The exclusion multiverse: the accuracy under every combination of the declared quality rules.",
        [
            ("Left out", "p"),
            ("Annotators", "r"),
            ("Labels", "r"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
            ("Difference", "r"),
        ],
        rows,
        note="Differences from the first row, in percentage points.",
        chosen=declared[0] if declared else None,
    )


def exclusions(report: Report) -> Table | None:
    """List the accuracy before and after the exclusions that are in force."""
    made = report.exclusions
    return table(
        "exclusions",
        "The accuracy with everybody and with the exclusions in force.",
        [
            ("Counted", "l"),
            ("Annotators", "r"),
            ("Labels", "r"),
            ("Accuracy", "r"),
            (f"{words.level(report.config.confidence)} interval", "r"),
        ],
        [_counting("everybody", made.everybody), _counting("without the excluded", made.in_force)],
        note=made.reason or "",
        chosen=1,
    )


def _counting(name: str, made: Counting) -> tuple[str, ...]:
    ends = words.limits(made.interval)
    return (name, words.whole(made.annotators), words.whole(made.labels), words.share(made.value), ends)


def sample_check(report: Report) -> Table | None:
    """List the categories in the sample and in the dataset."""
    check = report.sample_check
    rows = [
        (
            row.category,
            words.whole(row.population),
            words.whole(row.sampled),
            f"{row.expected:,.1f}",
        )
        for row in check.categories
    ]
    return table(
        "sample_check",
        "The sample against the dataset that it was drawn from.",
        [("Category", "l"), ("In the dataset", "r"), ("In the sample", "r"), ("Expected", "r")],
        rows,
        note=check.reason or f"p = {words.probability(check.p_value)}. {_P_VALUE}",
    )


def deviations(report: Report) -> Table | None:
    """List what happened otherwise than the protocol planned."""
    return table(
        "deviations",
        "Deviations from the protocol, in the order that they happened.",
        [("When (UTC)", "l"), ("What", "p")],
        [
            (entry.at[:16].replace("T", " ") or words.DASH, entry.text)
            for entry in report.study.deviations or ()
        ],
    )


def published(report: Report) -> Table | None:
    """List the published results on the whole test set."""
    if report.published is None:
        return None
    return table(
        "published",
        "Published results on the whole test set: submitted by their authors, and not paired with the labels "
        "here.",
        [("Classifier", "p"), ("Preprocessing", "p"), ("Accuracy", "r")],
        [
            (result.classifier, result.preprocessing or words.DASH, f"{result.accuracy:.3f}")
            for result in report.published.results
        ],
        note=f"{report.published.source}.",
    )


def checklist(report: Report) -> Table | None:
    """List the items of the reporting checklist with their answers."""
    return table(
        "checklist",
        "The reporting checklist for human baselines (Wei et al. 2025), in our own words.",
        [("No.", "l"), ("Question", "p"), ("Answer", "p")],
        [(entry.number, entry.question, _answer(entry)) for entry in report.checklist or ()],
    )


def _answer(entry: ChecklistEntry) -> str:
    said = [part for part in (entry.choice_in_words, entry.words) if part]
    return ". ".join(said) or entry.reason or words.DASH
