"""What the annotator's pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from labelling.errors import UnknownStudy
from labelling.models import Annotator, Assignment, Category, Item, SampleItem, Study
from labelling.models.annotator import secret_hash
from labelling.selectors.annotators import open_to


@dataclass(frozen=True)
class GuideEntry:
    """A category as the guide explains it, with example items from outside the sample."""

    category: Category
    examples: list[Item]


def study_at(*, join_code: str) -> Study:
    """Return the study behind an annotators' link, with its dataset. One query.

    Raises
    ------
    UnknownStudy
        When no study has this code.
    """
    study = Study.objects.select_related("dataset").filter(join_code=join_code).first()
    if study is None:
        raise UnknownStudy(f"No study has the join code {join_code[:40]!r}; check the link.")
    return study


def annotator_at(*, join_code: str, secret: str) -> Annotator | None:
    """Return who holds `secret` in the study behind the link, with study, dataset and whom a panel knows.

    One query, or none.
    """
    if not secret:
        return None
    known = Annotator.objects.select_related("study__dataset", "panel_participant__recruitment")
    known = known.defer("study__protocol")  # it names every item of the study
    known = known.filter(study__join_code=join_code)
    return known.holding(secret).first()


# What leases and labels need of the annotator and of the study, whose texts may be long. In the order of the
# models' fields, as `from_db` wants them.
_OF_ANNOTATOR = ("id", "study_id", "pseudonym", "secret_sha256")
_TIMES = ("withdrawn_at", "finished_at", "turned_away_at")
_OF_STUDY = (
    *("id", "slug", "dataset_id", "state", "join_code", "seed", "lease_seconds", "labels_per_annotator"),
    *("gold_items", "gold_every", "repeat_every", "attention_every"),
)
_WHO_LABELS = (
    f"SELECT {', '.join(f'annotator.{name}' for name in _OF_ANNOTATOR + _TIMES)}, "  # noqa: S608 - from above
    f"{', '.join(f'study.{name}' for name in _OF_STUDY)}, participant.id FROM labelling_annotator annotator "
    "JOIN labelling_study study ON study.id = annotator.study_id "
    "LEFT JOIN labelling_panelparticipant participant ON participant.annotator_id = annotator.id "
    "WHERE annotator.secret_sha256 = %s AND study.join_code = %s"
)


def who_labels(*, join_code: str, secret: str) -> Annotator | None:
    """Return who holds `secret` in the study behind the link, with the study, for a lease or a label.

    One short query, or none, written out because every label asks it. Fields that neither needs are read when
    somebody asks for them.
    """
    if not secret:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_WHO_LABELS, [secret_hash(secret), join_code])
        row = cursor.fetchone()
    if row is None:
        return None
    columns = dict(zip(_OF_ANNOTATOR + _TIMES, row, strict=False))
    # A time that is not empty is left to the model: SQLite has it as text.
    known = [name for name, value in columns.items() if value is None or name not in _TIMES]
    annotator = Annotator.from_db(connection.alias, known, [columns[name] for name in known])
    annotator.study = Study.from_db(connection.alias, _OF_STUDY, row[len(columns) : -1])
    if row[-1] is None:
        # As after a join: nobody asks again whether a panel sent them.
        annotator._state.fields_cache["panel_participant"] = None  # noqa: SLF001 - as a join
    return annotator


_OF_ASSIGNMENT = ("id", "annotator_id", "sample_item_id", "place_id", "token", "state")


def promised(*, annotator: Annotator, assignments: Sequence[int]) -> list[Assignment]:
    """Return these assignments of the annotator in this order, with their items, but for any that are gone.

    One short query, written out because every lease asks it. What it does not need is read when asked for.
    """
    if not assignments:
        return []
    marks = ", ".join(["%s"] * len(assignments))
    with connection.cursor() as cursor:
        cursor.execute(f"{_PROMISED} ({marks})", list(assignments))
        found = {row[0]: row for row in cursor.fetchall()}
    return [_promise(annotator, found[key]) for key in assignments if key in found]


_PROMISED = (
    f"SELECT {', '.join(f'assignment.{name}' for name in _OF_ASSIGNMENT)}, item.id, item.token "  # noqa: S608 - as above
    "FROM labelling_assignment assignment JOIN labelling_sampleitem member ON member.id = sample_item_id "
    "JOIN labelling_item item ON item.id = member.item_id WHERE assignment.id IN"
)


def _promise(annotator: Annotator, row: tuple[Any, ...]) -> Assignment:
    *own, item, token = row
    assignment = Assignment.from_db(connection.alias, _OF_ASSIGNMENT, own)
    assignment.annotator = annotator
    assignment.sample_item = SampleItem.from_db(
        connection.alias, ("id", "item_id"), (assignment.sample_item_id, item)
    )
    assignment.sample_item.item = Item.from_db(connection.alias, ("id", "token"), (item, token))
    return assignment


def current_assignment(*, annotator: Annotator) -> Assignment | None:
    """Return the first unanswered image, with its item; its lease may have run out.

    The order is that of `lease_items`, so that the page and the script begin with the same one.
    """
    leased = annotator.assignments.leased().select_related("sample_item__item")
    return leased.order_by("pk").first()


def anything_free(*, annotator: Annotator, now: datetime) -> bool:
    """Tell whether a place is free at this moment that the annotator could take."""
    return open_to(annotator=annotator).free(at=now).exists()


def categories_of(*, study: Study) -> list[Category]:
    """Return the study's categories in the dataset's own order, the same for every image."""
    return list(Category.objects.filter(dataset=study.dataset_id).order_by("position"))


def guide(*, study: Study) -> list[GuideEntry]:
    """Return every category with its examples. Two queries.

    Examples are never in the sample, so telling their category gives nothing away.
    """
    examples: dict[int, list[Item]] = {}
    members = SampleItem.objects.filter(study=study, role=SampleItem.Role.GUIDE)
    for member in members.select_related("item").order_by("position"):
        examples.setdefault(member.item.ground_truth_id, []).append(member.item)
    return [
        GuideEntry(category=category, examples=examples.get(category.pk, []))
        for category in categories_of(study=study)
    ]
