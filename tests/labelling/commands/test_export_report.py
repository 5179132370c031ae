import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import label_everything, make_draft, make_pictured_study, make_study

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
        call_command("export_report", make_study().slug, output=tmp_path / "bundle", resamples=-1)


def test_without_images_the_bundle_has_none_and_verifies(tmp_path, capsys):
    study, folder = make_pictured_study(sample_size=12, redundancy=2), tmp_path / "bundle"
    label_everything(study=study, annotators=2)
    call_command("export_report", study.slug, output=folder, resamples=0, without_images=True)
    assert not (folder / "images").exists()
    assert "data:image/png" not in (folder / "report.html").read_text()
    call_command("verify_bundle", str(folder))
