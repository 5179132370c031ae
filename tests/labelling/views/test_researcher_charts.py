"""The lines of the tables that charts are drawn from, and the shades of the heat map."""

import pytest

from labelling.selectors.progress import study_progress
from labelling.selectors.tally import count_study
from labelling.views.researcher.charts import hour_lines, label_lines
from labelling.views.researcher.heat_map import heat_map
from tests.factories import answer, at, make_annotator, make_lease, make_study


def progress(*seconds, **fields):
    """The progress of a study to which a label came at each of these seconds, from somebody new."""
    study = make_study(**fields)
    for second in seconds:
        answer(assignment=make_lease(annotator=make_annotator(study=study)), now=at(second))
    now = at(10**6)
    return study_progress(study=study, tally=count_study(study=study, now=now), now=now)


@pytest.mark.django_db
def test_items_are_told_by_their_labels_most_first():
    lines = label_lines(progress(0, 0, 0, sample_size=4, redundancy=2))

    assert [(line.labels, line.items, line.share) for line in lines] == [
        (2, 0, 0),
        (1, 3, 0.75),
        (0, 1, 0.25),
    ]


@pytest.mark.django_db
def test_hours_without_labels_have_a_line_too():
    lines = hour_lines(progress(0, 60, 2 * 3600))

    assert [line.labels for line in lines] == [2, 0, 1]
    assert [line.start for line in lines] == [at(0), at(3600), at(7200)]


@pytest.mark.django_db
def test_no_more_than_the_latest_forty_eight_hours_have_a_line():
    lines = hour_lines(progress(0, 100 * 3600))

    assert len(lines) == 48
    assert (lines[0].labels, lines[-1].labels) == (0, 1)


@pytest.mark.django_db
def test_without_a_label_there_is_no_hour():
    assert hour_lines(progress()) == []


def test_a_cell_is_shaded_by_its_share_of_the_row():
    heat = heat_map(rows=["a", "b"], columns=["a", "b", "no majority"], counts=[[5, 5, 0], [0, 0, 10]])

    assert [[cell.shade for cell in row.cells] for row in heat.rows] == [[5, 5, 0], [0, 0, 10]]
    assert [row.total for row in heat.rows] == [10, 10]


def test_a_single_mistake_in_a_thousand_is_still_seen():
    heat = heat_map(rows=["a"], columns=["a", "b"], counts=[[999, 1]])

    assert heat.rows[0].cells[1].shade == 1


def test_a_category_without_items_has_no_shade():
    heat = heat_map(rows=["a"], columns=["a", "b"], counts=[[0, 0]])

    assert [cell.shade for cell in heat.rows[0].cells] == [0, 0]


def test_the_diagonal_is_where_row_and_column_are_the_same_category():
    heat = heat_map(rows=["a", "b"], columns=["a", "b", "no majority"], counts=[[1, 0, 0], [0, 1, 0]])

    assert [[cell.diagonal for cell in row.cells] for row in heat.rows] == [
        [True, False, False],
        [False, True, False],
    ]
