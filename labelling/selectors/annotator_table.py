"""The table of a study's annotators: filtered, sorted, and a page of it at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.quality_rule import quality_rules
from labelling.models import Exclusion, Study
from labelling.selectors.people import names_at_desk
from labelling.selectors.tally import AnnotatorTally, StudyTally, moment_of
from labelling.selectors.whereabouts import whereabouts

#: What the table may be sorted by.
SORTS = (
    *("flags", "pseudonym", "labels", "median", "agreement", "commonest"),
    *("attention", "gold", "repeats", "seen"),
)


@dataclass(frozen=True)
class AnnotatorQuery:
    """Which annotators, and in which order.

    `search` is part of a pseudonym, `flag` a rule's name or `any`.
    """

    search: str = ""
    state: str = ""
    flag: str = ""
    labelled: bool = False
    sort: str = "flags"
    descending: bool = True


@dataclass(frozen=True)
class Failed:
    """Checks of one kind: how many failed, of how many answered."""

    failed: int
    answered: int

    @property
    def share(self) -> float:
        """The failed ones' share; nan without any."""
        return self.failed / self.answered if self.answered else np.nan


@dataclass(frozen=True)
class AnnotatorRow:
    """One annotator.

    Figures are None where there is nothing to compute them from; `flags` are names of rules.
    """

    key: int
    pseudonym: str
    state: str
    given: int
    counted: int
    median_ms: float | None
    agreement: float | None
    commonest: float | None
    gold: Failed
    repeats: Failed
    attention: Failed
    flags: tuple[str, ...]
    seen: datetime | None
    exclusion: Exclusion | None = None
    excluded_by: str = ""


def annotator_order(*, tally: StudyTally, study: Study, query: AnnotatorQuery, now: datetime) -> IntArray:
    """Return which annotators are asked for, in order, as their places in the tally.

    One query where a state is asked for, which is as of now; else none.
    What cannot be computed stands last, whichever way the rest is sorted; equals stand by pseudonym.
    """
    people = tally.annotators
    names = people.pseudonyms
    shown = np.ones(len(names), dtype=bool)
    if query.search:
        shown &= np.char.find(np.char.lower(names), query.search.lower()) >= 0
    if query.state:
        where = whereabouts(study=study, now=now)
        there = [key for key, place in where.items() if place == query.state]
        shown &= np.isin(people.keys, np.array(there, dtype=np.int64))
    if query.flag:
        shown &= _flagged(people, study, query.flag)
    if query.labelled:
        shown &= people.given > 0
    places = np.flatnonzero(shown)
    places = places[np.argsort(names[places], kind="stable")]
    if query.sort == "pseudonym":
        return places[::-1] if query.descending else places
    value = _sorted_by(people, query.sort)[places]
    order = np.argsort(
        np.where(np.isnan(value), np.inf, -value if query.descending else value), kind="stable"
    )
    return places[order]


def annotator_rows(
    *, tally: StudyTally, study: Study, places: Sequence[int], now: datetime
) -> list[AnnotatorRow]:
    """Return the annotators at these places of the tally.

    Three queries: state and exclusion, with the name of whoever decided it, are as of now.
    """
    people = tally.annotators
    keys = [int(people.keys[place]) for place in places]
    in_force = Exclusion.objects.in_force().filter(annotator__in=keys)
    excluded = {each.annotator_id: each for each in in_force}
    people_called = names_at_desk(authors=[each.excluded_by for each in excluded.values()])
    names = [rule.rule for rule in quality_rules(study.quality_rules)]
    states = whereabouts(study=study, now=now, among=keys)
    return [
        AnnotatorRow(
            key=key,
            pseudonym=str(people.pseudonyms[place]),
            state=states[key],
            given=int(people.given[place]),
            counted=int(people.counted[place]),
            median_ms=_known(people.median_ms[place]),
            agreement=_known(people.agreement[place]),
            commonest=_known(people.commonest[place]),
            **checks_of(people, place),
            flags=tuple(
                name for name, flagged in zip(names, people.flagged[:, place], strict=True) if flagged
            ),
            seen=moment_of(int(people.seen[place])),
            exclusion=excluded.get(key),
            excluded_by=people_called[excluded[key].excluded_by] if key in excluded else "",
        )
        for key, place in zip(keys, places, strict=True)
    ]


def checks_of(people: AnnotatorTally, place: int) -> dict[str, Failed]:
    """Return what became of an annotator's checks, by their kind."""
    gold, gold_wrong, repeats, differ, attention, failed = people.checks[:, place].tolist()
    return {
        "gold": Failed(gold_wrong, gold),
        "repeats": Failed(differ, repeats),
        "attention": Failed(failed, attention),
    }


def _flagged(people: AnnotatorTally, study: Study, flag: str) -> BoolArray:
    if flag == "any":
        return np.asarray(people.flagged.any(axis=0))
    names = [rule.rule for rule in quality_rules(study.quality_rules)]
    if flag not in names:
        return np.zeros(len(people.keys), dtype=bool)
    return np.asarray(people.flagged[names.index(flag)])


def _sorted_by(people: AnnotatorTally, sort: str) -> FloatArray:
    answered = {"gold": 0, "repeats": 2, "attention": 4}
    if sort in answered:
        row = answered[sort]
        with np.errstate(invalid="ignore", divide="ignore"):
            share: FloatArray = people.checks[row + 1] / people.checks[row]
        return share
    columns = {
        "flags": people.flagged.sum(axis=0) if len(people.flagged) else np.zeros(len(people.keys)),
        "labels": people.given,
        "median": people.median_ms,
        "agreement": people.agreement,
        "commonest": people.commonest,
        "seen": people.seen,
    }
    return np.asarray(columns[sort], dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
