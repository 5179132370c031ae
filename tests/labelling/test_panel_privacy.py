"""What a panel calls people stays in one table: no export, event, figure or log has it."""

import logging

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from labelling.models import PanelParticipant, Recruitment, Study
from labelling.panels import Arrival
from labelling.selectors.event_record import event_text
from labelling.services.label_export import labels_csv
from labelling.services.recruitment import Offer, join_from_panel, offer_study
from labelling.services.withdrawal import withdraw_annotator
from tests.factories import make_pictured_study, make_study
from tests.labelling.rich_study import PANEL_SECRET
from tests.labelling.views.conftest import AnnotatorClient

pytestmark = pytest.mark.django_db

PID, SESSION = "cana" * 6, "ry00" * 6
CODES = Offer("DONE-9", "SCREENED-9", "LATE-9", "BACK-9")
SECRETS = (PID, SESSION, "DONE-9", "SCREENED-9", "LATE-9", "BACK-9")


@pytest.fixture
def labelled() -> Study:
    """A study that somebody of Prolific has labelled and finished."""
    study = make_pictured_study(now=timezone.now(), labels_per_annotator=1)
    offer_study(study=study, panel="prolific", offer=CODES, now=timezone.now())
    browser = AnnotatorClient(study)
    browser.press(f"from/prolific/?PROLIFIC_PID={PID}&SESSION_ID={SESSION}", {"agree": "yes"})
    browser.press("start/")
    token = browser.annotator.assignments.leased().get().token
    browser.press("label/", {"assignment": token, "category": 1, "submission_key": "k"})
    assert "DONE-9" in browser.to("thanks/").text
    browser.to(f"from/prolific/?PROLIFIC_PID=no+id+{PID}")
    browser.to(f"from/nowhere/?PROLIFIC_PID={PID}")
    return study


def test_no_file_of_a_bundle_has_what_a_panel_knows(bundle):
    assert [name for name, content in bundle.items() if PANEL_SECRET.encode() in content] == []


def test_no_export_and_no_event_has_it(labelled):
    told = labels_csv(study=labelled, every=True) + event_text(study=labelled).decode()
    assert '"panel":"prolific"' in told
    assert [secret for secret in SECRETS if secret in told] == []


def test_one_table_knows_the_id_and_no_other(labelled):
    knowing = {
        model.__name__
        for model in apps.get_models()
        for row in model._base_manager.values()
        if PID in str(row) or SESSION in str(row)
    }
    assert knowing == {"PanelParticipant"}


def test_no_log_has_it(request, caplog):
    caplog.set_level(logging.DEBUG)
    request.getfixturevalue("labelled")
    assert "Not Found" in caplog.text
    # What the database was asked is logged nowhere but in tests.
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert [secret for secret in SECRETS if secret in said] == []


def test_no_figure_for_machines_has_it(labelled, client: Client, settings):
    settings.METRICS_TOKEN = "known"
    page = client.get("/metrics", headers={"Authorization": "Bearer known"})
    assert page.status_code == 200
    assert [secret for secret in (*SECRETS, labelled.join_code) if secret in page.text] == []


@pytest.mark.parametrize("policy", ["erase", "keep"])
def test_after_a_withdrawal_nothing_knows_it(policy):
    study = make_study(withdrawal=policy)
    recruitment = offer_study(study=study, panel="prolific", offer=CODES, now=timezone.now())
    annotator, _ = join_from_panel(recruitment=recruitment, arrival=Arrival(PID), now=timezone.now())
    withdraw_annotator(annotator=annotator, now=timezone.now())
    assert not [
        model for model in apps.get_models() for row in model._base_manager.values() if PID in str(row)
    ]


def test_the_database_lets_an_id_stand_for_one_annotator_only():
    recruitment = offer_study(study=make_study(), panel="prolific", offer=CODES, now=timezone.now())
    people = [
        join_from_panel(recruitment=recruitment, arrival=Arrival(pid), now=timezone.now())[0]
        for pid in ("a" * 24, "b" * 24)
    ]
    for changed in ({"participant": "a" * 24}, {"participant": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PanelParticipant.objects.filter(annotator=people[1]).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelParticipant.objects.create(recruitment=recruitment, annotator=people[1], participant="c" * 24)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recruitment.objects.create(study=recruitment.study, panel="prolific", created_at=timezone.now())
