"""The table of annotators: who is in it, in which order, and what stands in a row."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelling.models import Study
from labelling.selectors.annotator_table import AnnotatorQuery, annotator_order, annotator_rows
from labelling.selectors.tally import count_study
from labelling.services.exclusions import exclude_annotator
from tests.factories import at
from tests.labelling.desk_people import People

pytestmark = pytest.mark.django_db


def found(study: Study, *, seconds: float = 400, **asked: object) -> list[int]:
    """Return the keys of the annotators that a query finds, in order."""
    tally, now = count_study(study=study, now=at(seconds)), at(seconds)
    order = annotator_order(tally=tally, study=study, query=AnnotatorQuery(**asked), now=now)
    return tally.annotators.keys[order].tolist()


def row_of(study: Study, key: int, *, seconds: float = 400):
    tally = count_study(study=study, now=at(seconds))
    place = tally.annotators.keys.tolist().index(key)
    return annotator_rows(tally=tally, study=study, places=[place], now=at(seconds))[0]


def test_at_first_those_whom_most_rules_flag_stand_first(people: People):
    order = found(people.get())
    assert set(order[:2]) == {people.failing, people.same}
    assert len(order) == 5


def test_a_column_sorts_both_ways_and_who_has_no_figure_stands_last(people: People):
    study = people.get()
    up, down = (found(study, sort="agreement", descending=way) for way in (False, True))
    assert up[-1] == down[-1] == people.idle
    agreement = {key: row_of(study, key).agreement for key in up[:-1]}
    assert [agreement[key] for key in up[:-1]] == sorted(agreement.values())
    assert [agreement[key] for key in down[:-1]] == sorted(agreement.values(), reverse=True)


@pytest.mark.parametrize("sort", ["labels", "median", "commonest", "attention", "gold", "repeats", "seen"])
def test_every_column_sorts_everybody(people: People, sort):
    assert len(found(people.get(), sort=sort)) == 5


def test_the_pseudonym_is_searched_in_any_case(people: People):
    name = people.annotator("same").pseudonym
    assert found(people.get(), search=name[3:17].upper()) == [people.same]


def test_rules_and_labels_filter(people: People):
    study = people.get()
    assert people.failing in found(study, flag="attention_failed")
    assert people.careful not in found(study, flag="any")
    assert found(study, flag="no such rule") == []
    assert people.idle not in found(study, labelled=True)


def test_states_say_who_is_at_work_has_gone_finished_or_is_excluded(people: People):
    study = people.get()
    assert set(found(study, state="at work")) == {people.failing, people.same}
    assert found(study, state="waiting") == [people.idle]
    assert found(study, state="finished") == [people.careful]
    assert found(study, state="excluded") == [people.excluded]
    later = timedelta(minutes=20).total_seconds()
    assert set(found(study, seconds=later, state="gone")) == {people.failing, people.same, people.idle}


def test_nobody_is_at_work_in_a_study_that_has_ended(people: People):
    Study.objects.filter(pk=people.study).update(state="closed", closed_at=at(399), close_reason="why")
    assert found(people.get(), state="at work") == []


def test_a_row_has_the_figures_and_the_exclusion_in_force(people: People):
    study = people.get()
    row = row_of(study, people.failing)
    assert (row.counted, row.given, row.median_ms, row.seen) == (20, 20, 1500, at(240))
    assert (row.attention.failed, row.attention.answered) == (4, 4)
    assert "attention_failed" in row.flags
    assert row_of(study, people.excluded).exclusion.reason == "Told us so."


def test_an_exclusion_shows_though_the_tally_is_older(people: People):
    study = people.get()
    tally = count_study(study=study, now=at(400))
    place = tally.annotators.keys.tolist().index(people.same)
    exclude_annotator(annotator=people.annotator("same"), reason="why", by="ada", now=at(401))
    with CaptureQueriesContext(connection) as queries:
        row = annotator_rows(tally=tally, study=study, places=[place], now=at(402))[0]
    assert (row.state, row.exclusion.excluded_by) == ("excluded", "ada")
    assert len(queries) == 2
