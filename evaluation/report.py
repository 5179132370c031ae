"""The whole evaluation of a study as one frozen tree, which the renderers write out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from evaluation.accuracy import Accuracy
from evaluation.agreement import Agreement, agreement
from evaluation.agreement_intervals import agreement_intervals
from evaluation.annotators import AnnotatorScores, annotator_scores
from evaluation.array_types import FloatArray, IntArray
from evaluation.cant_tell import CantTell, counted_by_item
from evaluation.check_outcomes import CheckOutcomes
from evaluation.checklist_facts import ChecklistEntry
from evaluation.config import EvaluationConfig
from evaluation.confused_pairs import ConfusedPair, confused_pairs
from evaluation.confusion import CategoryScores, ConfusionMatrices, category_scores, confusion_matrices
from evaluation.event_facts import EventFacts
from evaluation.exclusions import Exclusions, exclusions
from evaluation.expanded_interval import MOST_OF_TOO_FEW
from evaluation.inference_summary import InferenceResult, TruthInference, infer_truth
from evaluation.label_table import LabelTable
from evaluation.labels_per_item import MOST_LABELS
from evaluation.machines import MachineComparison, compare_machines
from evaluation.multiverse import Specification, multiverse
from evaluation.progress import Progress, silent
from evaluation.published import Published, published
from evaluation.quality import Quality, quality
from evaluation.random_streams import purpose_seed
from evaluation.report_accuracy import accuracy_of
from evaluation.response_times import ResponseTimes, response_times
from evaluation.sample_check import SampleCheck, sample_check
from evaluation.set_aside import together
from evaluation.study_facts import StudyFacts
from evaluation.tie_extension import Extension, TieExtension, first_labels, tie_extension, wanted_by_item
from evaluation.validity import LabelValidity, label_validity
from evaluation.version import __version__
from evaluation.voting import Votes, majority_vote, vote_credit

SCHEMA_VERSION = 1

# One stream of random numbers each; a new purpose leaves the others as they are.
_PURPOSES = (
    *("tie_break", "bootstrap", "bootstrap_crossed", "bootstrap_individual", "bootstrap_machines"),
    *("bootstrap_items_individual", "bootstrap_agreement", "sample_check"),
)
_NOT_RENDERED = {"rendered": False}


@dataclass(frozen=True)
class GeneratedBy:
    """Who made the report."""

    version: str = __version__


@dataclass(frozen=True)
class Counts:
    """How much there is to evaluate.

    Parameters
    ----------
    items : int
        Items with a ground truth.
    labels, annotators : int
        Labels counted, and annotators who gave one.
    complete_items : int
        Items with as many labels as planned, or more; that one cannot tell is one of them where the protocol
        counts it. Of items that were given out again because they were tied, more were planned.
    labelled_items : int
        Items with at least one label; accuracy is over these.
    surplus_labels, excluded_annotators : int
        Kept but not counted; told by the caller.
    cant_tell : int
        Answers that one cannot tell, whether they fill a place or not. They are not among the labels.
    """

    items: int
    labels: int
    annotators: int
    complete_items: int
    labelled_items: int
    surplus_labels: int
    excluded_annotators: int
    cant_tell: int = 0


@dataclass(frozen=True)
class Report:
    """Every figure of a study, with what it was computed from.

    The fields up to `input_sha256` are written to report.json under their own names, and so are `checklist`,
    from `with_checklist`, and `events` where the study's record was given. `table`, `votes` and `credit` are
    what the tables of single items are written from.
    """

    schema_version: int
    generated_by: GeneratedBy
    study: StudyFacts
    config: EvaluationConfig
    counts: Counts
    accuracy: Accuracy
    confusion_matrix: ConfusionMatrices
    confused_pairs: tuple[ConfusedPair, ...]
    per_category: tuple[CategoryScores, ...]
    agreement: Agreement
    truth_inference: TruthInference
    times: ResponseTimes
    annotators: tuple[AnnotatorScores, ...]
    quality: Quality
    multiverse: tuple[Specification, ...]
    exclusions: Exclusions
    label_validity: LabelValidity
    sample_check: SampleCheck
    published: Published | None = field(metadata={"leave_out_if_none": True})
    machines: tuple[MachineComparison, ...]
    seeds: Mapping[str, int]
    notes: tuple[str, ...]
    input_sha256: str
    table: LabelTable = field(metadata=_NOT_RENDERED, repr=False)
    votes: Votes = field(metadata=_NOT_RENDERED, repr=False)
    credit: FloatArray = field(metadata=_NOT_RENDERED, repr=False)
    checklist: tuple[ChecklistEntry, ...] | None = field(default=None, metadata={"leave_out_if_none": True})
    events: EventFacts | None = field(default=None, metadata={"leave_out_if_none": True})
    tie_extension: TieExtension | None = field(default=None, metadata={"leave_out_if_none": True})


def evaluate(
    table: LabelTable,
    config: EvaluationConfig | None = None,
    study: StudyFacts | None = None,
    surplus_labels: int = 0,
    excluded_annotators: int = 0,
    progress: Progress | None = None,
    predictions: Mapping[str, IntArray] | None = None,
    set_aside: LabelTable | None = None,
    events: EventFacts | None = None,
    checks: Sequence[CheckOutcomes] = (),
    cant_tell: Sequence[CantTell] = (),
    extension: Extension | None = None,
) -> Report:
    """Compute every figure of a report.

    Parameters
    ----------
    table : LabelTable
        Labels and ground truth. Accuracy is over the items that have labels; `Report.notes` says how many
        lack some.
    config : EvaluationConfig, optional
        Tie rule, seed, resamples and the rest.
    study : StudyFacts, optional
        What to say about the study.
    surplus_labels, excluded_annotators : int
        Repeated in the report.
    progress : callable, optional
        Told what is being done, how many steps are done, and how many there are.
    predictions : mapping of str to int array of shape (N,), optional
        Category codes of machines on the same items, for the comparison.
    set_aside : LabelTable, optional
        Labels on the same items by the annotators who are excluded. They count in the quality checks, the
        multiverse and the accuracy before exclusions, and nowhere else.
    events : EventFacts, optional
        Repeated in the report.
    checks : sequence of CheckOutcomes
        What became of the checks that were mixed in among the images. They count in the quality checks and
        the multiverse, and nowhere else.
    cant_tell : sequence of CantTell
        How often annotators could not tell. It makes items complete that have fewer votes than planned, and
        changes no other figure.
    extension : Extension, optional
        Which items were given out again because they were tied, and which labels are further ones. Agreement,
        the accuracy of single labels and the curve over labels per item are of the first labels alone.

    Returns
    -------
    Report
        The same to the last bit for the same table and settings.

    Raises
    ------
    BadSetting
        If a setting does not fit the table, such as a population smaller than the sample.
    BadTable
        If predictions or labels set aside do not match the items.

    Examples
    --------
    >>> labels = [(0, "ann", "cat"), (0, "bob", "cat"), (1, "ann", "cat")]
    >>> table = LabelTable.from_labels(labels, truth=["cat", "dog"])
    >>> report = evaluate(table, EvaluationConfig(resamples=0))
    >>> report.accuracy.majority.value, report.counts.complete_items
    (0.5, 0)
    """
    config, progress = config or EvaluationConfig(), progress or silent
    votes = majority_vote(table.counts)
    seeds = {"base": config.seed} | {name: purpose_seed(config.seed, name) for name in _PURPOSES}
    level, names = config.confidence, (table.items, table.categories)
    credit = vote_credit(votes, table.truth, config.tie_rule, seeds["tie_break"], *names)
    inferred = infer_truth(table, config.max_iterations, config.tolerance, progress, level)
    first = first_labels(table, extension)
    accuracy = accuracy_of(table, votes, credit, config, seeds, progress, first)
    study = _study(study or StudyFacts(), table, config)
    return Report(
        schema_version=SCHEMA_VERSION,
        generated_by=GeneratedBy(),
        study=study,
        config=config,
        counts=_counts(table, votes, config, surplus_labels, excluded_annotators, cant_tell, extension),
        accuracy=accuracy,
        **_of_single_labels(first, votes, config, seeds),
        per_category=category_scores(votes, table.truth, table.categories, level),
        **_of_annotators(table, inferred, level),
        times=response_times(table, level),
        **_choices_of_annotators(table, set_aside, accuracy, config, seeds, excluded_annotators, checks),
        label_validity=label_validity(table, votes, credit, level),
        sample_check=sample_check(table, config.category_populations, seeds["sample_check"]),
        published=published(study.dataset, study.split),
        machines=compare_machines(table, votes, credit, predictions or {}, config, seeds),
        seeds=seeds,
        notes=_notes(table, votes, config, counted_by_item(cant_tell, table.items), extension),
        input_sha256=table.sha256,
        table=table,
        votes=votes,
        credit=credit,
        events=events,
        tie_extension=tie_extension(extension, table, first, config, seeds["tie_break"]),
    )


def _of_single_labels(
    first: LabelTable, votes: Votes, config: EvaluationConfig, seeds: Mapping[str, int]
) -> dict[str, Any]:
    """Compute what single labels tell, further ones on tied items left out."""
    return {
        "confusion_matrix": confusion_matrices(votes, first.truth, first.categories, first.counts),
        "confused_pairs": confused_pairs(first, majority_vote(first.counts), config.confidence),
        "agreement": _agreement(first, config, seeds["bootstrap_agreement"]),
    }


def _of_annotators(table: LabelTable, inferred: InferenceResult, level: float) -> dict[str, Any]:
    why_not = inferred.summary.dawid_skene.reason or ""
    scores = annotator_scores(table, inferred.spammer_scores, level, why_not)
    return {"truth_inference": inferred.summary, "annotators": scores}


def _choices_of_annotators(
    table: LabelTable,
    set_aside: LabelTable | None,
    accuracy: Accuracy,
    config: EvaluationConfig,
    seeds: Mapping[str, int],
    excluded: int,
    checks: Sequence[CheckOutcomes],
) -> dict[str, Any]:
    """Compute what depends on whose labels count."""
    everybody = together(table, set_aside)
    majority = accuracy.majority
    headline = majority.intervals.bootstrap_crossed
    draws = (seeds["tie_break"], seeds["bootstrap_crossed"])
    return {
        "quality": quality(everybody, config.quality_rules, checks),
        "multiverse": multiverse(everybody, config, *draws, known=(table, headline), checks=checks),
        "exclusions": exclusions(everybody, table, (majority.value, headline), excluded, config, draws),
    }


def _agreement(table: LabelTable, config: EvaluationConfig, seed: int) -> Agreement:
    figures = agreement(table.counts)
    intervals = agreement_intervals(
        table.counts, table.categories, figures, config.resamples, seed, config.confidence
    )
    return replace(figures, intervals=intervals)


def _study(study: StudyFacts, table: LabelTable, config: EvaluationConfig) -> StudyFacts:
    filled = replace(
        study,
        sample_size=table.n_items if study.sample_size is None else study.sample_size,
        population=config.population if study.population is None else study.population,
        labels_per_item=config.labels_per_item if study.labels_per_item is None else study.labels_per_item,
        tie_rule=config.tie_rule if study.tie_rule is None else study.tie_rule,
    )
    unknown = [f.name for f in fields(filled) if f.name != "reason" and getattr(filled, f.name) is None]
    reason = f"Not told to the evaluation: {', '.join(unknown)}." if unknown else None
    return replace(filled, reason=study.reason or reason)


def _counts(
    table: LabelTable,
    votes: Votes,
    config: EvaluationConfig,
    surplus: int,
    excluded: int,
    cant_tell: Sequence[CantTell],
    extension: Extension | None,
) -> Counts:
    wanted = wanted_by_item(config.labels_per_item, extension, table.items)
    answers = votes.totals + counted_by_item(cant_tell, table.items)
    return Counts(
        items=table.n_items,
        labels=table.n_labels,
        annotators=table.n_annotators,
        complete_items=int(np.count_nonzero(answers >= wanted)),
        labelled_items=votes.n,
        surplus_labels=surplus,
        excluded_annotators=excluded,
        cant_tell=sum(answer.counted + answer.others for answer in cant_tell),
    )


def _notes(
    table: LabelTable,
    votes: Votes,
    config: EvaluationConfig,
    cant_tell: IntArray,
    extension: Extension | None,
) -> tuple[str, ...]:
    notes = []
    empty = table.n_items - votes.n
    fewer = int(np.count_nonzero((votes.totals > 0) & (votes.totals < config.labels_per_item)))
    if empty:
        yet = " yet" if np.any(votes.totals + cant_tell < config.labels_per_item) else ""
        notes.append(
            f"{empty} of {table.n_items} images have no label{yet}. Accuracy is over the {votes.n} others."
        )
    if unsure := int(cant_tell.sum()):
        answers = "1 answer was" if unsure == 1 else f"{unsure} answers were"
        notes.append(f"{answers} that one cannot tell: among the labels planned, and without a vote.")
    if fewer:
        images = "image has" if fewer == 1 else "images have"
        notes.append(f"{fewer} {images} fewer than the planned {config.labels_per_item} labels.")
    if extension is not None:
        notes.append(
            f"{len(extension.items)} images were tied and given out again. Agreement, the accuracy of single "
            f"labels and the curve over the labels per image are of the {config.labels_per_item} labels that "
            "every image was to get."
        )
    if config.resamples and 1 < table.n_annotators <= MOST_OF_TOO_FEW:
        notes.append(
            f"{table.n_annotators} annotators are too few to tell how others would differ: the crossed "
            "bootstrap's intervals hold the true accuracy less often than they say."
        )
    if votes.n and int(votes.totals[votes.labelled].min()) > MOST_LABELS:
        notes.append(f"The curve over the labels per image stops at {MOST_LABELS}.")
    return tuple(notes)
