"""The CSV tables of a report's checks: quality, exclusions, sample, times, and what is set beside it."""

from __future__ import annotations

from evaluation.render.json import plain
from evaluation.render.rows import Row, ends, records, with_interval
from evaluation.report import Report


def quality_rules(report: Report) -> list[Row]:
    """List the rules of the protocol with how many they flag."""
    columns = ("rule", "threshold", "exclude", "judged", "not_judged", "flagged")
    return records(columns, report.quality.rules)


def check_totals(report: Report) -> list[Row]:
    """List the checks that were mixed in among the images, each kind apart."""
    return records(("kind", "annotators", "answers", "failed"), report.quality.checks)


def flagged_annotators(report: Report) -> list[Row]:
    """List whom a rule flags."""
    rows: list[Row] = [["annotator", "labels", "rules"]]
    rows.extend([entry.annotator, entry.labels, " ".join(entry.rules)] for entry in report.quality.flagged)
    return rows


def multiverse(report: Report) -> list[Row]:
    """List the accuracy under every combination of the rules."""
    columns = ("declared", "annotators", "labels", "items", "complete_items", "value", "difference")
    rows = with_interval(columns, report.multiverse)
    extra = [["rules", "left_out"]]
    extra += [[" ".join(entry.rules), str(len(entry.left_out))] for entry in report.multiverse]
    return [[*first, *row] for first, row in zip(extra, rows, strict=True)]


def exclusions(report: Report) -> list[Row]:
    """List the accuracy before and after the exclusions in force."""
    made = report.exclusions
    rows = with_interval(("annotators", "labels", "value"), (made.everybody, made.in_force))
    names = ("counting", "everybody", "exclusions in force")
    return [[name, *row] for name, row in zip(names, rows, strict=True)]


def times(report: Report) -> list[Row]:
    """List the response times in milliseconds."""
    columns = ("timed", "untimed", "lower_quartile", "median", "upper_quartile", "total", "typical_annotator")
    return with_interval(columns, [report.times])


def sample_check(report: Report) -> list[Row]:
    """List the categories of the sample beside those of the population."""
    return records(("category", "sampled", "expected", "population"), report.sample_check.categories)


def confused_pairs(report: Report) -> list[Row]:
    """List the most confused pairs."""
    rows = with_interval(("ground_truth", "label", "labels", "share", "items"), report.confused_pairs)
    examples = ["examples", *(" ".join(pair.examples) for pair in report.confused_pairs)]
    return [[*row, items] for row, items in zip(rows, examples, strict=True)]


def tie_extension(report: Report) -> list[Row]:
    """List the vote before the further labels on tied items, and after."""
    made = report.tie_extension
    rows = with_interval(("labels", "ties", "value"), () if made is None else (made.before, made.after))
    return [[name, *row] for name, row in zip(("counting", "first labels", "all labels"), rows, strict=False)]


def beyond_labels_per_item(report: Report) -> list[Row]:
    """List the points of the curve that a model gives."""
    return records(("k", "value"), report.accuracy.beyond_labels_per_item.points)


def agreement(report: Report) -> list[Row]:
    """List the figures of agreement."""
    rows: list[Row] = [["figure", "value", "low", "high", "method"]]
    intervals = report.agreement.intervals
    for name in ("krippendorff_alpha", "fleiss_kappa", "pairwise", "unanimous", "mean_entropy"):
        interval = None if intervals is None else getattr(intervals, name)
        rows.append(plain([name, getattr(report.agreement, name), *ends(interval)]))
    return rows


def published(report: Report) -> list[Row]:
    """List the published results on the dataset."""
    results = () if report.published is None else report.published.results
    return records(("classifier", "preprocessing", "accuracy"), results)
