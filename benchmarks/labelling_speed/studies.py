"""Studies of any size, made with a few statements of SQL, as a launch would have made them.

`make_study` runs where Django is set up on a server's data; the crowd runs elsewhere, and reads what that
printed.
"""

import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# So many of a study's first items have an image file; no round gets further.
PICTURED = 100_000
CATEGORIES = 10
SIDE = 28


@dataclass(frozen=True)
class Badge:
    """What an annotator's browser holds: the cookie, and the form's mark."""

    cookie: str
    csrf: str


@dataclass(frozen=True)
class Made:
    """A study that was made, and how long it took."""

    slug: str
    link: str
    badges: list[Badge]
    seconds: float


def printed(made: Made) -> str:
    """Return the study as one line of text."""
    return json.dumps(asdict(made))


def made_from(text: str) -> Made:
    """Read the line that `printed` made, the last of `text`."""
    said = json.loads(text.splitlines()[-1])
    return Made(**{**said, "badges": [Badge(**badge) for badge in said["badges"]]})


def make_study(
    *,
    slug: str,
    items: int,
    redundancy: int,
    people: int,
    order: str = "breadth",
    pictured: int = PICTURED,
) -> Made:
    """Make a dataset of so many items and a running study of all of them, with annotators who may label.

    The first `pictured` items have an image file.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from labelling.models import Category, Dataset, Study
    from labelling.services.protocol import protocol_hash, protocol_text
    from labelling.services.studies import create_study

    begun = time.perf_counter()
    now = timezone.now()
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=slug,
            title=slug,
            source="Made by a benchmark.",
            drawn=True,
            checksum="0" * 64,
            height=SIDE,
            width=SIDE,
            size=items,
            imported_at=now,
        )
        categories = Category.objects.bulk_create(
            Category(dataset=dataset, position=position, name=f"Category {position}")
            for position in range(CATEGORIES)
        )
        study = create_study(
            dataset=dataset,
            slug=slug,
            title=slug,
            seed=1,
            now=now,
            sample_size=items,
            redundancy=redundancy,
            order=order,
            labels_per_annotator=None,
            guide_examples=0,
        )
        with connection.cursor() as cursor:
            for statement in _statements(dataset.pk, study.pk, categories[0].pk, items, redundancy, order):
                cursor.execute(statement)
        # As long as a real one: it names every item of the sample.
        protocol = protocol_text(
            study=study, drawn={"sample": range(items), "guide": [], "practice": [], "gold": []}
        )
        Study.objects.filter(pk=study.pk).update(
            state=Study.State.RUNNING,
            protocol=protocol,
            protocol_sha256=protocol_hash(protocol),
            launched_at=now,
        )
        badges = _make_people(study, people, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _draw_pictures(dataset.pk, min(items, pictured))
    return Made(
        slug=slug,
        link=f"/s/{study.join_code}/",
        badges=badges,
        seconds=time.perf_counter() - begun,
    )


def _statements(dataset: int, study: int, category: int, items: int, k: int, order: str) -> list[str]:
    """Return the statements that store items, sample and places. Both databases read them alike."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    token = f"CAST({10**31 + dataset * 10**12} + i AS TEXT)"
    from django.db import connection

    moment = "CURRENT_TIMESTAMP"
    if connection.vendor == "sqlite":
        # SQLite's whole numbers end at 2 ** 63.
        token = f"'1' || printf('%031d', {dataset * 10**12} + i)"
        moment = "'2020-01-01 00:00:00'"
    rank = f"slot * {items} + position" if order == "breadth" else f"position * {k} + slot"
    return [
        "INSERT INTO labelling_item "
        '(dataset_id, "index", ground_truth_id, token, image, stratum, pixel_sha256) '
        f"{numbers.format(last=items - 1)} "
        f"SELECT {dataset}, i, {category} + i % {CATEGORIES}, {token}, '', '', '{'0' * 64}' FROM n",
        "INSERT INTO labelling_sampleitem (study_id, item_id, role, position) "
        f"SELECT {study}, id, 'sampled', \"index\" FROM labelling_item "
        f"WHERE dataset_id = {dataset} ORDER BY id",
        "INSERT INTO labelling_place (study_id, sample_item_id, slot, rank, available_from) "
        f"{numbers.format(last=k - 1)}, s(slot) AS (SELECT i FROM n) "
        f"SELECT {study}, id, slot, {rank}, {moment} FROM s CROSS JOIN labelling_sampleitem "
        f"WHERE study_id = {study} ORDER BY slot, position",
    ]


def _make_people(study, people: int, now) -> list[Badge]:
    """Store so many annotators who have consented and read the guide."""
    from labelling.models import Annotator
    from labelling.models.annotator import secret_hash

    badges = [Badge(cookie=secrets.token_urlsafe(32), csrf=secrets.token_hex(16)) for _ in range(people)]
    Annotator.objects.bulk_create(
        Annotator(
            study=study,
            secret_sha256=secret_hash(badge.cookie),
            joined_at=now,
            consented_at=now,
            consent_version=study.consent_version,
            guide_read_at=now,
        )
        for badge in badges
    )
    return badges


def _draw_pictures(dataset: int, count: int) -> None:
    """Write an image file for each of the dataset's first items: noise, as many bytes as a real one."""
    import numpy as np
    from django.conf import settings

    from labelling.datasets import SourceItem
    from labelling.models import Item
    from labelling.models.dataset import image_path
    from labelling.services.datasets import encode_png

    noise = np.random.default_rng(1).integers(0, 256, size=(SIDE, SIDE), dtype=np.uint8)
    png = encode_png(SourceItem(index=0, image=noise, ground_truth=0))
    for item in Item.objects.filter(dataset=dataset, index__lt=count).only("token").iterator():
        path = Path(settings.MEDIA_ROOT) / image_path(item)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
