"""Quality rules in the plan: a row for each, stored as the protocol has always kept them."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from labelling.models import Study
from labelling.models.quality_rules import KINDS, check_quality_rules, default_quality_rules
from labelling.selectors.draft_versions import revisions_since
from labelling.selectors.quality_rule_words import WORDS, rules_in_words
from labelling.views.researcher.quality_rules_field import QualityRulesField
from tests.factories import make_draft

FAST = {"rule": "too_fast", "threshold": 300, "exclude": False}
ALIKE = {"rule": "straight_lining", "threshold": 0.07, "exclude": True}


def rows(**chosen):
    """What a browser sends for the rules that are ticked, by their names: the threshold as it is typed."""
    return {
        rule: {"chosen": rule in chosen, "threshold": chosen.get(rule, "9"), "exclude": False}
        for rule in WORDS
    }


def test_every_kind_of_rule_has_words_and_a_proposal_that_a_protocol_takes():
    assert WORDS.keys() == KINDS.keys()
    proposed = rows(**{rule: words.proposed for rule, words in WORDS.items()})
    rules = QualityRulesField().clean(proposed)
    check_quality_rules(rules)
    assert rules[:3] == default_quality_rules()


def test_stored_rules_become_rows_and_the_same_rules_again():
    field = QualityRulesField()
    shown = field.prepare_value([FAST, ALIKE])
    assert shown["straight_lining"] == {"chosen": True, "threshold": "7", "exclude": True}
    assert shown["gold_wrong"] == {"threshold": "50"}
    sent = {rule: {"chosen": False, "exclude": False, **row} for rule, row in shown.items()}
    assert field.clean(sent) == [FAST, ALIKE]
    assert isinstance(field.clean(sent)[0]["threshold"], int)
    assert not field.has_changed([ALIKE, FAST], sent)
    assert field.has_changed([FAST], sent)


@pytest.mark.parametrize("typed", ["", "fast", "-1", "60001", "nan", "inf"])
def test_a_threshold_that_cannot_be_is_said_with_its_limits(typed):
    with pytest.raises(ValidationError, match=r"Too fast: give a number from 0 to 60000 for “median"):
        QualityRulesField().clean(rows(too_fast=typed))


def test_every_row_that_is_wrong_is_told():
    with pytest.raises(ValidationError) as refused:
        QualityRulesField().clean(rows(too_fast="", low_agreement="101"))
    assert [said.split(":")[0] for said in refused.value.messages] == [
        "Too fast",
        "Agrees too little with the others",
    ]


def test_rules_are_told_by_what_becomes_of_whom_they_meet():
    assert rules_in_words([FAST, ALIKE]) == (
        "Flagged: median response time below 300 milliseconds. "
        "Flagged and excluded: more than 7 % of the labels in one category."
    )


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def sent(researcher: Client, draft: Study, **rules: str) -> dict[str, object]:
    """What the protocol's page would send as it stands, but for its rules."""
    page = researcher.get(reverse("admin:labelling_study_plan", args=[draft.pk, "protocol"]))
    form = page.context["forms"].study
    typed = {name: form[name].value() for name in form.fields if name != "quality_rules"}
    return {name: "" if value is None else value for name, value in typed.items()} | rules | {"screening": ""}


@pytest.mark.django_db
def test_the_plan_stores_the_rows_that_are_ticked(researcher):
    draft = make_draft(dataset=None)
    address = reverse("admin:labelling_study_plan", args=[draft.pk, "protocol"])
    names = {"quality_rules-too_fast": "on", "quality_rules-too_fast-threshold": "250"}

    answer = researcher.post(
        address, sent(researcher, draft, **names, **{"quality_rules-too_fast-exclude": "on"})
    )

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert draft.quality_rules == [{"rule": "too_fast", "threshold": 250, "exclude": True}]
    assert "Flagged and excluded: median response time below 250 milliseconds." in (
        researcher.get(reverse("admin:labelling_study_protocol", args=[draft.pk])).content.decode()
    )


@pytest.mark.django_db
def test_rules_in_another_order_are_no_change(researcher):
    draft = make_draft(quality_rules=[{**ALIKE, "exclude": False}, FAST])
    names = {
        **{f"quality_rules-{rule}": "on" for rule in ("too_fast", "straight_lining")},
        "quality_rules-too_fast-threshold": "300",
        "quality_rules-straight_lining-threshold": "7",
    }

    researcher.post(
        reverse("admin:labelling_study_plan", args=[draft.pk, "protocol"]), sent(researcher, draft, **names)
    )

    draft.refresh_from_db()
    assert [rule["rule"] for rule in draft.quality_rules] == ["straight_lining", "too_fast"]
    assert [each for each in revisions_since(study=draft, version=0) if "quality_rules" in each.fields] == []


@pytest.mark.django_db
def test_what_is_wrong_with_a_row_is_said_on_the_page_and_stays_typed(researcher):
    draft = make_draft()
    names = {"quality_rules-too_fast": "on", "quality_rules-too_fast-threshold": "70000"}

    answer = researcher.post(
        reverse("admin:labelling_study_plan", args=[draft.pk, "protocol"]), sent(researcher, draft, **names)
    )

    assert answer.status_code == 400
    assert "Too fast: give a number from 0 to 60000" in answer.content.decode()
    assert 'value="70000"' in answer.content.decode()
