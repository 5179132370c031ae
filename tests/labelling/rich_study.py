"""A study with everything in it that a bundle must tell: the bundle's tests share it."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from django.db import transaction
from django.test import override_settings

from labelling.models import Annotator, PanelParticipant, Recruitment, Study
from labelling.services.annotators import finish, join_study, record_consent
from labelling.services.assignment import lease_items
from labelling.services.bundle import bundle_files
from labelling.services.datasets import import_source
from labelling.services.exclusions import exclude_annotator
from labelling.services.predictions import add_predictions
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import answer, at, make_study, picture_source

# What a panel knows of one of the people, and what only the panel is told.
PANEL_SECRET = "canary-"


def make_rich_study(**fields) -> Study:
    """Ties, a category that looks like a formula, an excluded and a reinstated annotator, surplus labels, one
    who withdrew, and a machine."""
    source = picture_source(name="rich", size=24, side=8, names=("Category 0", "=SUM(A1:A9)", "Category 2"))
    dataset = import_source(source=source, now=at(0))
    study = make_study(dataset=dataset, slug="rich", sample_size=8, redundancy=2, **fields)
    people = [_joined(study, number) for number in range(6)]
    _sent_by_a_panel(people[4])
    for number in (0, 1):
        _label_all(people[number], number)
    exclude_annotator(annotator=people[0], reason="Too fast.", by="the protocol", now=at(500))
    _label_all(people[2], 2)
    withdraw_annotator(annotator=people[2], now=at(900))
    _label_all(people[3], 3)
    reinstate_annotator(annotator=people[0], reason="A mistake.", by="the protocol", now=at(1500))
    exclude_annotator(annotator=people[1], reason="All one category.", by="the protocol", now=at(1600))
    _label_all(people[4], 4)
    predicted = "item,label\n" + "".join(f"{index},{index % 3}\n" for index in range(24))
    add_predictions(study=study, name="net", file_name="net.csv", content=predicted.encode(), now=at(2000))
    finish(annotator=people[4], now=at(2100))
    study.refresh_from_db()
    return study


def rich_bundle(folder: Path, **fields) -> Mapping[str, bytes]:
    """Return the bundle of such a study, and leave the database as it was. `folder` is for its images."""
    with override_settings(MEDIA_ROOT=folder), transaction.atomic():
        files = bundle_files(study=make_rich_study(**fields), resamples=20)
        transaction.set_rollback(True)
    return MappingProxyType(files)


def _joined(study: Study, number: int) -> Annotator:
    annotator, _ = join_study(study=study, now=at(number), pseudonym=f"person-{number}")
    return record_consent(annotator=annotator, now=at(number))


def _sent_by_a_panel(annotator: Annotator) -> None:
    """Let a panel know somebody of whom no bundle may say so."""
    codes = {"completion_code": f"{PANEL_SECRET}1", "return_code": f"{PANEL_SECRET}2"}
    recruitment = Recruitment.objects.create(
        study=annotator.study, panel="prolific", settings={"a": PANEL_SECRET}, created_at=at(0), **codes
    )
    PanelParticipant.objects.create(
        recruitment=recruitment,
        annotator=annotator,
        participant=PANEL_SECRET,
        session={"SESSION_ID": PANEL_SECRET},
    )


def _label_all(annotator: Annotator, number: int) -> None:
    for lease in lease_items(annotator=annotator, count=10, now=at(400 * number)):
        index = lease.sample_item.item.index
        chosen = index % 3 if (index + number) % 3 else number % 3
        time = None if index % 4 == 0 else 900 + 10 * index
        answer(assignment=lease, category=chosen, response_ms=time, now=at(400 * number + index + 1))


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files as they are, whatever their sums say."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def with_new_sums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with checksums that fit them, as somebody would who covers their tracks."""
    others = {name: content for name, content in files.items() if name != "SHA256SUMS"}
    lines = [f"{hashlib.sha256(others[name]).hexdigest()}  {name}\n" for name in sorted(others)]
    return {**others, "SHA256SUMS": "".join(lines).encode()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Read a table of a bundle."""
    return list(csv.DictReader(io.StringIO(content.decode())))


def events_of(content: bytes) -> list[dict]:
    """Read a record of events."""
    return [json.loads(line) for line in content.splitlines()]
