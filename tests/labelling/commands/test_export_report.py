import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import label_everything, make_draft, make_open_study, make_pictured_study, make_study

pytestmark = pytest.mark.django_db


def test_the_bundle_is_written_and_its_report_named(tmp_path, capsys):
    study, folder = make_study(), tmp_path / "bundle"
    label_everything(study=study)
    call_command("export_report", study.slug, output=folder, resamples=20)
    assert str(folder / "report.html") in capsys.readouterr().out
    assert json.loads((folder / "report.json").read_text())["config"]["resamples"] == 20


def test_a_draft_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(CommandError, match="launch_study"):
        call_command("export_report", make_draft().slug, output=tmp_path / "bundle")


def test_a_folder_of_other_things_is_refused_before_the_work(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CommandError, match=r"holds 'thesis.tex'"):
        call_command("export_report", make_study().slug, output=tmp_path)


def test_a_bad_number_of_resamples_is_told(tmp_path):
    with pytest.raises(CommandError, match="resamples is -1"):
        call_command("export_report", make_open_study().slug, output=tmp_path / "bundle", resamples=-1)


def test_a_bundle_of_a_sealed_study_is_refused_with_the_option_that_unseals(tmp_path):
    with pytest.raises(CommandError, match=r'is sealed until .*--unseal "the reason"'):
        call_command("export_report", make_study().slug, output=tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_unsealing_is_recorded_and_told_in_the_bundle_and_the_command_can_be_run_again(tmp_path):
    study, folder = make_study(), tmp_path / "bundle"
    for _ in range(2):
        call_command("export_report", study.slug, output=folder, resamples=0, unseal="The reviewers ask.")
    assert study.events.filter(kind="unsealed").count() == 1
    [deviation] = json.loads((folder / "report.json").read_text())["study"]["deviations"]
    assert deviation["text"] == (
        "The accuracy was unsealed before the end, when 0 of 18 labels were there. The reason given: "
        "The reviewers ask."
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_unsealed_without_a_reason(tmp_path, reason):
    study = make_study()
    with pytest.raises(CommandError, match="needs a reason"):
        call_command("export_report", study.slug, output=tmp_path / "bundle", unseal=reason)
    study.refresh_from_db()
    assert study.unsealed_at is None


def test_nothing_is_unsealed_for_a_bundle_that_cannot_be_written(tmp_path):
    study = make_study()
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CommandError, match=r"holds 'thesis.tex'"):
        call_command("export_report", study.slug, output=tmp_path, unseal="The reviewers ask.")
    study.refresh_from_db()
    assert study.unsealed_at is None


def test_without_images_the_bundle_has_none_and_verifies(tmp_path, capsys):
    study, folder = make_pictured_study(sample_size=12, redundancy=2), tmp_path / "bundle"
    label_everything(study=study, annotators=2)
    call_command("export_report", study.slug, output=folder, resamples=0, without_images=True)
    assert not (folder / "images").exists()
    assert "data:image/png" not in (folder / "report.html").read_text()
    call_command("verify_bundle", str(folder))
