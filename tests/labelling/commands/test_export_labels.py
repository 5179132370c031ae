import pytest
from django.core.management import CommandError, call_command

from labelling.models import Annotator
from labelling.services.exclusions import exclude_annotator
from tests.factories import NOW, answer, at, make_annotator, make_dataset, make_draft, make_lease, make_study

pytestmark = pytest.mark.django_db


def labelled(pseudonym: str = "someone", **fields):
    study = make_study(sample_size=12, guide_examples=0, **fields)
    annotator = make_annotator(study=study)
    Annotator.objects.filter(pk=annotator.pk).update(pseudonym=pseudonym)
    lease = make_lease(annotator=annotator)
    answer(assignment=lease, category=1, response_ms=1234, now=at(1.5))
    return study, lease.sample_item.item.index


def test_labels_are_printed_by_category_name(capsys):
    study, item = labelled()
    call_command("export_labels", study.slug)
    assert capsys.readouterr().out == (
        "item,annotator,label,response_ms,submitted_at\n"
        f"{item},someone,Category 1,1234,2026-11-22T12:00:01.500000Z\n"
    )


def test_the_time_zone_of_the_server_changes_nothing(capsys, settings):
    study, _ = labelled()
    call_command("export_labels", study.slug)
    printed = capsys.readouterr().out
    settings.TIME_ZONE = "Asia/Tokyo"
    call_command("export_labels", study.slug)
    assert capsys.readouterr().out == printed


def test_labels_are_written_to_a_file_which_replaces_an_earlier_one(tmp_path, capsys):
    study, item = labelled()
    path = tmp_path / "labels.csv"
    path.write_text("earlier")
    call_command("export_labels", study.slug, output=path)
    assert path.read_text().splitlines()[1].startswith(f"{item},someone,")
    assert "Wrote 1 labels" in capsys.readouterr().out
    assert [entry.name for entry in tmp_path.iterdir()] == ["labels.csv"]


def test_labels_that_do_not_count_come_with_all_and_are_told_apart(capsys):
    study, item = labelled()
    exclude_annotator(annotator=study.annotators.get(), reason="Asked to.", by="the tests", now=NOW)
    call_command("export_labels", study.slug)
    assert capsys.readouterr().out.count("\n") == 1
    call_command("export_labels", study.slug, all=True)
    header, row = capsys.readouterr().out.splitlines()
    assert header.endswith(",counted,state,changed_from")
    assert row.startswith(f"{item},someone,")
    assert row.endswith(",no,void,")


def test_that_one_could_not_tell_and_a_first_choice_come_with_all(capsys):
    study = make_study(cant_tell="counts")
    annotator = make_annotator(study=study)
    answer(assignment=make_lease(annotator=annotator), category=None, changed_from=2, changed=True)
    call_command("export_labels", study.slug)
    assert capsys.readouterr().out.count("\n") == 1
    call_command("export_labels", study.slug, all=True)
    cells = capsys.readouterr().out.splitlines()[1].split(",")
    assert (cells[2], cells[5:]) == ("", ["yes", "submitted", "Category 2"])


def test_labels_stand_in_the_order_of_items_and_annotators(capsys):
    study = make_study(sample_size=12, guide_examples=0, redundancy=2)
    for number in (10, 9):
        annotator = make_annotator(study=study)
        Annotator.objects.filter(pk=annotator.pk).update(pseudonym=str(number))
        for _ in range(12):
            answer(assignment=make_lease(annotator=annotator))
    call_command("export_labels", study.slug)
    rows = [tuple(map(int, line.split(",")[:2])) for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == sorted(rows)


def test_a_cell_that_a_spreadsheet_would_run_is_defused(capsys):
    dataset = make_dataset()
    dataset.categories.filter(position=1).update(name="=HYPERLINK(1)")
    study, item = labelled(pseudonym="@sum", dataset=dataset)
    call_command("export_labels", study.slug)
    assert f"{item},'@sum,'=HYPERLINK(1)," in capsys.readouterr().out


def test_a_draft_has_no_labels():
    with pytest.raises(CommandError, match="is a draft"):
        call_command("export_labels", make_draft().slug)


def test_an_unknown_study_is_told_with_those_that_there_are():
    study = make_study()
    with pytest.raises(CommandError, match=rf"no study 'nowhere' \(there are: .*{study.slug}"):
        call_command("export_labels", "nowhere")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    study, _ = labelled()
    with pytest.raises(CommandError, match=r"nowhere.labels.csv cannot be written"):
        call_command("export_labels", study.slug, output=tmp_path / "nowhere" / "labels.csv")
