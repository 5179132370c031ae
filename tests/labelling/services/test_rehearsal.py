"""A rehearsal: a simulated crowd completes a marked copy of a draft."""

import numpy as np
import pytest

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import Annotator, Assignment, Check, Label, Study
from labelling.selectors.check_outcomes import check_outcomes
from labelling.services.crowd import Crowd
from labelling.services.rehearsal import rehearse_study
from tests.factories import NOW, make_dataset, make_draft, make_study

pytestmark = pytest.mark.django_db

CROWD = Crowd(rates=np.array([[8, 1, 1], [1, 8, 1], [1, 1, 8]]) / 10, by_item=False, source="test rates")


def rehearse(study: Study, annotators: int = 4, seed: int = 1) -> Study:
    return rehearse_study(study=study, crowd=CROWD, annotators=annotators, seed=seed, now=NOW)


def answers(study: Study) -> list[tuple]:
    labels = Label.objects.filter(annotator__study=study).order_by(
        "annotator__pseudonym", "assignment__sample_item__position"
    )
    return list(
        labels.values_list(
            "annotator__pseudonym", "assignment__sample_item__position", "category__position", "response_ms"
        )
    )


def test_a_rehearsal_ends_complete_with_k_labels_for_each_item() -> None:
    copy = rehearse(make_draft())
    assert copy.state == Study.State.COMPLETE
    assert Assignment.objects.filter(annotator__study=copy).counted().count() == 18


def test_the_draft_stays_a_draft_without_labels() -> None:
    draft = make_draft()
    rehearse(draft)
    draft.refresh_from_db()
    assert draft.state == Study.State.DRAFT
    assert not draft.annotators.exists()


def test_a_rehearsal_is_marked_and_tells_its_crowd() -> None:
    draft = make_draft()
    copy = rehearse(draft, annotators=4, seed=9)
    assert copy.rehearsal
    assert copy.rehearsal_of == draft
    assert copy.rehearsal_crowd == "4 simulated people, seed 9, test rates"


def test_the_copy_has_the_protocol_and_the_sample_of_the_draft() -> None:
    draft = make_draft(seed=77, redundancy=2, tie_rule="wrong")
    copy = rehearse(draft)
    assert (copy.seed, copy.redundancy, copy.tie_rule) == (77, 2, "wrong")


def test_the_same_seed_gives_the_same_labels() -> None:
    draft = make_draft()
    first = answers(rehearse(draft))
    assert answers(rehearse(draft)) == first


def test_another_seed_gives_other_labels_in_another_copy() -> None:
    draft = make_draft()
    first, second = rehearse(draft, seed=1), rehearse(draft, seed=2)
    assert first.pk != second.pk
    assert answers(first) != answers(second)


def test_an_earlier_rehearsal_of_the_same_seed_is_replaced() -> None:
    draft = make_draft()
    rehearse(draft)
    rehearse(draft)
    assert draft.rehearsals.count() == 1
    assert Label.objects.count() == 18


def test_a_launched_study_is_refused() -> None:
    study = make_study()
    with pytest.raises(StudyStateError, match="launched already; only a draft"):
        rehearse(study)
    assert not Annotator.objects.filter(study=study).exists()


def test_a_rehearsal_is_not_rehearsed() -> None:
    with pytest.raises(StudyStateError, match="a rehearsal itself"):
        rehearse(rehearse(make_draft()))


def test_a_real_study_of_the_copys_name_is_left_alone() -> None:
    draft = make_draft()
    real = make_study(slug=f"{draft.slug}-rehearsal-1")
    with pytest.raises(StudyStateError, match="is the name of a real study"):
        rehearse(draft)
    assert Study.objects.filter(pk=real.pk).exists()


def test_too_few_people_are_refused_with_the_number_wanted() -> None:
    with pytest.raises(ProtocolError, match="rehearse with 9 or more"):
        rehearse(make_draft(labels_per_annotator=2), annotators=4)


def test_quotas_hold_for_simulated_people() -> None:
    copy = rehearse(make_draft(labels_per_annotator=3), annotators=8)
    assert max(annotator.labels.count() for annotator in copy.annotators.all()) <= 3


def test_simulated_people_are_right_more_often_than_not() -> None:
    draft = make_draft(dataset=make_dataset(size=60), sample_size=60)
    copy = rehearse(draft, annotators=10)
    labels = Label.objects.filter(annotator__study=copy).select_related(
        "category", "assignment__sample_item__item__ground_truth"
    )
    right = [label.category == label.assignment.sample_item.item.ground_truth for label in labels]
    assert 0.6 < np.mean(right) < 0.95


def test_progress_reaches_the_labels_wanted() -> None:
    seen: list[tuple[int, int]] = []
    rehearse_study(
        study=make_draft(),
        crowd=CROWD,
        annotators=4,
        seed=1,
        now=NOW,
        progress=lambda done, wanted: seen.append((done, wanted)),
    )
    assert seen[-1] == (18, 18)


def test_simulated_people_are_screened_and_practise_where_the_protocol_has_it():
    questions = [{"question": "Do you know clothes?", "options": ["Well", "Not at all"], "admits": [1]}]
    draft = make_draft(minimum_age=18, screening=questions, practice_items=2, practice_pass=2)
    copy = rehearse(draft)
    people = copy.annotators.all()
    assert copy.state == "complete"
    assert all(person.screened_at and person.practised_at and not person.turned_away_at for person in people)
    assert rehearse(draft).state == "complete"


def checked_draft(**fields: object) -> Study:
    return make_draft(
        dataset=make_dataset(size=60),
        sample_size=20,
        gold_items=4,
        gold_every=5,
        repeat_every=5,
        attention_every=10,
        **fields,
    )


def test_simulated_people_answer_the_checks_among_the_images() -> None:
    draft = checked_draft()
    copy = rehearse(draft)
    assert copy.state == Study.State.COMPLETE
    checks = Check.objects.filter(annotator__study=copy)
    assert set(checks.values_list("kind", flat=True)) == {"gold", "repeat", "attention"}
    assert not checks.filter(answered_at=None).exists()
    assert {outcome.attention_failed for outcome in check_outcomes(study=copy)} == {0}
    assert rehearse(draft).state == Study.State.COMPLETE


def test_a_crowd_of_whom_a_rule_excludes_too_many_is_told_apart() -> None:
    rule = {"rule": "too_fast", "threshold": 60_000, "exclude": True}
    with pytest.raises(ProtocolError, match="rules of the protocol excluded 4 of 4 annotators"):
        rehearse(checked_draft(quality_rules=[rule]))
