"""What excluding an annotator would do to a study, or reinstating them, told before anybody decides."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Exists, OuterRef

from evaluation.agreement_sums import AgreementSums, agreement_sums, alpha_of_sums, pairwise_of_sums
from evaluation.array_types import IntArray
from evaluation.voting import mean_credit
from labelling.models import Annotator, Assignment, Place, SampleItem, Study
from labelling.selectors.tally import StudyTally, credit_of
from labelling.selectors.tally_rows import category_names, places_of

State = Assignment.State


@dataclass(frozen=True)
class Figures:
    """Agreement between annotators and accuracy of the majority.

    None where undefined, or where it is sealed.
    """

    alpha: float | None
    pairwise: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Effect:
    """What a decision would do.

    `labels` stop counting, or count again; each is on an image of its own. `images` of these go out to others
    again: all of them in an exclusion, none when somebody is reinstated. `complete` of the images have
    all their labels before an exclusion. `surplus` labels find no place. `leases` are images promised to the
    annotator that go back. `state` is what the study would be afterwards. `empties` says that no label would
    count any more.
    """

    labels: int
    images: int
    complete: int
    surplus: int
    leases: int
    state: str
    empties: bool
    before: Figures | None
    after: Figures | None


def why_not_excluded(*, study: Study) -> str:
    """Say why nobody of the study is excluded by hand; empty where they may be. No query."""
    if study.rehearsal:
        return (
            f"The study {study.slug} is a rehearsal: its simulated people are gone, and nobody would label "
            "the images that an exclusion sends out again."
        )
    return ""


def effect_of_exclusion(
    *, annotator: Annotator, study: Study, tally: StudyTally | None, visible: bool
) -> Effect:
    """Return what excluding would do. A fixed number of queries; figures are None without a tally.

    `visible` says whether the accuracy may be told.
    """
    theirs = annotator.assignments.filter(state=State.SUBMITTED)
    labels = theirs.count()
    unfilled = Place.objects.filter(sample_item=OuterRef("sample_item")).unfilled()
    others = Assignment.objects.filter(annotator__study=study, state=State.SUBMITTED)
    full = theirs.filter(~Exists(unfilled)).count()
    before, after = _figures(study, tally, _votes(annotator, State.SUBMITTED), -1, visible=visible)
    ended = study.state == Study.State.CLOSED
    return Effect(
        labels=labels,
        images=0 if ended else labels,
        complete=full,
        surplus=0,
        leases=annotator.assignments.filter(state=State.LEASED).count(),
        state=Study.State.RUNNING if labels and study.state == Study.State.COMPLETE else study.state,
        empties=labels > 0 and not others.exclude(annotator=annotator).exists(),
        before=before,
        after=after,
    )


def effect_of_reinstatement(
    *, annotator: Annotator, study: Study, tally: StudyTally | None, visible: bool, now: datetime
) -> Effect:
    """Return what lifting the exclusion would do. A fixed number of queries."""
    void = annotator.assignments.filter(state=State.VOID)
    room = Place.objects.filter(sample_item__in=void.values("sample_item")).free(at=now)
    free = set(room.values_list("sample_item", flat=True))
    votes = {item: category for item, category in _votes(annotator, State.VOID).items() if item in free}
    items = list(void.values_list("sample_item", flat=True))
    labels = sum(item in free for item in items)
    left = Place.objects.filter(study=study).unfilled().order_by()[: labels + 1].count()
    going = study.state in (Study.State.RUNNING, Study.State.PAUSED)
    before, after = _figures(study, tally, votes, 1, visible=visible)
    return Effect(
        labels=labels,
        images=0,
        complete=0,
        surplus=len(items) - labels,
        leases=0,
        state=Study.State.COMPLETE if going and labels and left == labels else study.state,
        empties=False,
        before=before,
        after=after,
    )


def _votes(annotator: Annotator, state: str) -> dict[int, int]:
    """Return the categories' keys that the annotator's labels of this state name, by sample item."""
    labels = annotator.labels.filter(
        assignment__state=state,
        assignment__sample_item__role=SampleItem.Role.SAMPLED,
        category__isnull=False,
    )
    rows = labels.order_by().values_list("assignment__sample_item", "category")
    return {item: category for item, category in rows if category is not None}


def _figures(
    study: Study, tally: StudyTally | None, votes: dict[int, int], step: int, *, visible: bool
) -> tuple[Figures | None, Figures | None]:
    """Return the figures as they are in the tally, and with these votes added (1) or taken away (-1)."""
    names = category_names(study)
    if tally is None or not len(tally.items.keys):
        return None, None
    code = {key: place for place, key in enumerate(names)}
    categories = np.array([code[key] for key in votes.values()], dtype=np.int64)
    rows = places_of(np.array(list(votes), dtype=np.int64), tally.items.keys)
    old = tally.counts_at(rows)
    line = np.arange(len(rows))
    # A tally that was kept may not have the newest labels: what is not in it cannot be taken away.
    new = old.copy()
    new[line, categories] += np.where((old[line, categories] > 0) | (step > 0), step, 0)
    sums = _changed(tally.sums, rows, old, new)
    credit = tally.items.credit.copy()
    credit[rows] = credit_of(
        study=study,
        counts=new,
        truth=tally.items.truth[rows],
        index=tally.items.index[rows],
        categories=list(names.values()),
    )
    return (
        Figures(
            alpha=_known(tally.alpha),
            pairwise=_known(tally.pairwise),
            accuracy=mean_credit(tally.items.credit) if visible else None,
        ),
        Figures(
            alpha=alpha_of_sums(sums).value,
            pairwise=pairwise_of_sums(sums).value,
            accuracy=mean_credit(credit) if visible else None,
        ),
    )


def _changed(sums: AgreementSums, rows: IntArray, old: IntArray, new: IntArray) -> AgreementSums:
    """Return the sums after the items in these rows have other counts."""
    before, after = agreement_sums(old), agreement_sums(new)
    totals, squares = sums.totals.copy(), sums.squares.copy()
    totals[rows], squares[rows] = after.totals, after.squares
    return AgreementSums(totals, squares, sums.margins + after.margins - before.margins)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
