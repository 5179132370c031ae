"""A study's labels counted in one pass: by item and by annotator, as arrays.

The pages of annotators and items filter and sort by these figures. They are derived: no figure of a report
comes from here, and what the database says now is what counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

import numpy as np

from evaluation import LabelTable
from evaluation.agreement import (
    krippendorff_alpha,
    normalised_entropy,
    pairwise_agreement,
)
from evaluation.agreement_sums import AgreementSums
from evaluation.annotators import agreement_with_others, median_response
from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.check_outcomes import CheckOutcomes, counts_of
from evaluation.forecast import SLOT
from evaluation.quality_rule import quality_rules
from evaluation.quality_signs import commonest_share, signs_of
from evaluation.random_streams import purpose_seed
from evaluation.voting import majority_vote, vote_credit
from labelling.models import Study
from labelling.selectors.check_outcomes import check_outcomes
from labelling.selectors.one_moment import one_moment
from labelling.selectors.tally_rows import (
    NO_CATEGORY,
    LabelArrays,
    PeopleArrays,
    RecordedState,
    SampleArrays,
    category_names,
    label_arrays,
    people_arrays,
    sample_arrays,
)

#: The kinds of checks as the evaluation names them: how many were answered, and how many failed.
CHECKS = (("gold", "gold_wrong"), ("repeats", "repeats_differ"), ("attention", "attention_failed"))


@dataclass(frozen=True, eq=False)
class ItemTally:
    """The N sampled items in the order of the draw: entry i is the item at position i.

    `keys` are the sample items' primary keys, `index` their indexes in the dataset, `truth` codes of
    categories. `labels` count towards the redundancy; `cant_tell` are answers that one cannot tell, counted
    or replaced. `winner` is a category's code or TIE or NO_LABEL of `evaluation.voting`, `leaders` how many
    share the lead. `disagreement` is the share of pairs of votes that differ, nan with fewer than two votes;
    `entropy` that of the votes, from 0 to 1, and `credit` their worth under the study's tie rule, both
    nan without any. `last` is the time of the last label in whole seconds since 1970, 0 without.
    """

    keys: IntArray
    index: IntArray
    truth: IntArray
    labels: IntArray
    cant_tell: IntArray
    winner: IntArray
    leaders: IntArray
    disagreement: FloatArray
    entropy: FloatArray
    credit: FloatArray
    last: IntArray


@dataclass(frozen=True, eq=False)
class AnnotatorTally:
    """The A annotators of a study in the order in which they joined, those without a label too.

    `given` are all their labels, `counted` those that count. `median_ms`, `agreement` (with the others on the
    same items) and `commonest` (the share of their commonest category) are of the labels that count, or would
    but for an exclusion; nan where there is nothing to compute them from. `checks` has a row for each column
    of `CHECKS`, two for each kind. `signs`, `judged` and `flagged` have a row for each rule of the protocol.
    `state` is a code of `tally_rows.RecordedState`. `seen` is the time of the last label or step in
    seconds since 1970.
    """

    keys: IntArray
    pseudonyms: "np.ndarray[tuple[int], np.dtype[np.str_]]"
    given: IntArray
    counted: IntArray
    median_ms: FloatArray
    agreement: FloatArray
    commonest: FloatArray
    checks: IntArray
    signs: FloatArray
    judged: BoolArray
    flagged: BoolArray
    state: IntArray
    seen: IntArray


@dataclass(frozen=True, eq=False)
class VoteTally:
    """The votes as a list: how many each item has for each category that has any, by position and code."""

    item: IntArray
    category: IntArray
    votes: IntArray


@dataclass(frozen=True, eq=False)
class OverviewTally:
    """What a study's overview shows, small enough to be read at every view of it.

    `by_labels[n]` is the number of items with n labels that count. `cant_tell` and `flagged` have one entry:
    how many answers were that one cannot tell, and how many annotators a rule flags whose labels count.
    `start` are the starts of the ten minutes in which labels that count came, in seconds since 1970, `came`
    how many, `first` and `last` the times of the first and the last of each.
    """

    by_labels: IntArray
    cant_tell: IntArray
    flagged: IntArray
    start: IntArray
    came: IntArray
    first: IntArray
    last: IntArray


@dataclass(frozen=True, eq=False)
class StudyTally:
    """What was counted at the moment `at`.

    `labels` are all the rows that were read. `alpha` is Krippendorff's, `pairwise` the share of pairs of
    votes that agree; nan where they are undefined. `part` gives items, annotators and votes by name: a page
    that needs the annotators alone need not unpack the items.
    """

    at: datetime
    labels: int
    n_categories: int
    alpha: float
    pairwise: float
    part: Callable[[str], Any]

    @cached_property
    def items(self) -> ItemTally:
        """What was counted by item."""
        return cast("ItemTally", self.part("items"))

    @cached_property
    def annotators(self) -> AnnotatorTally:
        """What was counted by annotator."""
        return cast("AnnotatorTally", self.part("annotators"))

    @cached_property
    def votes(self) -> VoteTally:
        """The votes."""
        return cast("VoteTally", self.part("votes"))

    @cached_property
    def overview(self) -> OverviewTally:
        """What the overview shows."""
        return cast("OverviewTally", self.part("overview"))

    @cached_property
    def sums(self) -> AgreementSums:
        """What agreement is computed from."""
        item, votes = self.votes.item, self.votes.votes
        n = len(self.items.keys)
        totals = np.bincount(item, weights=votes, minlength=n).astype(np.int64)
        squares = np.bincount(item, weights=votes * votes, minlength=n).astype(np.int64)
        paired = votes * (totals[item] > 1)
        margins = np.bincount(self.votes.category, weights=paired, minlength=self.n_categories)
        return AgreementSums(totals, squares, margins.astype(np.int64))

    def counts_at(self, positions: IntArray) -> IntArray:
        """Return the votes of some items for every category, shape (len(positions), K)."""
        row = np.full(len(self.items.keys), -1, dtype=np.int64)
        row[positions] = np.arange(len(positions))
        rows = row[self.votes.item]
        counts = np.zeros((len(positions), self.n_categories), dtype=np.int64)
        there = rows >= 0
        counts[rows[there], self.votes.category[there]] = self.votes.votes[there]
        return counts


def count_study(*, study: Study, now: datetime) -> StudyTally:
    """Count a study: five queries, one of them over all its labels, which is one pass.

    A draft, which has no sample, has a tally without items.
    """
    with one_moment():
        names = category_names(study)
        categories = list(names)
        sample = sample_arrays(study, categories)
        people = people_arrays(study)
        labels = label_arrays(study, sample, people, categories)
        checks = check_outcomes(study=study)
    table = np.zeros((len(categories), len(sample.keys)), dtype=np.int64)
    votes = labels.counted & (labels.category != NO_CATEGORY)
    np.add.at(table, (labels.category[votes], labels.item[votes]), 1)
    counts = table.T
    column, row = np.nonzero(table)
    items, annotators = (
        _items(study, sample, labels, counts, list(names.values())),
        _annotators(study, people, labels, categories, checks),
    )
    parts = {
        "items": items,
        "annotators": annotators,
        "votes": VoteTally(row, column, table[column, row]),
        "overview": _overview(items, annotators, labels.at[labels.counted]),
    }
    return StudyTally(
        at=now,
        labels=len(labels.item),
        n_categories=len(categories),
        alpha=_or_nan(krippendorff_alpha(counts).value),
        pairwise=_or_nan(pairwise_agreement(counts).value),
        part=parts.__getitem__,
    )


def moment_of(seconds: int) -> datetime | None:
    """Return a time that was kept in seconds since 1970; None for 0, which says that there is none."""
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def disagreement(counts: IntArray) -> FloatArray:
    """Share of the pairs of votes on every item that differ, nan with fewer than two votes.

    >>> disagreement(np.array([[3, 0], [2, 1], [1, 0]])).round(3).tolist()
    [0.0, 0.667, nan]
    """
    votes = counts.sum(axis=1)
    agreeing = np.zeros(len(counts), dtype=np.int64)
    for column in counts.T:
        agreeing += column * (column - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: FloatArray = 1 - agreeing / (votes * (votes - 1))
    share[votes < 2] = np.nan
    return share


def credit_of(
    *, study: Study, counts: IntArray, truth: IntArray, index: IntArray, categories: Sequence[str]
) -> FloatArray:
    """Credit items for their votes under the study's tie rule, as the report does; nan without a vote.

    `counts`, `truth` and `index` have a row or an entry for each of these items.
    """
    seed = purpose_seed(study.seed, "tie_break")
    items = [str(each) for each in index.tolist()] if study.tie_rule == Study.TieRule.SEEDED else None
    return vote_credit(majority_vote(counts), truth, study.tie_rule, seed, items, categories)


def _items(
    study: Study, sample: SampleArrays, labels: LabelArrays, counts: IntArray, categories: Sequence[str]
) -> ItemTally:
    n = len(sample.keys)
    vote = majority_vote(counts)
    cant_tell = labels.item[(labels.category == NO_CATEGORY) & (labels.counted | labels.abstained)]
    last = np.zeros(n, dtype=np.int64)
    np.maximum.at(last, labels.item[labels.counted], labels.at[labels.counted])
    return ItemTally(
        keys=sample.keys,
        index=sample.index,
        truth=sample.truth,
        labels=np.bincount(labels.item[labels.counted], minlength=n),
        cant_tell=np.bincount(cant_tell, minlength=n),
        winner=vote.winner,
        leaders=vote.leaders,
        disagreement=disagreement(counts),
        entropy=normalised_entropy(counts),
        credit=credit_of(
            study=study, counts=counts, truth=sample.truth, index=sample.index, categories=categories
        ),
        last=last,
    )


def _overview(items: ItemTally, annotators: AnnotatorTally, at: IntArray) -> OverviewTally:
    counting = ~np.isin(annotators.state, (RecordedState.EXCLUDED, RecordedState.WITHDRAWN))
    start, slot = np.unique(at // SLOT * SLOT, return_inverse=True)
    first, last = np.full(len(start), np.iinfo(np.int64).max), np.zeros(len(start), dtype=np.int64)
    np.minimum.at(first, slot, at)
    np.maximum.at(last, slot, at)
    return OverviewTally(
        by_labels=np.bincount(items.labels),
        cant_tell=items.cant_tell.sum(keepdims=True),
        flagged=np.array([(annotators.flagged.any(axis=0) & counting).sum()]),
        start=start,
        came=np.bincount(slot, minlength=len(start)),
        first=first,
        last=last,
    )


def _annotators(
    study: Study,
    people: PeopleArrays,
    labels: LabelArrays,
    categories: Sequence[int],
    checks: Sequence[CheckOutcomes],
) -> AnnotatorTally:
    a = len(people.keys)
    rules = quality_rules(study.quality_rules)
    # What rules go by: labels that count, or would but for the exclusion of whoever gave them.
    table, place = _judged_table(people, labels, categories)
    signs = [signs_of(table, rule, checks) for rule in rules]
    outcomes = _outcomes(people, checks)
    seen = people.seen.copy()
    np.maximum.at(seen, labels.annotator, labels.at)
    return AnnotatorTally(
        keys=people.keys,
        pseudonyms=people.pseudonyms,
        given=np.bincount(labels.annotator, minlength=a),
        counted=np.bincount(labels.annotator[labels.counted], minlength=a),
        median_ms=_spread(median_response(table), place, a),
        agreement=_spread(agreement_with_others(table)[0], place, a),
        commonest=_spread(commonest_share(table), place, a),
        checks=outcomes,
        signs=_table([_spread(each.value, place, a) for each in signs], a),
        judged=_table([_spread(each.judged, place, a) for each in signs], a) == 1,
        flagged=_table([_spread(each.flagged, place, a) for each in signs], a) == 1,
        state=people.state,
        seen=seen,
    )


def _judged_table(
    people: PeopleArrays, labels: LabelArrays, categories: Sequence[int]
) -> tuple[LabelTable, IntArray]:
    """Return the labels that rules go by, and where each of the table's annotators stands among all."""
    used = (labels.counted | labels.void) & (labels.category != NO_CATEGORY)
    # Only items that have a label: no rule looks at others, nor at the ground truth.
    items, codes = np.unique(labels.item[used], return_inverse=True)
    names = people.pseudonyms.tolist()
    table = LabelTable.from_codes(
        items=[str(item) for item in items.tolist()],
        annotators=names,
        categories=[str(code) for code in range(len(categories))],
        truth=np.zeros(len(items), dtype=np.int64),
        item_codes=codes,
        annotator_codes=labels.annotator[used],
        category_codes=labels.category[used],
        response_ms=labels.response_ms[used],
    )
    place = {name: code for code, name in enumerate(names)}
    return table, np.array([place[name] for name in table.annotators], dtype=np.int64)


def _spread(values: FloatArray | BoolArray, place: IntArray, size: int) -> FloatArray:
    """Return a number for everybody, nan for those whom the table does not have."""
    spread = np.full(size, np.nan)
    spread[place] = values
    return spread


def _table(rows: Sequence[FloatArray], size: int) -> FloatArray:
    return np.array(rows, dtype=np.float64).reshape(len(rows), size)


def _outcomes(people: PeopleArrays, checks: Sequence[CheckOutcomes]) -> IntArray:
    """Return the counts of checks, two rows for each kind."""
    names = people.pseudonyms.tolist()
    rows = [each for kind in CHECKS for each in counts_of(names, checks, *kind)]
    return _table(rows, len(names)).astype(np.int64)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
