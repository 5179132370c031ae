"""What the study's record answers of the checklist: a function for each item that it can answer.

Each returns a choice (empty where the item takes words alone) and words, or None where this study's record
cannot say, for instance about machines when none is compared. Nothing here judges: it repeats what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from evaluation.checklist_facts import ChecklistFacts
from evaluation.planning import expected_wilson
from evaluation.planning_power import LEVEL, WANTED_POWER, discordance, mcnemar_power, smallest_difference
from evaluation.report import Report
from evaluation.tie_extension import extension_sentence

Answer: TypeAlias = tuple[str, str] | None

_STRATEGIES = {
    "simple": "simple random sample",
    "stratified": "random sample stratified by ground truth, in proportion",
    "by-stratum": "random sample stratified by the dataset's own strata, in proportion",
}
_RULES = {
    "too_fast": "a median response time below a threshold",
    "straight_lining": "one category chosen more often than a threshold",
    "low_agreement": "agreement with the others below a threshold",
    "gold_wrong": "more than a share of gold images wrong",
    "repeats_differ": "more than a share of repeated images answered differently",
    "attention_failed": "as many failed attention checks as a threshold, or more",
}
_INTERVALS = {
    "bootstrap_crossed": "bootstrap over images and annotators",
    "bootstrap_items": "bootstrap over images",
    "finite_population": "finite population",
    "wilson": "Wilson",
    "clopper_pearson": "Clopper-Pearson",
}


def _kind_of_evaluation(_report: Report, _facts: ChecklistFacts) -> Answer:
    return "", "Capability: to name the category of an image."


def _mode(_report: Report, _facts: ChecklistFacts) -> Answer:
    return "", "Pictures: still images."


def _dataset_size(report: Report, _facts: ChecklistFacts) -> Answer:
    size = report.study.population
    if size is None:
        return None
    return "", f"{size:,} images: {report.study.dataset}, {report.study.split} split."


def _machine_items(report: Report, _facts: ChecklistFacts) -> Answer:
    if not report.machines:
        return None
    sizes = ", ".join(f"{machine.name} on {machine.n}" for machine in report.machines)
    return "", f"The same images that people labelled: {sizes}."


def _machine_answers_per_item(report: Report, _facts: ChecklistFacts) -> Answer:
    return ("", "1: one category for each image.") if report.machines else None


def _number_of_people(report: Report, _facts: ChecklistFacts) -> Answer:
    people = report.counts.annotators
    simulated = "simulated " if report.study.rehearsal else ""
    return "", f"{people} {simulated}{'person' if people == 1 else 'people'}."


def _items_labelled(report: Report, _facts: ChecklistFacts) -> Answer:
    return "", f"{report.counts.labelled_items} of the {report.counts.items} images of the sample."


def _sampling_of_items(report: Report, _facts: ChecklistFacts) -> Answer:
    study = report.study
    if study.sample_size is not None and study.sample_size == study.population:
        return "", "Does not apply: these are all images of the dataset."
    if study.strategy not in _STRATEGIES:
        return None
    return "", f"{_STRATEGIES[study.strategy].capitalize()}, without replacement, seed {study.seed}."


def _labels_per_item(report: Report, _facts: ChecklistFacts) -> Answer:
    counts, planned = report.counts, report.config.labels_per_item
    if not counts.labelled_items:
        return "", f"{planned} planned; none has come in."
    mean = counts.labels / counts.labelled_items
    told = extension_sentence(planned, report.tie_extension)
    return "", f"{planned} planned, by different people; {mean:.2f} on average. {told}".rstrip()


def _items_per_person(report: Report, facts: ChecklistFacts) -> Answer:
    given = [scores.labels for scores in report.annotators]
    limit = facts.labels_per_annotator
    ruled = "no limit by the protocol" if limit is None else f"at most {limit} by the protocol"
    if not given:
        return "", f"Nobody has labelled yet; {ruled}."
    return "", f"Median {np.median(given):g}, from {min(given)} to {max(given)}; {ruled}."


def _given_here(facts: ChecklistFacts) -> bool:
    """Tell whether all labels were given on our pages: who labelled elsewhere never consented here."""
    return facts.labelled <= facts.consented


def _power_analysis(report: Report, facts: ChecklistFacts) -> Answer:
    plan, size = facts.planned, report.study.sample_size
    if plan is None or size is None:
        return None
    if plan.machine is None:
        width = 100 * expected_wilson(size, plan.people, report.config.confidence).width
        return "no", (
            f"Before launch an interval of {width:.1f} points was expected (Wilson, {size} images, accuracy "
            f"{plan.people:g}); no comparison with a machine was planned."
        )
    apart = discordance(plan.people, plan.machine, plan.consistency)
    return "yes", (
        f"Computed before launch: {size} images, people at {plan.people:g}, a machine at {plan.machine:g}, "
        f"error consistency {apart.consistency:.2g}. McNemar's exact test (two-sided, {LEVEL:g}) then has a "
        f"power of {100 * mcnemar_power(size, apart):.1f} %."
    )


def _smallest_effect(report: Report, facts: ChecklistFacts) -> Answer:
    plan, size = facts.planned, report.study.sample_size
    if plan is None or plan.machine is None or size is None:
        return None
    least = smallest_difference(size, plan.people, WANTED_POWER, plan.consistency)
    if least is None:
        return "", f"None: not even a machine that is always right, with a power of {100 * WANTED_POWER:g} %."
    return "", f"{100 * least:.1f} points in favour of the machine, with a power of {100 * WANTED_POWER:g} %."


def _training(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    practice = " and practice" if facts.practice_items else ""
    return "yes", f"A guide to read{practice} before the first answer."


def _kind_of_training(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    shown = (
        f"with {facts.guide_examples} example image{'s' * (facts.guide_examples != 1)} of each category"
        if facts.guide_examples
        else "without example images"
    )
    practised = f" Practice on {facts.practice_items} images." if facts.practice_items else " No practice."
    return "", f"A guide of one page {shown}; no image of the sample is in it.{practised}"


def _sitting(report: Report, facts: ChecklistFacts) -> Answer:
    given = [scores.labels for scores in report.annotators]
    if not given or not _given_here(facts):
        return None
    return "", (
        f"Median {np.median(given):g} over all sittings of a person. People may pause and come back; "
        "sittings are not told apart."
    )


def _random_order(report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    return "yes", (
        f"Images are given out in the random order of the draw (seed {report.study.seed}); a person gets "
        "those that are free when they come."
    )


def _quality_checks(report: Report, _facts: ChecklistFacts) -> Answer:
    excluded = report.counts.excluded_annotators
    if not report.config.quality_rules and not excluded:
        return "no", "The protocol declares no quality rule, and nobody was excluded."
    count = len(report.config.quality_rules)
    rules = f"{count} quality rule{'s' * (count != 1)}" if count else "No quality rule"
    declared = f"{rules} declared before launch"
    return "yes", f"{declared}; {_people(excluded)} excluded."


def _quality_criteria(report: Report, _facts: ChecklistFacts) -> Answer:
    if not report.config.quality_rules:
        return "", "The protocol declares none. An exclusion by hand is recorded with its reason."
    named = "; ".join(_RULES[rule.rule] for rule in report.config.quality_rules)
    return "", f"{named[:1].upper()}{named[1:]}. Thresholds are in the protocol."


def _left_out(report: Report, facts: ChecklistFacts) -> Answer:
    return "", f"{_people(report.counts.excluded_annotators)} excluded, with {facts.excluded_labels} labels."


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"


def _interface(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    return "no", "People saw each image enlarged in a browser, with buttons for the categories."


def _screen_against_data(report: Report, facts: ChecklistFacts) -> Answer:
    if not report.machines or not _given_here(facts):
        return None
    return "yes", "Machines gave their predictions as a file."


def _oversight(_report: Report, _facts: ChecklistFacts) -> Answer:
    return "no", "A page in a browser cannot see what else a person uses."


def _explanations(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    return "no", "An answer is a category and nothing else."


def _significance(report: Report, _facts: ChecklistFacts) -> Answer:
    if not any(machine.mcnemar for machine in report.machines):
        return None
    told = [f"{m.name}: p = {m.mcnemar.p_holm:.3g}" for m in report.machines if m.mcnemar]
    return "yes", f"On the same images, corrected for {len(told)}. {'; '.join(told)}."


def _significance_test(report: Report, _facts: ChecklistFacts) -> Answer:
    if not any(machine.mcnemar for machine in report.machines):
        return None
    return "", "McNemar's exact test on paired images, two-sided, with Holm's correction."


def _uncertainty(report: Report, _facts: ChecklistFacts) -> Answer:
    level = f"{100 * report.config.confidence:g} %"
    named = _defined_intervals(report)
    if not named:
        return "no", "No interval is defined for these labels."
    words = f"{level} intervals of people's accuracy: {', '.join(named)}."
    if report.machines:
        return "yes", f"{words} {level} bootstrap interval of the difference to each machine, over images."
    return "yes", words


def _kind_of_estimate(report: Report, _facts: ChecklistFacts) -> Answer:
    return "", "Point and interval." if _defined_intervals(report) else "Point."


def _defined_intervals(report: Report) -> list[str]:
    intervals = report.accuracy.majority.intervals
    return [name for method, name in _INTERVALS.items() if getattr(intervals, method).low is not None]


def _same_metric(report: Report, _facts: ChecklistFacts) -> Answer:
    if not report.machines:
        return None
    return "partial", (
        f"Accuracy for both, on the same images. People's is that of the majority of "
        f"{report.config.labels_per_item} labels, a machine's that of one answer; the accuracy of single "
        "labels stands beside it."
    )


def _same_criteria(report: Report, _facts: ChecklistFacts) -> Answer:
    return ("yes", "The dataset's own ground truth.") if report.machines else None


def _same_scoring(report: Report, _facts: ChecklistFacts) -> Answer:
    return ("yes", "By comparison with the ground truth, by a program.") if report.machines else None


def _robustness(report: Report, _facts: ChecklistFacts) -> Answer:
    if not report.config.quality_rules and not report.counts.excluded_annotators:
        return "not_applicable", "There is no quality rule, and nobody was excluded."
    values = [made.value for made in report.multiverse if made.value is not None]
    if len(values) < 2:
        return None
    low, high = 100 * min(values), 100 * max(values)
    return "", (
        f"The report has the accuracy under {len(report.multiverse)} combinations of the quality rules: from "
        f"{low:.1f} % to {high:.1f} %, {100 * values[0]:.1f} % without any."
    )


def _instructions(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    return "yes", "Guide and consent stand word for word in the protocol, which the report repeats."


def _time(report: Report, _facts: ChecklistFacts) -> Answer:
    taken = report.table.response_ms
    known = np.empty(0) if taken is None else taken[~np.isnan(taken)]
    if not known.size:
        return "no", "No label has a response time."
    low, middle, high = (np.percentile(known, [25, 50, 75]) / 1000).tolist()
    return "yes", (
        f"Median {middle:.1f} s from first sight to answer, middle half {low:.1f} to {high:.1f} s, of "
        f"{known.size} labels."
    )


def _completion(_report: Report, facts: ChecklistFacts) -> Answer:
    if not _given_here(facts):
        return None
    gone = f" {_people(facts.withdrawn)} withdrew." if facts.withdrawn else ""
    return "yes", (
        f"{facts.joined} opened the study, {facts.consented} consented, {facts.labelled} answered at least "
        f"one image, {facts.finished} said that they had finished.{gone}"
    )


def _data_by_person(_report: Report, _facts: ChecklistFacts) -> Answer:
    return "yes", "Each label has its annotator's pseudonym: `labels.csv` of the bundle."


#: By the names that the items have for them.
FUNCTIONS: dict[str, Callable[[Report, ChecklistFacts], Answer]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        *(_kind_of_evaluation, _mode, _dataset_size, _machine_items, _machine_answers_per_item),
        *(_number_of_people, _items_labelled, _sampling_of_items, _labels_per_item, _items_per_person),
        *(_power_analysis, _smallest_effect),
        *(_training, _kind_of_training, _sitting, _random_order),
        *(_quality_checks, _quality_criteria, _left_out, _interface, _screen_against_data),
        *(_oversight, _explanations, _significance, _significance_test, _uncertainty, _kind_of_estimate),
        *(
            _same_metric,
            _same_criteria,
            _same_scoring,
            _robustness,
            _instructions,
            _time,
            _completion,
            _data_by_person,
        ),
    )
}
