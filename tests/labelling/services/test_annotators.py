"""An annotator's way: join, consent, guide, finish."""

from functools import partial

import pytest

from labelling.errors import NotFinished, NotRunning
from labelling.models import Annotator
from labelling.selectors.annotators import standing
from labelling.services.annotators import finish, join_and_consent, join_study, record_consent
from labelling.services.assignment import lease_items
from labelling.services.studies import close_study
from tests.factories import NOW, answer, at, label_everything, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db


def test_the_secret_finds_the_annotator_and_is_not_stored() -> None:
    study = make_study()
    annotator, secret = join_study(study=study, now=NOW)
    assert study.annotators.holding(secret).get() == annotator
    assert secret not in str(Annotator.objects.values())


def test_a_secret_of_another_study_finds_nobody() -> None:
    _, secret = join_study(study=make_study(), now=NOW)
    assert not make_study().annotators.holding(secret).exists()


def test_a_closed_study_cannot_be_joined() -> None:
    study = close_study(study=make_study(), reason="Enough.", now=NOW)
    with pytest.raises(NotRunning, match="closed early"):
        join_study(study=study, now=NOW)


def test_a_person_is_not_let_into_a_rehearsal() -> None:
    study = make_study(rehearsal=True)
    with pytest.raises(NotRunning, match="is a rehearsal: its people are simulated"):
        join_and_consent(join=partial(join_study, study=study), now=NOW)
    assert not study.annotators.exists()


def test_consent_is_recorded_once_with_its_version() -> None:
    annotator, _ = join_study(study=make_study(consent_version="2"), now=NOW)
    record_consent(annotator=annotator, now=at(1))
    record_consent(annotator=annotator, now=at(99))
    annotator.refresh_from_db()
    assert (annotator.consented_at, annotator.consent_version) == (at(1), "2")


def test_the_code_comes_when_the_quota_is_reached() -> None:
    annotator = make_annotator(study=make_study(labels_per_annotator=1))
    with pytest.raises(NotFinished, match="0 of 1"):
        finish(annotator=annotator, now=NOW)
    answer(assignment=make_lease(annotator=annotator))
    assert finish(annotator=annotator, now=at(5)).completion_code


def test_the_code_stays_the_same() -> None:
    annotator = make_annotator(study=make_study(labels_per_annotator=1))
    answer(assignment=make_lease(annotator=annotator))
    code = finish(annotator=annotator, now=at(5)).completion_code
    stale = Annotator.objects.get(pk=annotator.pk)
    stale.finished_at = None
    assert finish(annotator=stale, now=at(9)).completion_code == code


def test_without_a_quota_an_annotator_finishes_after_one_label() -> None:
    annotator = make_annotator(study=make_study())
    with pytest.raises(NotFinished):
        finish(annotator=annotator, now=NOW)
    answer(assignment=make_lease(annotator=annotator))
    assert finish(annotator=annotator, now=NOW).finished_at == NOW


def test_an_annotator_finishes_below_the_quota_when_nothing_is_left() -> None:
    study = make_study(sample_size=1, labels_per_annotator=5)
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator))
    where = standing(annotator=annotator)
    assert (where.left, where.goal, where.may_finish) == (0, 1, True)


def test_standing_counts_answers_leases_and_what_is_left() -> None:
    study = make_study(labels_per_annotator=5)
    annotator = make_annotator(study=study)
    leased = lease_items(annotator=annotator, count=3, now=NOW)
    answer(assignment=leased[0])
    where = standing(annotator=annotator)
    assert (where.labelled, where.leased, where.left, where.goal) == (1, 2, 4, 5)


def test_what_others_have_filled_is_not_left() -> None:
    study = make_study()
    label_everything(study=study, annotators=3)
    late = Annotator.objects.create(study=study, secret_sha256="x", joined_at=NOW)
    assert standing(annotator=late).left == 0


def test_what_others_hold_may_still_be_left() -> None:
    study = make_study(sample_size=1, redundancy=1)
    make_lease(annotator=make_annotator(study=study))
    assert standing(annotator=make_annotator(study=study)).left == 1
