"""What is said before a decision is what the decision does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.models import Study
from labelling.selectors.exclusion_effect import Effect, effect_of_exclusion, effect_of_reinstatement
from labelling.selectors.label_table import study_report
from labelling.selectors.tally import count_study
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from tests.factories import at, label_everything, make_annotator, make_lease, make_study
from tests.labelling.desk_people import People

pytestmark = pytest.mark.django_db


def effect(study: Study, annotator, *, reinstating: bool = False, visible: bool = True) -> Effect:
    """Return what is said before the decision."""
    tally = count_study(study=study, now=at(1000))
    if reinstating:
        return effect_of_reinstatement(
            annotator=annotator, study=study, tally=tally, visible=visible, now=at(1000)
        )
    return effect_of_exclusion(annotator=annotator, study=study, tally=tally, visible=visible)


def figures(study: Study) -> tuple[float | None, ...]:
    """Return the figures as the report has them."""
    report = study_report(study=study, resamples=0)
    return (
        report.agreement.krippendorff_alpha,
        report.agreement.pairwise,
        report.accuracy.majority.value,
    )


def told(effect: Effect, when: str) -> tuple[float | None, ...]:
    shown = getattr(effect, when)
    return (shown.alpha, shown.pairwise, shown.accuracy)


@pytest.mark.parametrize("rule", ["random", "wrong", "seeded"])
def test_an_exclusion_does_what_was_said(people: People, rule):
    study = people.get()
    study.tie_rule = rule
    annotator = people.annotator("failing")
    said = effect(study, annotator)
    full = {item.pk for item in study.sample.filter(role="sampled") if not item.places.unfilled().exists()}
    theirs = set(annotator.assignments.counted().values_list("sample_item", flat=True))
    assert (said.labels, said.images, said.complete) == (20, 20, len(full & theirs))
    assert (said.state, said.empties) == ("running", False)
    assert told(said, "before") == pytest.approx(figures(study))
    before = study.places.unfilled().count()
    exclude_annotator(annotator=annotator, reason="why", by="ada", now=at(1001))
    assert study.places.unfilled().count() == before + said.images
    assert told(said, "after") == pytest.approx(figures(study))


def test_taking_in_again_does_what_was_said_also_of_labels_without_room(people: People):
    study, annotator = people.get(), people.annotator("excluded")
    said = effect(study, annotator, reinstating=True)
    assert said.labels + said.surplus == 10
    assert said.surplus > 0
    reinstate_annotator(annotator=annotator, reason="why", by="ada", now=at(1001))
    assert annotator.assignments.counted().count() == said.labels
    assert told(said, "after") == pytest.approx(figures(study))


def test_a_complete_study_would_run_again_and_be_complete_again():
    study = make_study()
    label_everything(study=study)
    study.refresh_from_db()
    annotator = study.annotators.first()
    assert effect(study, annotator).state == "running"
    exclude_annotator(annotator=annotator, reason="why", by="ada", now=at(1))
    study.refresh_from_db()
    assert study.state == "running"
    assert effect(study, annotator, reinstating=True).state == "complete"
    reinstate_annotator(annotator=annotator, reason="why", by="ada", now=at(1002))
    study.refresh_from_db()
    assert study.state == "complete"


def test_the_only_one_with_labels_empties_the_study():
    study = make_study()
    label_everything(study=study, annotators=1)
    idle = make_annotator(study=study, now=at(1))
    assert effect(study, study.annotators.first()).empties
    assert not effect(study, idle).empties


def test_promised_images_go_back():
    study = make_study()
    annotator = make_annotator(study=study)
    make_lease(annotator=annotator)
    said = effect(study, annotator)
    assert (said.labels, said.leases, said.empties) == (0, 1, False)


def test_in_a_closed_study_nothing_goes_out_again(people: People):
    Study.objects.filter(pk=people.study).update(state="closed", closed_at=at(399), close_reason="why")
    said = effect(people.get(), people.annotator("failing"))
    assert (said.labels, said.images, said.state) == (20, 0, "closed")


def test_the_accuracy_is_not_told_while_it_is_sealed(people: People):
    said = effect(people.get(), people.annotator("failing"), visible=False)
    assert (said.before.accuracy, said.after.accuracy) == (None, None)
    assert said.after.alpha is not None


def test_without_a_tally_the_counts_are_told_and_the_figures_left_out(people: People):
    with CaptureQueriesContext(connection) as queries:
        said = effect_of_exclusion(
            annotator=people.annotator("failing"), study=people.get(), tally=None, visible=True
        )
    assert (said.labels, said.before, said.after) == (20, None, None)
    assert len(queries) <= 8


def test_labels_that_came_after_the_tally_are_not_taken_from_it(people: People):
    study = people.get()
    old = count_study(study=study, now=at(1))
    label_everything(study=study, annotators=1, now=at(1000))
    newest = study.annotators.order_by("-pk").first()
    said = effect_of_exclusion(annotator=newest, study=study, tally=old, visible=True)
    assert said.after.accuracy is not None
