"""The geometry of the charts, and the shades of the heat map."""

from datetime import timedelta

from labelling.selectors.progress import Annotators, HourOfWork, Progress
from labelling.views.researcher.charts import HEIGHT, WIDTH, hour_columns, labels_bar
from labelling.views.researcher.heat_map import heat_map
from tests.factories import NOW, at


def progress(*, items=(0, 0, 0, 0), hours=()):
    return Progress(
        at=NOW,
        items_by_labels=tuple(items),
        surplus=0,
        annotators=Annotators(joined=0, consented=0, active=0, finished=0, excluded=0),
        leases=0,
        labels_last_hour=0,
        hours=tuple(hours),
        started_at=None,
        finished_at=None,
    )


def hour(number, labels):
    start = at(3600 * number)
    return HourOfWork(start=start, labels=labels, first=start, last=start + timedelta(minutes=5))


def test_the_bar_is_filled_exactly_with_most_labels_first():
    bar = labels_bar(progress(items=(1, 1, 1, 0)))

    assert [part.labels for part in bar] == [3, 2, 1, 0]
    assert [part.width for part in bar] == [0, 333, 334, 333]
    assert bar[-1].x + bar[-1].width == WIDTH


def test_the_bar_of_a_draft_is_empty():
    assert [part.width for part in labels_bar(progress())] == [0, 0, 0, 0]


def test_more_labels_are_darker():
    assert [part.shade for part in labels_bar(progress(items=(1, 1, 1, 1)))] == [10, 7, 3, 0]


def test_an_hour_without_labels_has_its_place():
    columns = hour_columns(progress(hours=[hour(0, 10), hour(2, 5)]))

    assert [column.labels for column in columns] == [10, 0, 5]
    assert [column.height for column in columns] == [HEIGHT, 0, HEIGHT // 2]


def test_only_the_latest_48_hours_are_drawn():
    columns = hour_columns(progress(hours=[hour(0, 10), hour(100, 5)]))

    assert len(columns) == 48
    assert columns[-1].labels == 5
    assert columns[-1].x + columns[-1].width <= WIDTH


def test_without_labels_there_is_no_column():
    assert hour_columns(progress()) == []


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
