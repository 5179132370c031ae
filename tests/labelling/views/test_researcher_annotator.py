"""One annotator's page: answers in order, checks, what happened, and what may be written to the panel."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import PanelParticipant, Recruitment, Study
from labelling.services.annotators import join_study
from labelling.services.withdrawal import withdraw_annotator
from labelling.views.researcher import annotator as view
from tests.factories import at, make_annotator, make_study
from tests.labelling.desk_people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def page_of(researcher: Client, people: People, name: str, **asked: object) -> str:
    address = f"/admin/labelling/study/{people.study}/annotators/{getattr(people, name)}/"
    response = researcher.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def viewer(client: Client) -> Client:
    """Sign in somebody who may look and nothing else."""
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(reader)
    return client


def test_the_answers_stand_in_order_as_images_that_lead_to_their_pages(researcher, people: People):
    page = page_of(researcher, people, "careful")
    positions = people.annotator("careful").labels.order_by("pk")
    addresses = [
        f'href="/admin/labelling/study/{people.study}/items/{label.assignment.sample_item.position}/"'
        for label in positions
    ]
    places = [page.index(address) for address in addresses]
    assert places == sorted(places)
    assert page.count('<li class="hb-shot') == 20


def test_people_whose_pseudonyms_begin_alike_are_told_apart(researcher):
    study = make_study()
    join_study(study=study, now=at(0), pseudonym="simulated-001")
    nine, _ = join_study(study=study, now=at(0), pseudonym="simulated-009")
    table = researcher.get(f"/admin/labelling/study/{study.pk}/annotators/").text
    assert ">simulated-001</code>" in table
    assert ">simulated-009</code>" in table
    page = researcher.get(f"/admin/labelling/study/{study.pk}/annotators/{nine.pk}/")
    assert page.context["title"] == "Annotator simulated-009"


def test_no_name_under_which_annotators_are_sent_images_stands_there(researcher, people: People):
    page = page_of(researcher, people, "careful")
    for label in people.annotator("careful").labels.select_related("assignment__sample_item__item"):
        assert label.assignment.token not in page
        assert label.assignment.sample_item.item.token not in page


def test_the_ground_truth_is_shown_only_when_it_is_not_sealed(researcher, people: People):
    assert "truth: " not in page_of(researcher, people, "careful")
    Study.objects.filter(pk=people.study).update(unsealed_at=at(1))
    assert page_of(researcher, people, "careful").count("truth: ") == 20


def test_answers_come_a_page_at_a_time(researcher, people: People, monkeypatch):
    monkeypatch.setattr(view, "ON_A_PAGE", 8)
    page = page_of(researcher, people, "careful", page=3)
    assert page.count('<li class="hb-shot') == 4
    assert '<ol class="hb-gallery" start="17">' in page


def test_rules_and_checks_stand_with_values_and_outcomes(researcher, people: People):
    page = page_of(researcher, people, "failing")
    assert "What the rules of the protocol say" in page
    assert page.count('<strong class="hb-tag">failed</strong>') == 8
    idle = page_of(researcher, people, "idle")
    assert "too little to judge by" in idle
    assert "They have not answered any image yet." in idle


def test_what_happened_names_who_excluded_and_why(researcher, people: People):
    page = page_of(researcher, people, "excluded")
    assert "researcher 0: Told us so." in page
    assert "Reinstate" in page


def test_a_rejection_is_drafted_only_after_failed_attention_checks(researcher, people: People):
    failing, careful = (page_of(researcher, people, name) for name in ("failing", "careful"))
    assert "4 of these were not followed" in failing
    assert "as grounds for rejection" in failing
    assert 'id="draft-rejected"' not in careful
    assert "There is no draft for a rejection" in careful
    assert 'id="draft-finished"' in careful


def test_the_panel_s_id_is_shown_to_those_who_may_exclude_alone(researcher, people: People):
    recruitment = Recruitment.objects.create(study=people.get(), panel="prolific", created_at=at(0))
    PanelParticipant.objects.create(
        recruitment=recruitment, annotator=people.annotator("failing"), participant="prolific-id-7"
    )
    assert "prolific-id-7" in page_of(researcher, people, "failing")
    seen = page_of(viewer(researcher), people, "failing")
    assert "prolific-id-7" not in seen
    assert "/exclude/" not in seen
    assert "draft-rejected" not in seen


def test_of_somebody_who_has_withdrawn_only_that_is_told(researcher, people: People):
    withdraw_annotator(annotator=people.annotator("same"), now=at(900))
    page = page_of(researcher, people, "same")
    assert "They have withdrawn, and their answers were deleted." in page
    assert "/exclude/" not in page


def test_an_annotator_of_another_study_is_not_found(researcher, people: People):
    other = make_annotator(study=make_study())
    address = f"/admin/labelling/study/{people.study}/annotators/{other.pk}/"
    assert researcher.get(address).status_code == 404


def test_looking_takes_a_fixed_number_of_queries(researcher, people: People):
    counts = []
    for name in ("failing", "same"):
        with CaptureQueriesContext(connection) as queries:
            page_of(researcher, people, name)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24
