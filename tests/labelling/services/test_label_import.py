import gzip

import pytest

from labelling.errors import LabelFileError, StudyStateError
from labelling.models import Annotator, Assignment, Label, SampleItem, Study
from labelling.selectors.label_table import label_table
from labelling.services.exclusions import exclude_annotator
from labelling.services.label_export import labels_csv
from labelling.services.label_file import _LONGEST_NAME
from labelling.services.label_import import import_labels
from labelling.services.studies import close_study, launch_study
from tests.factories import (
    NOW,
    answer,
    at,
    label_everything,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_study,
)

pytestmark = pytest.mark.django_db


def whole(**fields) -> Study:
    """A running study of all twelve items, so that every index is in the sample."""
    return make_study(**{"sample_size": 12, "guide_examples": 0, **fields})


@pytest.fixture
def take(tmp_path):
    """Import rows into a study; the header is the contract's unless another is given."""

    def import_rows(study, *rows, header="item,annotator,label", now=NOW):
        path = tmp_path / "labels.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return import_labels(study=study, path=path, now=now)

    return import_rows


def states(study) -> dict[str, int]:
    found = Assignment.objects.filter(annotator__study=study).values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


def test_labels_count_and_annotators_keep_their_names(take):
    study = whole()
    done = take(study, "3,ann,Category 1", "3,bob,Category 0", "7,ann,Category 2")
    assert (done.counted, done.surplus, done.annotators, done.completed) == (3, 0, 2, False)
    table = label_table(study=study)
    assert table.annotators == ("ann", "bob")
    assert table.counts[3].tolist() == [1, 1, 0]
    assert table.counts[7].tolist() == [0, 0, 1]


def test_task_and_worker_are_read_too_and_categories_by_index(take):
    study = whole()
    take(study, "3,w1,2", "4,w1,0", header="task,worker,label")
    table = label_table(study=study)
    assert table.category_codes.tolist() == [2, 0]


def test_nobody_is_called_as_the_record_calls_the_study(take):
    with pytest.raises(LabelFileError, match="Give that annotator another name"):
        take(whole(), "0,study,Category 0")


def test_times_are_kept(take):
    study = whole()
    take(
        study,
        "3,ann,Category 1,1234.4,2026-01-02T03:04:05.5+02:00",
        "4,ann,Category 1,,",
        header="item,annotator,label,response_ms,submitted_at",
        now=at(5),
    )
    labels = Label.objects.order_by("assignment__sample_item__item__index")
    assert [label.response_ms for label in labels] == [1234, None]
    assert labels[0].submitted_at.isoformat() == "2026-01-02T01:04:05.500000+00:00"
    assert labels[1].submitted_at == at(5)


def test_a_gzipped_file_is_read(tmp_path):
    study, path = whole(), tmp_path / "labels.csv.gz"
    path.write_bytes(gzip.compress(b"item,annotator,label\n1,ann,0\n"))
    assert import_labels(study=study, path=path, now=NOW).counted == 1


def test_the_same_file_again_adds_nothing(take):
    study = whole()
    rows = ["3,ann,Category 1", "4,ann,0"]
    take(study, *rows)
    again = take(study, *rows)
    assert (again.known, again.counted, again.surplus, again.annotators) == (2, 0, 0, 0)
    assert Label.objects.count() == 2
    assert Annotator.objects.filter(study=study).count() == 1


def test_the_same_file_again_adds_nothing_once_the_study_is_complete(take):
    study = whole(redundancy=1)
    rows = [f"{index},ann,0" for index in range(12)]
    assert take(study, *rows).completed
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETE
    again = take(study, *rows)
    assert again.known == 12
    assert not again.completed


def test_a_longer_file_adds_what_is_new(take):
    study = whole()
    take(study, "3,ann,0")
    done = take(study, "3,ann,0", "4,ann,0", "3,bob,1")
    assert (done.known, done.counted, done.annotators) == (1, 2, 1)


def test_no_item_gets_more_than_k_counted_labels_and_the_rest_is_surplus(take):
    study = whole(redundancy=2)
    done = take(study, "3,ann,0", "3,bob,0", "3,cem,0", "3,dea,0")
    assert (done.counted, done.surplus) == (2, 2)
    assert states(study) == {"submitted": 2, "surplus": 2}
    assert label_table(study=study).annotators == ("ann", "bob")


@pytest.mark.parametrize("cant_tell", ["counts", "replaced"])
def test_a_label_where_the_annotator_could_not_tell_is_refused(take, cant_tell):
    study = whole(cant_tell=cant_tell)
    annotator = make_annotator(study=study)
    label = answer(assignment=make_lease(annotator=annotator), category=None)
    item = label.assignment.sample_item.item.index
    with pytest.raises(LabelFileError, match="before, as that one cannot tell, and the file says"):
        take(study, f"{item},{annotator.pseudonym},0")


def test_surplus_labels_are_known_the_second_time(take):
    study = whole(redundancy=1)
    take(study, "3,ann,0", "3,bob,0")
    assert take(study, "3,ann,0", "3,bob,0").known == 2


def test_the_last_labels_complete_the_study(take):
    study = whole(redundancy=2)
    done = take(study, *[f"{index},{name},0" for index in range(12) for name in ("ann", "bob")])
    assert done.completed
    assert Study.objects.get(pk=study.pk).state == Study.State.COMPLETE


def test_people_go_on_where_the_import_ended(take):
    study = whole(redundancy=2)
    take(study, *[f"{index},ann,0" for index in range(12)])
    label_everything(study=study, annotators=1)
    assert Study.objects.get(pk=study.pk).state == Study.State.COMPLETE
    assert states(study) == {"submitted": 24}


def test_an_image_that_somebody_holds_now_is_not_taken_from_them(take):
    study = whole(redundancy=1)
    lease = make_lease(annotator=make_annotator(study=study))
    done = take(study, f"{lease.sample_item.item.index},ann,0")
    assert (done.counted, done.surplus) == (0, 1)
    answer(assignment=lease)
    lease.refresh_from_db()
    assert lease.state == Assignment.State.SUBMITTED


def test_a_lease_that_ran_out_gives_its_place_to_the_import(take):
    study = whole(redundancy=1)
    lease = make_lease(annotator=make_annotator(study=study))
    assert take(study, f"{lease.sample_item.item.index},ann,0", now=at(601)).counted == 1
    lease.refresh_from_db()
    assert lease.state == Assignment.State.EXPIRED


@pytest.mark.parametrize("later", [0, 601])
def test_an_answer_to_an_image_that_its_annotator_was_promised_takes_that_place(take, later):
    study = whole(redundancy=1)
    annotator = make_annotator(study=study)
    lease = make_lease(annotator=annotator)
    row = f"{lease.sample_item.item.index},{annotator.pseudonym},2"
    assert take(study, row, now=at(later)).counted == 1
    lease.refresh_from_db()
    assert (lease.state, lease.label.category.position) == (Assignment.State.SUBMITTED, 2)
    assert not study.places.filter(assignment=lease).unfilled().exists()


def test_labels_of_an_excluded_annotator_are_void(take):
    study = whole()
    take(study, "3,ann,0")
    exclude_annotator(annotator=study.annotators.get(), reason="Asked to.", by="the tests", now=NOW)
    done = take(study, "3,ann,0", "4,ann,0")
    assert (done.known, done.void, done.counted) == (1, 1, 0)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("99,ann,0", r"labels.csv, line 3: the item '99' is not in the study's sample"),
        ("x,ann,0", r"line 3: the item 'x' is not in the study's sample"),
        (",ann,0", r"line 3: the item '' is not in the study's sample"),
        ("4,ann,Category 9", r"line 3, column 'label', value 'Category 9': it is not the name or index"),
        ("4,ann,3", r"line 3, column 'label', value '3'"),
        ("4,ann,", r"line 3, column 'label', value '': the label is missing"),
        ("4, ,0", r"line 3, column 'annotator', value ' ': the annotator is blank"),
        ("1,ann,0", r"line 3, column 'annotator', value 'ann': this annotator labelled the item on line 2"),
        ("4,ann@example.org,0", r"line 3, column 'annotator'.*looks like an e-mail address"),
        ("4,simulated-007,0", r"line 3, column 'annotator'.*never mixed with people"),
        ("4,=1+1,0", r"line 3, column 'annotator', value '=1\+1': a spreadsheet would run it"),
        ("4," + 65 * "n" + ",0", r"line 3, column 'annotator'.*longer than 64"),
        ("4,ann", r"line 3, value '4,ann': the row has 2 fields and the header 3"),
    ],
)
def test_a_faulty_row_is_told_with_its_line_and_nothing_is_imported(take, row, problem):
    study = whole()
    with pytest.raises(LabelFileError, match=problem):
        take(study, "1,ann,0", row)
    assert not Label.objects.exists()
    assert not Annotator.objects.filter(study=study).exists()


@pytest.mark.parametrize(
    ("times", "problem"),
    [
        ("soon,", r"line 2, column 'response_ms', value 'soon'"),
        ("-1,", r"line 2, column 'response_ms', value '-1'"),
        ("1e12,", r"line 2, column 'response_ms'.*longer than 24 days"),
        (",yesterday", r"line 2, column 'submitted_at', value 'yesterday': it is no moment with a time zone"),
        (",2026-01-01T00:00:00", r"line 2, column 'submitted_at'.*time zone"),
        (",9999-12-31T23:59:59Z", r"line 2, column 'submitted_at', value '9999-.*later than now"),
        (",2026-11-23T12:00:01Z", r"line 2, column 'submitted_at'.*later than now"),
        (",0001-01-01T00:00:00+14:00", r"line 2, column 'submitted_at'.*before 1970"),
    ],
)
def test_a_faulty_time_is_told_with_its_line(take, times, problem):
    with pytest.raises(LabelFileError, match=problem):
        take(whole(), f"1,ann,0,{times}", header="item,annotator,label,response_ms,submitted_at")
    assert not Label.objects.exists()


def test_an_item_that_was_not_sampled_is_unknown(take):
    study = make_study(sample_size=2)
    outside = study.dataset.items.exclude(memberships__study=study).first()
    guide = study.sample.filter(role=SampleItem.Role.GUIDE).first().item
    for item in (outside, guide):
        with pytest.raises(LabelFileError, match="not in the study's sample"):
            take(study, f"{item.index},ann,0")


def test_another_answer_in_the_place_of_one_that_is_there_is_refused_and_nothing_is_imported(take):
    study = whole()
    take(study, "3,ann,Category 1")
    with pytest.raises(LabelFileError, match=r"line 3: 'ann' labelled the item 3 before, as 'Category 1'"):
        take(study, "4,ann,0", "3,ann,Category 2")
    assert Label.objects.count() == 1


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LabelFileError, match=r"nowhere.csv: it cannot be read"):
        import_labels(study=whole(), path=tmp_path / "nowhere.csv", now=NOW)


def test_a_file_without_rows_is_refused(take):
    with pytest.raises(LabelFileError, match="a header and no rows"):
        take(whole())


def test_a_draft_takes_no_labels(take):
    with pytest.raises(StudyStateError, match="is a draft"):
        take(make_draft(), "1,ann,0")


def test_a_closed_study_takes_no_new_labels(take):
    study = close_study(study=whole(), reason="Enough.", now=NOW)
    with pytest.raises(StudyStateError, match=r"closed early, and .* has 1 labels that are not in it"):
        take(study, "1,ann,0")


def test_a_rehearsal_takes_no_labels_of_people(take):
    with pytest.raises(StudyStateError, match="is a rehearsal"):
        take(whole(rehearsal=True), "1,ann,0")


def test_an_export_imported_into_another_study_of_the_sample_exports_the_same(tmp_path):
    dataset = make_dataset()
    first = whole(dataset=dataset)
    label_everything(study=first)
    path = tmp_path / "labels.csv"
    path.write_text(labels_csv(study=first))
    second = launch_study(study=make_draft(dataset=dataset, sample_size=12, guide_examples=0), now=NOW)
    assert import_labels(study=second, path=path, now=at(99)).completed
    assert labels_csv(study=second) == path.read_text()
    assert label_table(study=second).sha256 == label_table(study=first).sha256


def test_the_longest_name_is_what_the_database_holds():
    assert Annotator._meta.get_field("pseudonym").max_length == _LONGEST_NAME


def test_the_number_of_queries_does_not_grow_with_the_labels(take, django_assert_max_num_queries):
    study = whole()
    with django_assert_max_num_queries(22):
        take(study, *[f"{index},ann,0" for index in range(12)])
