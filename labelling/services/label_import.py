"""Take in labels that were given elsewhere, under the same rules as any others."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from labelling.errors import LabelFileError, StudyStateError
from labelling.models import (
    Annotator,
    Assignment,
    Category,
    Event,
    Exclusion,
    Label,
    Place,
    SampleItem,
    Study,
)
from labelling.models.event import STUDY_CHAIN, moment
from labelling.services.annotators import join_study
from labelling.services.completion import complete_if_full
from labelling.services.events import Happening, record_event, record_events
from labelling.services.label_file import FileLabel, read_label_file
from labelling.services.studies import locked_study

_BATCH = 500
_Pair = tuple[int, int]  # annotator and sampled item


@dataclass(frozen=True)
class Imported:
    """What became of a file's labels.

    `known` were there before, `counted` fill a place, `surplus` found none free, and `void` are of annotators
    who are excluded. `completed` says whether the study is complete by this import.
    """

    known: int = 0
    counted: int = 0
    surplus: int = 0
    void: int = 0
    annotators: int = 0
    completed: bool = False


def import_labels(*, study: Study, path: Path, now: datetime) -> Imported:
    """Store the labels of a CSV file in a running study: all of them, or, at the first fault, none.

    They take free places in the order of the file; what is over is kept as surplus. Annotators get their
    names in the file as pseudonyms. A file that was imported before adds nothing.

    Raises
    ------
    LabelFileError
        When the file is faulty, or contradicts a label that is there; with file and line.
    StudyStateError
        When there is something to add and the study is not running, or is a rehearsal.
    """
    if study.state == Study.State.DRAFT:
        raise StudyStateError(
            f"The study {study.slug} is a draft and has no sample to label. "
            f"Launch it first: manage.py launch_study {study.slug}"
        )
    if study.rehearsal:
        raise StudyStateError(
            f"The study {study.slug} is a rehearsal; labels of people are never mixed with simulated ones."
        )
    sampled = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
    item_key = dict(sampled.values_list("item__index", "pk"))
    categories = list(study.dataset.categories.order_by("position"))
    labels = read_label_file(
        path=path,
        items=sorted(item_key),
        categories=[category.name for category in categories],
        now=now,
    )
    with transaction.atomic():
        study = locked_study(study_id=study.pk)
        people = _annotators(study, labels)
        given = _given(study, people)
        new = [label for label in labels if not _is_known(label, people, given, item_key, categories, path)]
        joined = _join(study, new, people, path, now)
        states = _store(study, new, people, given, item_key, categories, now)
        if new:
            record_event(of=study, kind=Event.Kind.IMPORTED, now=now, labels=len(new), annotators=len(people))
    return Imported(
        known=len(labels) - len(new),
        counted=states[Assignment.State.SUBMITTED],
        surplus=states[Assignment.State.SURPLUS],
        void=states[Assignment.State.VOID],
        annotators=joined,
        completed=complete_if_full(study=study, now=now),
    )


def _annotators(study: Study, labels: list[FileLabel]) -> dict[str, Annotator]:
    """Return the annotators of the file who are there already, locked, by name."""
    names = {label.annotator for label in labels}
    there = Annotator.objects.filter(study=study).order_by("pk").select_for_update(no_key=True)
    return {annotator.pseudonym: annotator for annotator in there if annotator.pseudonym in names}


def _given(study: Study, people: dict[str, Annotator]) -> dict[_Pair, Assignment]:
    """Return what these annotators were given before, by annotator and sampled item."""
    keys = {annotator.pk for annotator in people.values()}
    there = Assignment.objects.filter(annotator__study=study).select_related("label__category")
    return {
        (assignment.annotator_id, assignment.sample_item_id): assignment
        for assignment in (there.iterator() if keys else ())
        if assignment.annotator_id in keys
    }


def _is_known(
    label: FileLabel,
    people: dict[str, Annotator],
    given: dict[_Pair, Assignment],
    item_key: dict[int, int],
    categories: list[Category],
    path: Path,
) -> bool:
    """Return whether this very label is there; refuse another answer in its place."""
    if label.annotator not in people:
        return False
    assignment = given.get((people[label.annotator].pk, item_key[label.item]))
    if assignment is None or not hasattr(assignment, "label"):
        return False
    before = assignment.label.category
    if before is None or before.position != label.category:
        answer = "that one cannot tell" if before is None else repr(before.name)
        raise LabelFileError(
            f"{path}, line {label.line}: {label.annotator!r} labelled the item {label.item} before, as "
            f"{answer}, and the file says {categories[label.category].name!r}. A label is never "
            "changed: drop the line, or give the annotator another name."
        )
    return True


def _join(study: Study, new: list[FileLabel], people: dict[str, Annotator], path: Path, now: datetime) -> int:
    """Make the annotators who are not there yet, and return how many those were."""
    if new and study.state != Study.State.RUNNING:
        raise StudyStateError(
            f"The study {study.slug} is {study.get_state_display().lower()}, and {path} has {len(new)} "
            "labels that are not in it. Only a running study takes in labels."
        )
    names = dict.fromkeys(label.annotator for label in new if label.annotator not in people)
    if STUDY_CHAIN in names:
        raise LabelFileError(
            f"{path}: an annotator is called {STUDY_CHAIN!r}, as the record of events calls the study. "
            "Give that annotator another name."
        )
    for name in names:
        people[name], _ = join_study(study=study, now=now, pseudonym=name)
    return len(names)


def _store(
    study: Study,
    new: list[FileLabel],
    people: dict[str, Annotator],
    given: dict[_Pair, Assignment],
    item_key: dict[int, int],
    categories: list[Category],
    now: datetime,
) -> Counter[str]:
    """Store labels with their assignments, and return how many have which state."""
    pairs = [(people[label.annotator].pk, item_key[label.item]) for label in new]
    # What was promised to one of these annotators and not answered is answered by the file.
    promised = [given[pair] for pair in pairs if pair in given]
    free = _free_places(study, {assignment.place_id for assignment in promised}, now)
    excluded = set(
        Exclusion.objects.filter(annotator__study=study).in_force().values_list("annotator", flat=True)
    )
    created, labels = [], []
    for label, (annotator, item) in zip(new, pairs, strict=True):
        assignment = given.get((annotator, item))
        if assignment is None:
            assignment = Assignment(annotator_id=annotator, sample_item_id=item)
            created.append(assignment)
        assignment.leased_at = label.submitted_at or now
        assignment.expires_at = assignment.leased_at + timedelta(seconds=study.lease_seconds)
        assignment.state, assignment.place_id = _place(free[item], excluded=annotator in excluded)
        labels.append(
            Label(
                assignment=assignment,
                annotator_id=annotator,
                category=categories[label.category],
                submission_key=assignment.token,
                response_ms=label.response_ms,
                submitted_at=assignment.leased_at,
            )
        )
    _write(created, promised, labels, now)
    _record(new, labels, [category.name for category in categories], people, now)
    return Counter(assignment.state for assignment in [*created, *promised])


def _record(
    new: list[FileLabel], labels: list[Label], names: list[str], people: dict[str, Annotator], now: datetime
) -> None:
    """Write each label into its annotator's chain; `submitted_at` is what the file says."""
    happened: defaultdict[str, list[Happening]] = defaultdict(list)
    for line, label in zip(new, labels, strict=True):
        content = {
            "item": line.item,
            "label": names[line.category],
            "response_ms": label.response_ms,
            "counted": label.assignment.state == Assignment.State.SUBMITTED,
            "submitted_at": moment(label.submitted_at),
        }
        happened[line.annotator].append(Happening(Event.Kind.LABELLED, now, content))
    for name, happenings in happened.items():
        record_events(of=people[name], happenings=happenings)


def _place(free: list[int], *, excluded: bool) -> tuple[Assignment.State, int | None]:
    """Decide what becomes of a label, and take a free place for it where it counts."""
    if excluded:
        return Assignment.State.VOID, None
    return (Assignment.State.SUBMITTED, free.pop(0)) if free else (Assignment.State.SURPLUS, None)


def _free_places(study: Study, promised: set[int | None], now: datetime) -> defaultdict[int, list[int]]:
    """Return the places that may be filled, locked, by sampled item, the lowest slot first."""
    unfilled = Place.objects.filter(study=study).unfilled().order_by("pk").select_for_update(no_key=True)
    free: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(unfilled, key=lambda place: place.slot):
        if place.pk in promised or (place.available_from is not None and place.available_from <= now):
            free[place.sample_item_id].append(place.pk)
    return free


def _write(created: list[Assignment], promised: list[Assignment], labels: list[Label], now: datetime) -> None:
    """Write assignments and labels. Places change hands by way of nobody, for each has one holder."""
    for keys in _batches([assignment.pk for assignment in promised]):
        given_back = Assignment.objects.filter(pk__in=keys)
        Place.objects.filter(assignment__in=given_back).update(available_from=now)
        given_back.update(state=Assignment.State.RELEASED, place=None)
    filled = [assignment.place_id for assignment in [*created, *promised] if assignment.place_id is not None]
    for keys in _batches(filled):
        # Whoever still holds one of them has let the lease run out.
        Assignment.objects.filter(place__in=keys).update(state=Assignment.State.EXPIRED, place=None)
        Place.objects.filter(pk__in=keys).update(available_from=None)
    Assignment.objects.bulk_create(created, batch_size=_BATCH)
    Assignment.objects.bulk_update(promised, ["place", "state", "leased_at", "expires_at"], batch_size=_BATCH)
    Label.objects.bulk_create(labels, batch_size=_BATCH)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]
