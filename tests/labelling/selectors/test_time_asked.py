"""What a study asks of one person."""

import pytest

from labelling.models import Plan, Study
from labelling.selectors.time_asked import Asked, asked_of_one
from tests.factories import NOW, make_dataset, make_draft

pytestmark = pytest.mark.django_db


def study_of(**fields: object) -> Study:
    dataset = make_dataset(size=200)
    return make_draft(dataset=dataset, **{"sample_size": 100, "labels_per_annotator": 100, **fields})


def test_minutes_follow_the_planner_with_its_first_seconds_for_a_label() -> None:
    assert asked_of_one(study=study_of()) == Asked(100, 9)


def test_the_seconds_are_those_of_the_plan() -> None:
    study = study_of()
    plan = Plan.objects.create(study=study, seconds_per_label=12, updated_at=NOW)
    assert asked_of_one(study=study) == Asked(100, 22)
    plan.seconds_per_label = None
    plan.save()
    assert asked_of_one(study=study) == Asked(100, None)


def test_checks_are_pictures_and_practice_takes_time() -> None:
    assert asked_of_one(study=study_of(attention_every=10, practice_items=30)) == Asked(110, 11)


def test_nobody_names_more_pictures_than_there_are() -> None:
    assert asked_of_one(study=study_of(sample_size=20)) == Asked(20, 3)


def test_without_a_quota_nothing_is_said() -> None:
    assert asked_of_one(study=study_of(labels_per_annotator=None)) == Asked(None, None)


@pytest.mark.parametrize(
    "said",
    ["It takes 20 minutes.", "About 20 min.", "Eine halbe Stunde.", "約20分かかります。", "Une heure."],
)
def test_where_the_consent_text_tells_the_time_its_word_stands(said: str) -> None:
    assert asked_of_one(study=study_of(consent_text=said)) == Asked(100, None)
