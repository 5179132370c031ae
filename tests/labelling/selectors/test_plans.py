"""What the planner makes of assumptions, and of a pilot's labels."""

from dataclasses import replace
from decimal import Decimal

import pytest

from labelling.models import Study
from labelling.selectors.plans import FIRST_ASSUMPTIONS, Planned, assumptions_of, forecast, pilots_of
from labelling.services.drafts import revise_draft
from labelling.services.predictions import add_predictions
from tests.factories import NOW, label_everything, make_dataset, make_draft, make_study
from tests.labelling.machines import perfect

PRECEDENT = Planned(
    population=10_000,
    sample_size=1000,
    redundancy=3,
    labels_per_annotator=100,
    expected_accuracy=0.835,
    machine_accuracy=0.9,
    seconds_per_label=4,
    hourly_pay=Decimal("12.00"),
)


def make_pilot(**fields: object) -> Study:
    """Make a complete study: six people who say alternately the first and the second category."""
    study = make_study(labels_per_annotator=3, **fields)
    for number in range(6):
        label_everything(study=study, annotators=1, category=number % 2)
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE
    return study


def test_the_precedent_is_foretold():
    expected = forecast(planned=PRECEDENT)

    assert round(expected.wilson.width / 2, 4) == 0.023
    assert round(expected.finite.width / 2, 4) == 0.0218
    assert round(expected.power.value, 3) == 0.989
    assert (expected.people, expected.effort.labels) == (30, 3000)
    assert expected.cost == Decimal("52.00")
    assert expected.crossed is None


def test_what_is_not_assumed_is_not_foretold():
    bare = Planned(population=12, sample_size=1, redundancy=3, labels_per_annotator=None)

    expected = forecast(planned=bare)

    assert (expected.wilson, expected.finite, expected.power, expected.effort, expected.cost) == (None,) * 5
    assert expected.people == 3


def test_checks_and_practice_cost_time():
    more = replace(PRECEDENT, gold_every=20, practice_items=10)

    assert forecast(planned=more).effort.answers == 3000 * 1.05 + 10 * 30


@pytest.mark.django_db
def test_a_pilot_tells_how_people_differ_and_how_fast_they_are():
    expected = forecast(planned=replace(PRECEDENT, pilot=make_pilot(title="A pilot")))

    assert expected.pilot.title == "A pilot"
    assert expected.pilot.spread.annotators == 6
    assert expected.pilot.seconds_per_label == 1.5
    assert 0 < expected.crossed.width <= 1
    assert not expected.power.from_pilot


@pytest.mark.django_db
def test_a_pilot_that_takes_the_place_of_another_is_counted_by_itself():
    first, second = make_pilot(title="First"), make_pilot(title="Second")
    # A rehearsal that is repeated is a new study of the old name, in which as much has happened.
    second.slug = first.slug

    told = [forecast(planned=replace(PRECEDENT, pilot=pilot)).pilot.title for pilot in (first, second)]

    assert told == ["First", "Second"]


@pytest.mark.django_db
def test_a_pilot_s_machine_tells_how_alike_errors_are_unless_one_assumes_otherwise():
    pilot = make_pilot()
    add_predictions(study=pilot, name="Oracle", content=perfect(pilot), file_name="net.npy", now=NOW)
    planned = replace(PRECEDENT, pilot=pilot)

    assert forecast(planned=planned).power.from_pilot
    assert not forecast(planned=replace(planned, error_consistency=0.2)).power.from_pilot


@pytest.mark.django_db
def test_pilots_are_ended_studies_of_the_same_dataset():
    dataset = make_dataset()
    draft = make_draft(dataset=dataset)
    pilot, rehearsal = make_pilot(dataset=dataset), make_pilot(dataset=dataset, rehearsal=True)
    make_study(dataset=dataset)
    make_pilot()

    assert set(pilots_of(study=draft)) == {pilot, rehearsal}


@pytest.mark.django_db
def test_a_draft_without_a_plan_has_the_first_assumptions():
    draft = make_draft()
    assert assumptions_of(study=draft) == FIRST_ASSUMPTIONS

    revise_draft(study=draft, now=NOW, assumptions={**FIRST_ASSUMPTIONS, "machine_accuracy": None})

    assert assumptions_of(study=draft) == {**FIRST_ASSUMPTIONS, "machine_accuracy": None}
