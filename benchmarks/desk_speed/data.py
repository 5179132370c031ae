"""A desk with a million labels, made with a few statements of SQL, as a fortnight of labelling leaves it.

Runs where Django is set up on a server's data.
"""

import time
from datetime import datetime, timedelta

from benchmarks.labelling_speed.studies import CATEGORIES, make_study

LARGE = "large"
ITEMS = 333_334
LABELS = 1_000_000
PEOPLE = 1000
SMALL_STUDIES = 12
# Labels are given in blocks: so many people share so many places in turn, and then come others.
TOGETHER = 40
# Images that have a file; more would only fill the disk.
PICTURED = 300
_DAYS = 14
_HOURS_A_DAY = 8


def build(*, items: int = ITEMS, labels: int = LABELS, people: int = PEOPLE) -> float:
    """Make a large study with so many labels, some smaller ones, and an owner; return the seconds it took."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    begun = time.perf_counter()
    now = timezone.now()
    User.objects.create_superuser("owner")
    for number in range(SMALL_STUDIES):
        _small_study(f"small-{number}", number, now)
    _fill(slug=LARGE, items=items, labels=labels, people=people, now=now)
    _beside_the_labels(LARGE, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return time.perf_counter() - begun


def _small_study(slug: str, number: int, now: datetime) -> None:
    """Make a study of 200 images: running with half of its labels, paused, complete, or a draft."""
    from labelling.models import Study
    from labelling.services.completion import complete_if_full
    from labelling.services.studies import close_study, create_study, pause_study

    whole = 200 * 3
    _fill(slug=slug, items=200, labels=whole if number % 4 == 2 else whole // 2, people=6, now=now)
    study = Study.objects.select_related("dataset").get(slug=slug)
    if number % 4 == 1:
        pause_study(study=study, now=now)
    elif number % 4 == 2:
        complete_if_full(study=study, now=now)
    elif number % 4 == 3:
        close_study(study=study, reason="The budget was spent.", now=now)
        create_study(
            dataset=study.dataset,
            slug=f"draft-{number}",
            title=f"Draft {number}",
            seed=1,
            sample_size=100,
            now=now,
        )


def _fill(*, slug: str, items: int, labels: int, people: int, now: datetime) -> None:
    """Make a study, and let so many people give the first so many labels of it."""
    from django.db import connection

    from labelling.models import Annotator, Category, Study
    from labelling.models.guards import install_guards, remove_guards

    make_study(slug=slug, items=items, redundancy=3, people=people, pictured=PICTURED)
    study = Study.objects.get(slug=slug)
    first = Annotator.objects.filter(study=study).order_by("pk").values_list("pk", flat=True)[0]
    category = Category.objects.filter(dataset=study.dataset).order_by("pk").values_list("pk", flat=True)[0]
    start = now - timedelta(days=_DAYS - 1, hours=_HOURS_A_DAY)
    Annotator.objects.filter(study=study).update(joined_at=start, consented_at=start, guide_read_at=start)
    # All but those who label at the end have finished.
    Annotator.objects.filter(study=study, pk__lt=first + people - TOGETHER).update(
        finished_at=now, completion_code="DONE"
    )
    together = min(TOGETHER, people)
    block = -(-labels // -(-people // together))
    # In which block a place is, and the how many-th it is of the one who gets it.
    person = f"{first} + rank / {block} * {together} + rank % {together}"
    nth = f"rank % {block} / {together}"
    remove_guards(using="default")  # they look at each row, and every row is as they want it
    with connection.cursor() as cursor:
        if not _sqlite():
            # Nor at what each row refers to.
            cursor.execute("SET session_replication_role = replica")
        for statement in _statements(study.pk, category, person=person, nth=nth, labels=labels, start=start):
            cursor.execute(statement)
        if not _sqlite():
            cursor.execute("SET session_replication_role = origin")
    install_guards(using="default")


def _statements(
    study: int, category: int, *, person: str, nth: str, labels: int, start: datetime
) -> list[str]:
    """Return the statements that lease, answer and record. Both databases read them alike, but for times."""
    a_day = -(-labels // _DAYS)
    into_the_day = f"rank % {a_day} * {_HOURS_A_DAY * 3600 / a_day}"
    at, expires = (_moment(f"rank / {a_day} * 86400 + {into_the_day} + {more}", start) for more in (0, 600))
    padded = "printf('%031d', {})" if _sqlite() else "lpad(CAST({} AS text), 31, '0')"
    token = f"'2' || {padded.format('place.id')}"
    # Seven of eight answers are the ground truth, spread without a pattern along the sample.
    slip = "CASE WHEN (rank * 7919 + position) % 8 = 0 THEN 1 + rank % 3 ELSE 0 END"
    guess = f"{category} + (position + {slip}) % {CATEGORIES}"
    response = "700 + rank * 131 % 4000"
    filled = (
        f"FROM labelling_place place JOIN labelling_sampleitem item ON item.id = place.sample_item_id "
        f"WHERE place.study_id = {study} AND place.rank < {labels} ORDER BY place.rank"
    )
    given = (
        "FROM labelling_assignment assignment JOIN labelling_place place ON place.id = assignment.place_id "
        "JOIN labelling_sampleitem item ON item.id = place.sample_item_id "
        f"WHERE place.study_id = {study} ORDER BY place.rank"
    )
    nobody = "0" * 64
    payload = f'\'{{"assignment":\' || assignment.id || \',"salt":"{"0" * 32}"}}\''
    return [
        "INSERT INTO labelling_assignment "
        "(annotator_id, sample_item_id, place_id, token, state, leased_at, expires_at) "
        f"SELECT {person}, item.id, place.id, {token}, 'submitted', {at}, {expires} {filled}",
        "INSERT INTO labelling_label "
        "(assignment_id, annotator_id, category_id, submission_key, response_ms, submitted_at) "
        f"SELECT assignment.id, annotator_id, {guess}, 'key-' || assignment.id, {response}, {at} {given}",
        f"UPDATE labelling_place SET available_from = NULL WHERE study_id = {study} AND rank < {labels}",
        "INSERT INTO labelling_event "
        "(annotator_id, sequence, kind, at, payload, payload_sha256, sha256) "
        f"SELECT annotator_id, {nth}, 'labelled', {at}, {payload}, '{nobody}', '{nobody}' {given}",
    ]


def _sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"


def _moment(seconds: str, start: datetime) -> str:
    """Return SQL for the moment so many seconds after the start."""
    if _sqlite():
        return f"strftime('%Y-%m-%d %H:%M:%f', {start.timestamp()} + {seconds}, 'unixepoch')"
    return f"to_timestamp({start.timestamp()} + {seconds})"


def _beside_the_labels(slug: str, now: datetime) -> None:
    """Add what stands beside labels: newcomers, exclusions, checks, a panel, leases, a machine."""
    import numpy as np

    from labelling.models import (
        Assignment,
        Exclusion,
        Job,
        PanelParticipant,
        Place,
        Predictions,
        Recruitment,
        Study,
    )
    from labelling.models.annotator import Annotator
    from labelling.services.annotators import join_study

    study = Study.objects.get(slug=slug)
    newcomers = [join_study(study=study, now=now)[0] for _ in range(20)]
    Exclusion.objects.bulk_create(
        Exclusion(annotator=each, reason="Answered by a script.", excluded_by="researcher 1", excluded_at=now)
        for each in newcomers[:5]
    )
    free = Place.objects.filter(study=study).unfilled()
    for place, annotator in zip(free, newcomers[5:], strict=False):
        Assignment.objects.create(
            annotator=annotator,
            sample_item_id=place.sample_item_id,
            place=place,
            leased_at=now,
            expires_at=now + timedelta(days=1),
        )
    recruitment = Recruitment.objects.create(
        study=study, panel="prolific", completion_code="C0DE", places=1000, created_at=now
    )
    people = Annotator.objects.filter(study=study).order_by("pk")
    PanelParticipant.objects.bulk_create(
        PanelParticipant(recruitment=recruitment, annotator=each, participant=f"participant-{each.pk}")
        for each in people
    )
    _gold_checks(study, list(people), now)
    # Nothing is sealed, so that every page has all that it ever shows.
    Study.objects.filter(pk=study.pk).update(unsealed_at=now)
    Job.objects.create(
        kind="bundle", title="Report bundle", study=study, state=Job.State.DONE, created_at=now, ended_at=now
    )
    codes = np.arange(study.sample_size, dtype="<u2") % CATEGORIES
    Predictions.objects.create(
        study=study,
        name="Oracle",
        whole=True,
        scores=False,
        items=study.sample_size,
        codes=codes.tobytes(),
        file_sha256="0" * 64,
        uploaded_at=now,
    )


def _gold_checks(study, people: list, now: datetime) -> None:
    """Let everybody answer ten attention checks, one in seven wrongly."""
    from labelling.models import Category, Check

    categories = list(Category.objects.filter(dataset=study.dataset).order_by("position"))
    Check.objects.bulk_create(
        (
            Check(
                annotator=each,
                kind=Check.Kind.ATTENTION,
                instructed=categories[number],
                ordinal=10 * number,
                given_at=now,
                category=categories[number if (each.pk + number) % 7 else 0],
                submission_key=f"check-{number}",
                response_ms=1500,
                answered_at=now,
            )
            for each in people
            for number in range(10)
        ),
        batch_size=1000,
    )
