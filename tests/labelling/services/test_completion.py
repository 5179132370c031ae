"""A study with all its labels is completed: at once, or by whoever comes by next."""

from collections.abc import Callable
from typing import Any

import pytest

from labelling.errors import NotRunning
from labelling.models import Annotator, Event, Study
from labelling.services import assignment as assignment_service
from labelling.services import reinstatement as reinstatement_service
from labelling.services.answer import Answer
from labelling.services.assignment import lease_items, submit_labels
from labelling.services.completion import complete_if_full
from labelling.services.exclusions import exclude_annotator
from labelling.services.finishing import finish_annotator
from labelling.services.label_import import import_labels
from labelling.services.lease_tidying import expire_leases
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import pause_study
from tests.factories import NOW, answer, at, label_everything, make_annotator, make_lease, make_study

pytestmark = pytest.mark.django_db

ALL_ALIKE = [{"rule": "straight_lining", "threshold": 0.5, "exclude": True}]


class Killed(BaseException):
    """What ends a process between a commit and the next step."""


def die(**_arguments: object) -> None:
    raise Killed


def test_the_last_label_completes_the_study() -> None:
    study = make_study()
    label_everything(study=study, now=at(30))
    study.refresh_from_db()
    assert (study.state, study.completed_at) == (Study.State.COMPLETE, at(30))


def test_a_study_completes_once() -> None:
    study = make_study()
    label_everything(study=study)
    assert not complete_if_full(study=study, now=at(99))
    study.refresh_from_db()
    assert study.completed_at == NOW


def test_a_study_with_room_left_is_not_completed() -> None:
    study = make_study()
    label_everything(study=study, annotators=2)
    assert not complete_if_full(study=study, now=NOW)


def test_the_last_label_completes_a_paused_study_too() -> None:
    study = make_study(sample_size=1, redundancy=1)
    lease = make_lease(annotator=make_annotator(study=study))
    pause_study(study=study, now=NOW)
    answer(assignment=lease)
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE


def full_and_running(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Annotator:
    """Make a study whose last labels were stored by a process that then died; return who gave them."""
    annotator = make_annotator(study=make_study(redundancy=1, **fields))
    answers = [
        Answer(token=lease.token, category_position=0, submission_key=lease.token, response_ms=1500)
        for lease in lease_items(annotator=annotator, count=10, now=NOW)
    ]
    monkeypatch.setattr(assignment_service, "complete_if_full", die)
    with pytest.raises(Killed):
        submit_labels(annotator=annotator, answers=answers, now=NOW)
    monkeypatch.undo()
    assert annotator.labels.count() == len(answers)
    return annotator


def completions(study: Study) -> int:
    return study.events.filter(kind=Event.Kind.COMPLETED).count()


def lease(annotator: Annotator) -> None:
    assert lease_items(annotator=annotator, count=1, now=at(9)) == []


def finish(annotator: Annotator) -> None:
    assert finish_annotator(annotator=annotator, now=at(9)).completion_code


def tidy(_annotator: Annotator) -> None:
    assert expire_leases(now=at(9)) == 0


@pytest.mark.parametrize("come_by", [lease, finish, tidy])
def test_a_full_study_whose_last_labeller_died_is_completed_by_whoever_comes_next(
    monkeypatch: pytest.MonkeyPatch, come_by: Callable[[Annotator], None]
) -> None:
    annotator = full_and_running(monkeypatch)
    assert completions(annotator.study) == 0
    come_by(annotator)
    expire_leases(now=at(10))
    annotator.study.refresh_from_db()
    assert (annotator.study.state, annotator.study.completed_at) == (Study.State.COMPLETE, at(9))
    assert completions(annotator.study) == 1
    with pytest.raises(NotRunning):
        lease_items(annotator=annotator, count=1, now=at(11))


def test_tidying_completes_a_paused_study_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    study = full_and_running(monkeypatch).study
    pause_study(study=study, now=at(1))
    expire_leases(now=at(2))
    assert completions(study) == 1


def test_a_reinstatement_that_was_cut_off_is_completed_by_tidying(monkeypatch: pytest.MonkeyPatch) -> None:
    annotator = make_annotator(study=make_study(sample_size=1, redundancy=1))
    answer(assignment=make_lease(annotator=annotator))
    exclude_annotator(annotator=annotator, reason="Guessed.", by="ada", now=at(1))
    monkeypatch.setattr(reinstatement_service, "complete_if_full", die)
    with pytest.raises(Killed):
        reinstate_annotator(annotator=annotator, reason="A mistake.", by="ada", now=at(2))
    monkeypatch.undo()
    assert completions(annotator.study) == 1  # of the first time
    expire_leases(now=at(3))
    assert completions(annotator.study) == 2


def test_the_rules_are_asked_also_by_whoever_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    annotator = full_and_running(monkeypatch, sample_size=10, guide_examples=0, quality_rules=ALL_ALIKE)
    other = make_annotator(study=annotator.study)
    assert lease_items(annotator=other, count=5, now=at(9)) == []
    assert annotator.exclusions.get().excluded_by == "rule straight_lining"
    assert completions(annotator.study) == 0
    assert len(lease_items(annotator=other, count=5, now=at(10))) == 5


def test_an_import_that_fills_a_study_asks_the_rules_first(tmp_path) -> None:
    study = make_study(sample_size=12, guide_examples=0, redundancy=1, quality_rules=ALL_ALIKE)
    rows = [f"{index},ann,Category 0" for index in range(12)]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(["item,annotator,label", *rows]))
    assert import_labels(study=study, path=path, now=NOW).completed is False
    assert study.annotators.get().exclusions.get().excluded_by == "rule straight_lining"
    assert study.places.unfilled().count() == 12
    assert completions(study) == 0
