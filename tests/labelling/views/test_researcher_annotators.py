"""The desk's page of annotators: flags with their values, attention checks apart from gold."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import Study
from labelling.services.quality import exclude_by_rules
from tests.factories import NOW, make_annotator, make_draft, make_study
from tests.labelling.checked_study import answer_shown, make_checked_study, truth, wrong

pytestmark = pytest.mark.django_db

RULES = [
    {"rule": "too_fast", "threshold": 300, "exclude": False},
    {"rule": "attention_failed", "threshold": 2, "exclude": True},
]


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


@pytest.fixture
def study() -> Study:
    """A careful annotator and one who fails every check."""
    study = make_checked_study(quality_rules=RULES)
    for choose in (truth, wrong):
        answer_shown(make_annotator(study=study), images=20, choose=choose)
    return study


def url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/annotators/"


def page_of(researcher: Client, study: Study) -> str:
    return researcher.get(url(study)).content.decode()


def test_who_is_flagged_stands_first_with_value_and_threshold(researcher, study):
    page = page_of(researcher, study)
    careful, failing = study.annotators.order_by("pk")
    assert page.index(failing.pseudonym) < page.index(careful.pseudonym)
    assert "1 of 2 annotators is flagged" in page
    assert page.count(">flagged<") == 1
    assert '<span class="hb-quiet">300\N{NO-BREAK SPACE}ms</span>' in page
    assert '<span class="hb-quiet">2, excludes</span>' in page


def test_attention_checks_stand_apart_from_gold_and_repeats(researcher, study):
    page = page_of(researcher, study)
    assert page.index('id="attention"') < page.index("grounds for rejection") < page.index('id="gold"')


def test_an_exclusion_by_rule_is_shown_with_its_reason(researcher, study):
    exclude_by_rules(study=study, now=NOW)
    page = page_of(researcher, study)
    assert "by rule attention_failed" in page
    assert "the threshold is 2 (number of failed attention checks" in page


def test_a_study_without_checks_shows_the_rules_alone(researcher):
    study = make_study(quality_rules=RULES[:1])
    answer_shown(make_annotator(study=study), images=2)
    page = page_of(researcher, study)
    assert 'id="attention"' not in page
    assert 'id="gold"' not in page


@pytest.mark.parametrize("made", [make_draft, make_study])
def test_without_labels_the_page_says_so(researcher, made):
    assert "Nobody has a label that counts yet." in page_of(researcher, made())


def test_looking_takes_a_fixed_number_of_queries_and_the_permission_to_look(researcher, study):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of(researcher, study)
        counts.append(len(queries))
        answer_shown(make_annotator(study=study), images=1)
    assert counts[0] == counts[1]
    reader = User.objects.create_user("reader", is_staff=True)
    researcher.force_login(reader)
    assert researcher.get(url(study)).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    assert researcher.get(url(study)).status_code == 200


def test_the_study_s_page_leads_there_and_names_checks_and_rules(researcher, study):
    page = researcher.get(f"/admin/labelling/study/{study.pk}/dashboard/").content.decode()
    assert url(study) in page
    assert "one gold image among 5, from 8; one repeat among 5; one attention check among 5" in page
    assert "attention_failed 2 (excludes)" in page
