"""Every page of the desk asks the database as often with much to show as with little."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import Job, Study
from labelling.services.assignment import lease_items
from labelling.services.exclusions import exclude_annotator
from labelling.services.predictions import add_predictions
from tests.factories import answer, at, label_everything, make_annotator, make_draft, make_open_study
from tests.labelling.desk_addresses import desk_addresses
from tests.labelling.desk_with_everything import Desk, variants
from tests.labelling.machines import perfect

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]


@pytest.fixture
def desk(settings, tmp_path, monkeypatch) -> Desk:
    settings.VAR_DIR = tmp_path
    # Made from a snapshot, whose queries have tests of their own.
    monkeypatch.setattr("labelling.views.researcher.report.page_of_study", lambda **_: "<style></style>")
    return Desk()


def grow(desk: Desk) -> None:
    """Add several of everything that a page may list."""
    study = desk.running
    for number in range(4):
        add_predictions(
            study=study, name=f"Net {number}", file_name="net.npy", content=perfect(study), now=at(9)
        )
        gone = make_annotator(study=study, now=at(10))
        exclude_annotator(annotator=gone, reason="Too fast.", by="somebody", now=at(11))
        Job.objects.create(
            kind="bundle", title="Bundle", study=study, created_at=at(number), fingerprint=f"{number}"
        )
        make_draft(dataset=study.dataset, now=at(12))
        label_everything(study=make_open_study(now=at(13)), annotators=1, now=at(13))
    late = make_annotator(study=study, now=at(14))
    for assignment in lease_items(annotator=late, count=9, now=at(14)):
        answer(assignment=assignment, category=2, now=at(15))


def queries(client: Client, url: str) -> Counter[str]:
    """Count what a page asks the database, by shape; what it keeps for later has been asked before."""
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(url)
            if page.streaming:
                list(page.streaming_content)
    return Counter(re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked.captured_queries)


def grown(desk: Desk, *, only: str = "") -> dict[str, dict[str, int]]:
    """Return the pages that ask something more than once more often when there are four more of everything.

    Once more may be a question that only comes up now.
    """
    client = Client(raise_request_exception=False)
    client.force_login(desk.people["owner"])
    addresses = [(name, url) for name, url in variants(desk_addresses(), desk) if only in name]
    before = {name: queries(client, url) for name, url in addresses}
    grow(desk)
    more = {name: queries(client, url) - before[name] for name, url in addresses}
    return {name: dict(asked) for name, asked in more.items() if any(count > 1 for count in asked.values())}


def test_no_page_asks_more_often_when_there_is_more_to_show(desk):
    assert grown(desk) == {}


def test_a_question_for_each_row_is_found(desk, monkeypatch):
    monkeypatch.setattr(Study, "get_state_display", lambda study: str(study.places.count()))
    assert "admin:labelling_study_changelist" in grown(desk, only="changelist")
