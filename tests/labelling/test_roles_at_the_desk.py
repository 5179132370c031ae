"""Every address of the desk, asked by every role, by GET and by POST, and compared with who may what.

The addresses are found by themselves. One that is in no table fails: whoever adds a page says here who may
see it and who may act there.
"""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from labelling.views.researcher import steps
from labelling.views.researcher.plan_steps import NAMED
from tests.labelling.desk_addresses import desk_addresses
from tests.labelling.desk_with_everything import Desk, variants

pytestmark = pytest.mark.django_db

PEOPLE = ("stranger", "no role", "viewer", "assistant", "owner")
# From whom on an address is open: those before are refused.
ALL, STAFF, VIEWER, ASSISTANT, OWNER, NOBODY = range(6)

# The name of an address, with an argument's value where pages differ by it: who may read, who may send there.
WHO: dict[str, tuple[int, int]] = {
    "admin:index": (STAFF, STAFF),
    "admin:app_list": (VIEWER, VIEWER),
    "admin:jsi18n": (STAFF, NOBODY),
    "admin:autocomplete": (NOBODY, NOBODY),
    "admin:view_on_site": (NOBODY, NOBODY),
    "admin:password_change": (STAFF, STAFF),
    "admin:password_change_done": (STAFF, NOBODY),
    "admin:auth_user_add": (OWNER, OWNER),
    "admin:auth_user_change": (OWNER, OWNER),
    "admin:auth_user_changelist": (OWNER, OWNER),
    "admin:auth_user_delete": (NOBODY, NOBODY),
    "admin:auth_user_history": (OWNER, OWNER),
    "admin:auth_user_password_change": (OWNER, OWNER),
    "admin:labelling_dataset_add": (NOBODY, NOBODY),
    "admin:labelling_dataset_change": (VIEWER, VIEWER),
    "admin:labelling_dataset_changelist": (VIEWER, VIEWER),
    "admin:labelling_dataset_delete": (NOBODY, NOBODY),
    "admin:labelling_dataset_history": (VIEWER, VIEWER),
    "admin:labelling_dataset_import": (ASSISTANT, ASSISTANT),
    "admin:labelling_job": (VIEWER, NOBODY),
    "admin:labelling_job_again": (NOBODY, ASSISTANT),
    "admin:labelling_job_file": (VIEWER, NOBODY),
    "admin:labelling_job_report": (VIEWER, NOBODY),
    "admin:labelling_job_state": (VIEWER, NOBODY),
    "admin:labelling_studies_live": (VIEWER, NOBODY),
    # It leads to the page on which a plan begins, which is not open to all.
    "admin:labelling_study_add": (STAFF, ASSISTANT),
    "admin:labelling_study_annotator": (VIEWER, VIEWER),
    "admin:labelling_study_annotators": (VIEWER, VIEWER),
    "admin:labelling_study_begin": (ASSISTANT, ASSISTANT),
    # A bundle is made of what anybody here may read, and changes nothing.
    "admin:labelling_study_bundle": (VIEWER, VIEWER),
    "admin:labelling_study_change": (VIEWER, ASSISTANT),
    "admin:labelling_study_changelist": (VIEWER, VIEWER),
    "admin:labelling_study_checklist": (VIEWER, ASSISTANT),
    "admin:labelling_study_confusion": (VIEWER, VIEWER),
    "admin:labelling_study_dashboard": (VIEWER, NOBODY),
    "admin:labelling_study_delete": (ASSISTANT, ASSISTANT),
    "admin:labelling_study_duplicate": (ASSISTANT, ASSISTANT),
    "admin:labelling_study_exclude": (OWNER, OWNER),
    "admin:labelling_study_history": (VIEWER, VIEWER),
    "admin:labelling_study_import": (ASSISTANT, ASSISTANT),
    "admin:labelling_study_item": (VIEWER, VIEWER),
    "admin:labelling_study_items": (VIEWER, VIEWER),
    "admin:labelling_study_labels": (VIEWER, NOBODY),
    "admin:labelling_study_line": (VIEWER, NOBODY),
    "admin:labelling_study_live": (VIEWER, NOBODY),
    "admin:labelling_study_picture": (VIEWER, VIEWER),
    **{f"admin:labelling_study_plan:{name}": (ASSISTANT, ASSISTANT) for name in NAMED},
    "admin:labelling_study_planner": (VIEWER, NOBODY),
    "admin:labelling_study_predictions": (VIEWER, ASSISTANT),
    "admin:labelling_study_predictions_remove": (NOBODY, ASSISTANT),
    "admin:labelling_study_protocol": (VIEWER, VIEWER),
    "admin:labelling_study_protocol_file": (VIEWER, NOBODY),
    "admin:labelling_study_qr_code": (VIEWER, VIEWER),
    "admin:labelling_study_events": (VIEWER, NOBODY),
    "admin:labelling_study_record": (VIEWER, NOBODY),
    # Computing the record again changes nothing.
    "admin:labelling_study_record_check": (NOBODY, VIEWER),
    "admin:labelling_study_recruit": (VIEWER, VIEWER),
    "admin:labelling_study_recruit_panel": (NOBODY, ASSISTANT),
    "admin:labelling_study_rehearse": (VIEWER, ASSISTANT),
    "admin:labelling_study_reinstate": (OWNER, OWNER),
    "admin:labelling_study_report": (VIEWER, NOBODY),
    **{f"admin:labelling_study_step:{name}": (ASSISTANT, ASSISTANT) for name in steps.STEPS},
    "admin:labelling_study_step:unseal": (OWNER, OWNER),
    **{
        f"preview:{name}": (VIEWER, VIEWER)
        for name in (
            *(
                "welcome",
                "arrive",
                "back",
                "finish",
                "guide",
                "label",
                "language",
                "lease",
                "leave",
                "own_tab",
            ),
            *("pause", "practice", "practice_result", "screening", "start", "thanks", "turned_away"),
            "withdraw",
        )
    },
}
# What those who only read may leave behind: bundles that they had made, and that they were here.
TRACES = {"Job", "Session", "SignInFailures", "MachineClock"}


@pytest.fixture
def desk(settings, tmp_path, monkeypatch) -> Desk:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr("labelling.views.researcher.report.page_of_study", lambda **_: "<style></style>")
    return Desk()


def let_in(answer: HttpResponse) -> bool:
    """Tell whether a person got past the door; what they then did may still be faulty."""
    if answer.status_code in (403, 404, 405):
        return False
    return not (answer.status_code in (301, 302) and answer.headers["Location"].startswith("/admin/login/"))


def browser_of(person: User | None) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def rows() -> dict[str, list[Any]]:
    """Return all that is stored, by the name of its table's model."""
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def test_each_role_may_do_what_the_table_says_and_who_reads_changes_nothing(desk):
    addresses = list(variants(desk_addresses(), desk))
    assert sorted(set(dict(addresses)) ^ set(WHO)) == [], "Say in the table WHO who may read and send there."
    before, wrong = rows(), []
    for place, who in enumerate(PEOPLE):
        client = browser_of(desk.people[who])
        for name, url in addresses:
            for method, least in zip(("get", "post"), WHO[name], strict=True):
                if place not in (ALL, least - 1, least):
                    continue  # who may more than these may this, too: the test below
                with transaction.atomic():
                    answer = getattr(client, method)(url)
                    if answer.streaming:
                        list(answer.streaming_content)  # read to its end, the file is closed
                    transaction.set_rollback(place >= ASSISTANT)
                if let_in(answer) != (place >= least):
                    wrong.append(f"{who}: {method} {name} gives {answer.status_code}")
        if place == VIEWER:
            after = rows()
            assert {name for name in after if after[name] != before[name]} <= TRACES | {"User"}
    assert "\n".join(wrong) == ""


def test_each_role_may_do_all_that_the_one_below_it_may(desk):
    may = [desk.people[who].get_all_permissions() for who in PEOPLE[1:]]
    assert may[0] == set()
    assert may[0] < may[1] < may[2] < may[3]
    assert {"labelling.exclude_annotator", "labelling.unseal_accuracy", "auth.change_user"} <= may[3] - may[2]
    assert all(permission.startswith("labelling.view_") for permission in may[1])
