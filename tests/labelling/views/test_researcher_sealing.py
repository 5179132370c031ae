"""While the accuracy is sealed, no page of the desk depends on which category is an image's ground truth.

Every page of a running study is asked for twice; in between, the sampled images exchange their ground truth,
each category keeping its number of images. Then the accuracy, every confusion matrix and every truth beside
votes is another; a page that tells any of them is another too.
"""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from labelling.admin.study_pages import PAGES
from labelling.models import Item, Study
from labelling.selectors.metrics import StudyMetrics
from labelling.services import steady_clock
from labelling.services.exclusions import exclude_annotator
from labelling.services.predictions import add_predictions
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_lease, make_study
from tests.labelling.machines import npy

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]

# What changes from one answer to the next whatever a study is.
_FLEETING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
#: Pages that tell the accuracy once it may be seen.
TELLING = {"dashboard", "predictions", "checklist", "item", "confusion"}
#: Pages of drafts, a picture that is none, and the report, which is closed.
WITHOUT_CONTENT = {"plan", "picture", "report"}
RULES = [{"rule": "low_agreement", "threshold": 0.5, "exclude": False}]


Pages = dict[str, tuple[int, str]]


@pytest.fixture
def desk(client: Client, monkeypatch) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    monkeypatch.setattr(steady_clock, "machine_counter", lambda: ("stopped", timedelta()))
    monkeypatch.setitem(steady_clock._known, "stopped", at(600))
    return client


def watched_study(**fields) -> Study:
    """A study half way, with errors and ties, a machine and an exclusion."""
    study = make_study(dataset=make_dataset(), sample_size=6, quality_rules=RULES, **fields)
    for person in range(3):
        annotator = make_annotator(study=study)
        for place in range(5):
            lease = make_lease(annotator=annotator, now=at(person))
            index = lease.sample_item.item.index
            category = index % 3 if place + person < 4 else (index + person) % 3
            answer(assignment=lease, category=category, now=at(person))
    exclude_annotator(annotator=annotator, reason="Too fast.", by="somebody", now=at(90))
    machine = npy([index % 3 for index in range(12)])
    add_predictions(study=study, name="net", file_name="net.npy", content=machine, now=NOW)
    study.refresh_from_db()
    return study


def exchange_truth(study: Study) -> None:
    """Give each sampled item the ground truth of another, of another category."""
    items = [member.item for member in study.sample.filter(role="sampled").select_related("item")]
    items.sort(key=lambda item: (item.ground_truth_id, item.index))
    truth = [item.ground_truth_id for item in items]
    most = max(truth.count(category) for category in truth)
    for item, other in zip(items, truth[most:] + truth[:most], strict=True):
        Item.objects.filter(pk=item.pk).update(ground_truth=other)


def addresses(study: Study) -> dict[str, str]:
    """Every page of the study that a GET shows, by its name."""
    known = {
        "name": "unseal",
        "annotator_id": study.annotators.first().pk,
        "position": 0,
        "machine_id": 1,
        "panel": "direct",
        "sample_item_id": study.sample.filter(role="sampled").first().pk,
        "side": 28,
    }
    found = {}
    for route, _view, name in PAGES:
        wanted = re.findall(r"<\w+:(\w+)>", route)
        found[name] = reverse(
            f"admin:labelling_study_{name}", args=[study.pk, *(known[key] for key in wanted)]
        )
    filters = ("?shown=wrong", "?majority=0", "?truth=0", "?sort=entropy", "?sort=accuracy")
    for query in filters:
        found[f"items{query}"] = found["items"] + query
    others = ("index", "labelling_study_changelist")
    return {
        **found,
        **{name: reverse(f"admin:{name}") for name in others},
        "labelling_study_history": reverse("admin:labelling_study_history", args=[study.pk]),
    }


def told(desk: Client, study: Study) -> Pages:
    """Return what each page answers, without what changes every time."""
    pages = {}
    for name, address in addresses(study).items():
        reply = desk.get(address)
        body = b"".join(reply) if reply.streaming else reply.content
        pages[name] = (reply.status_code, _FLEETING.sub("", body.decode("utf-8", "replace")))
    metrics = [metric for metric in StudyMetrics(now=at(600)).collect() if "disk" not in metric.name]
    return {**pages, "metrics": (200, str([metric.samples for metric in metrics]))}


def pages_before_and_after(desk: Client, study: Study) -> tuple[Pages, Pages]:
    """Return the pages with the ground truth as it is, and with another one."""
    before = told(desk, study)
    exchange_truth(study)
    return before, told(desk, study)


def test_no_page_of_a_sealed_study_depends_on_the_ground_truth(desk):
    before, after = pages_before_and_after(desk, watched_study())
    assert [name for name in before if before[name] != after[name]] == []
    # 405 is the answer of pages that are asked for by POST alone.
    assert {name for name, (status, _) in before.items() if status not in (200, 405)} <= WITHOUT_CONTENT


def test_the_same_pages_of_an_open_study_do(desk, monkeypatch):
    # The whole report takes long, and says nothing else.
    monkeypatch.setattr("labelling.views.researcher.report.page_of_study", lambda **_: "")
    before, after = pages_before_and_after(desk, watched_study(accuracy_sealed=False))
    assert {name for name in before if before[name] != after[name]} >= TELLING
