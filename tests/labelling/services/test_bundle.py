import hashlib
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction

from evaluation.bundle import derived_files
from evaluation.bundle.inputs import evaluate_inputs
from evaluation.bundle.reading import read_inputs
from evaluation.render.json import render
from labelling import report_page
from labelling.errors import BundleError, StudyStateError
from labelling.models import Annotator, Assignment
from labelling.services.annotators import finish, join_study, record_consent
from labelling.services.assignment import lease_items
from labelling.services.bundle import bundle_files, write_bundle, zipped
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.studies import close_study
from tests.factories import (
    NOW,
    answer,
    at,
    label_everything,
    make_annotator,
    make_dataset,
    make_draft,
    make_lease,
    make_open_study,
)

pytestmark = pytest.mark.django_db
FEW = 40


@pytest.fixture(autouse=True)
def _without_what_is_typeset(monkeypatch):
    """Figures and papers take most of the time; tests/labelling/test_whole_bundle.py has all of it."""
    monkeypatch.setattr(derived_files, "FAMILIES", derived_files.FAMILIES[:1])
    monkeypatch.setattr(report_page, "figures", lambda *_: {})


def make_labelled(*, people: int = 3, **fields):
    """A study with labels that differ between people and items, ties among them."""
    study = make_open_study(**fields)
    for number in range(people):
        annotator, _ = join_study(study=study, now=at(number), pseudonym=f"person-{number}")
        record_consent(annotator=annotator, now=at(number))
        leases = lease_items(annotator=annotator, count=10, now=at(number))
        for lease in leases:
            index = lease.sample_item.item.index
            chosen = index % 3 if (index + number) % 4 else number % 3
            answer(assignment=lease, category=chosen, response_ms=1000 + index, now=at(60 + number))
    study.refresh_from_db()
    return study


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {name: content.decode(errors="replace") for name, content in files.items()}


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def recomputed(folder: Path) -> str:
    """Evaluate the exported files alone."""
    inputs = read_inputs(contents(folder))
    return render(evaluate_inputs(inputs))


def test_the_bundle_has_the_report_the_raw_data_and_the_checksums():
    files = bundle_files(study=make_labelled(), resamples=0)
    assert {
        "report.html",
        "report.json",
        "labels.csv",
        "sample.csv",
        "categories.txt",
        "tables/confusion_matrix.csv",
        "tables/confusion_matrix_expected.csv",
        "tables/confusion_matrix_individual.csv",
        "protocol.json",
        "README-row.md",
        "SHA256SUMS",
    } <= set(files)


def test_the_exported_files_alone_give_the_same_report_to_the_last_byte(tmp_path):
    study = make_labelled()
    write_bundle(study=study, folder=tmp_path / "bundle", resamples=FEW)
    assert recomputed(tmp_path / "bundle") == (tmp_path / "bundle" / "report.json").read_text()


def test_labels_of_the_excluded_are_set_aside_and_the_files_still_give_the_same_report(tmp_path):
    study = make_labelled()
    exclude_annotator(annotator=study.annotators.first(), reason="Asked to.", by="the tests", now=NOW)
    write_bundle(study=study, folder=tmp_path / "bundle", resamples=FEW)
    assert recomputed(tmp_path / "bundle") == (tmp_path / "bundle" / "report.json").read_text()


def test_two_runs_give_the_same_bytes():
    study = make_labelled()
    assert bundle_files(study=study, resamples=FEW) == bundle_files(study=study, resamples=FEW)


def test_the_order_in_which_labels_came_changes_no_byte(monkeypatch):
    salts = SimpleNamespace(token_hex=lambda size: "0" * 2 * size)
    monkeypatch.setattr("labelling.services.events.secrets", salts)
    dataset = make_dataset()
    reports = []
    for order in ((0, 1), (1, 0)):
        with transaction.atomic():
            study = make_open_study(dataset=dataset, slug="same", redundancy=2)
            for number in order:
                annotator, _ = join_study(study=study, now=NOW, pseudonym=f"person-{number}")
                record_consent(annotator=annotator, now=NOW)
                for lease in lease_items(annotator=annotator, count=10, now=NOW):
                    answer(assignment=lease, category=(lease.sample_item.item.index + number) % 3)
            reports.append(bundle_files(study=study, resamples=FEW))
            transaction.set_rollback(True)
    assert reports[0] == reports[1]


def test_every_file_has_its_checksum():
    files = bundle_files(study=make_labelled(), resamples=0)
    sums = files.pop("SHA256SUMS").decode().splitlines()
    assert sums == [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]


def test_the_protocol_is_the_frozen_one_byte_for_byte():
    study = make_open_study()
    protocol = bundle_files(study=study, resamples=0)["protocol.json"]
    assert hashlib.sha256(protocol).hexdigest() == study.protocol_sha256


def test_the_sample_names_index_ground_truth_and_pixels():
    study = make_open_study()
    header, *rows = bundle_files(study=study, resamples=0)["sample.csv"].decode().splitlines()
    assert header == "item,truth,pixel_sha256"
    assert len(rows) == 6
    for row in rows:
        index, truth, digest = row.split(",")
        assert truth == f"Category {int(index) % 3}"
        assert digest == "0" * 64


def test_no_secret_code_key_reason_or_author_is_in_any_file():
    study = make_open_study()
    type(study).objects.filter(pk=study.pk).update(join_code="joincanary22")
    study.refresh_from_db()
    annotator, secret = join_study(study=study, now=NOW)
    record_consent(annotator=annotator, now=NOW)
    for lease in lease_items(annotator=annotator, count=10, now=NOW):
        answer(assignment=lease, category=1, key=f"keycanary-{lease.pk}")
    annotator = finish(annotator=annotator, now=at(9))
    other = make_annotator(study=study)
    answer(assignment=make_lease(annotator=other), key="keycanary-other")
    exclude_annotator(annotator=other, reason="reasoncanary", by="authorcanary", now=NOW)
    exclude_annotator(annotator=annotator, reason="reasoncanary", by="authorcanary", now=NOW)
    reinstate_annotator(annotator=annotator, reason="liftcanary", by="authorcanary", now=NOW)
    Annotator.objects.filter(pk=annotator.pk).update(completion_code="CODECANARY77")
    annotator.refresh_from_db()
    planted = [secret, annotator.secret_sha256, "canary", "CANARY"]
    planted += Assignment.objects.values_list("token", flat=True)
    planted += study.dataset.items.values_list("token", flat=True)
    for name, content in texts(bundle_files(study=study, resamples=0)).items():
        found = [word for word in planted if word in content]
        assert not found, f"{name} has {found}"


def test_no_primary_key_is_in_any_file():
    study = make_open_study()
    annotator = Annotator.objects.create(
        pk=987654321,
        study=study,
        pseudonym="someone",
        secret_sha256="f" * 64,
        joined_at=NOW,
        consented_at=NOW,
        consent_version="1",
    )
    lease = make_lease(annotator=annotator)
    lease.state, lease.place = Assignment.State.RELEASED, None
    lease.save()
    place = lease.sample_item.places.first()
    assignment = Assignment.objects.create(
        pk=876543219,
        annotator=make_annotator(study=study),
        sample_item=lease.sample_item,
        place=place,
        leased_at=NOW,
        expires_at=at(60),
    )
    answer(assignment=assignment)
    for name, content in texts(bundle_files(study=study, resamples=0)).items():
        assert "987654321" not in content, name
        assert "876543219" not in content, name


def test_no_reading_of_a_clock_is_in_the_bundle(monkeypatch):
    study = make_labelled()
    before = bundle_files(study=study, resamples=0)
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert bundle_files(study=study, resamples=0) == before


def test_an_unfinished_study_is_marked_interim_with_what_is_missing():
    study = make_open_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    files = texts(bundle_files(study=study, resamples=0))
    for name in ("report.html", "README-row.md"):
        assert "INTERIM" in files[name]
        assert "0 of 6 images have all 3 labels" in files[name]
        assert "5 of 6 images have no label yet" in files[name]


def test_a_study_without_any_label_has_a_bundle_too():
    files = texts(bundle_files(study=make_open_study(), resamples=FEW))
    assert "INTERIM" in files["report.html"]
    assert files["labels.csv"] == "item,annotator,label,response_ms,submitted_at\n"
    assert json.loads(files["report.json"])["accuracy"]["majority"]["value"] is None


def test_a_complete_study_is_not_interim():
    study = make_open_study()
    label_everything(study=study)
    files = texts(bundle_files(study=study, resamples=0))
    assert "INTERIM" not in "".join(files.values())
    assert "REHEARSAL" not in "".join(files.values())
    assert "DRAWN DATA" not in "".join(files.values())


def test_a_study_closed_early_says_so_with_the_reason():
    study = make_open_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    study = close_study(study=study, reason="The budget\nis <spent>.", now=NOW)
    files = texts(bundle_files(study=study, resamples=0))
    assert "CLOSED EARLY" in files["report.html"]
    assert "The budget is &lt;spent&gt;." in files["report.html"]
    assert "The budget is <spent>." in files["README-row.md"]


@pytest.mark.parametrize(
    ("study_fields", "dataset_fields", "mark"),
    [({"rehearsal": True}, {}, "REHEARSAL"), ({}, {"drawn": True}, "DRAWN DATA")],
)
def test_what_is_not_people_on_real_data_is_marked_in_every_file_for_people(
    study_fields, dataset_fields, mark
):
    study = make_open_study(dataset=make_dataset(**dataset_fields), **study_fields)
    label_everything(study=study)
    files = texts(bundle_files(study=study, resamples=0))
    assert mark in files["report.html"]
    assert mark in files["README-row.md"]


def test_a_draft_is_refused_with_the_way_out(tmp_path):
    study = make_draft(slug="plan")
    with pytest.raises(StudyStateError, match=r"plan is a draft .* manage.py launch_study plan"):
        write_bundle(study=study, folder=tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_bundle_is_replaced_as_a_whole(tmp_path):
    study, folder = make_open_study(), tmp_path / "bundle"
    write_bundle(study=study, folder=folder, resamples=0)
    (folder / "report.json").write_text("altered")
    label_everything(study=study)
    names = write_bundle(study=study, folder=folder, resamples=0)
    assert sorted(names) == sorted(contents(folder))
    assert json.loads((folder / "report.json").read_text())["counts"]["labels"] == 18
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path):
    study, folder = make_open_study(), tmp_path / "bundle"
    write_bundle(study=study, folder=folder, resamples=0)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(BundleError, match=r"holds 'notes.txt'.*Choose a new or an empty folder"):
        write_bundle(study=study, folder=folder, resamples=0)
    assert (folder / "notes.txt").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path):
    write_bundle(study=make_open_study(), folder=tmp_path, resamples=0)
    assert (tmp_path / "report.html").is_file()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "bundle").write_text("mine")
    with pytest.raises(BundleError, match="is a file"):
        write_bundle(study=make_open_study(), folder=tmp_path / "bundle", resamples=0)


def test_a_disk_that_fills_up_leaves_no_half_bundle_and_the_earlier_one_whole(tmp_path, monkeypatch):
    study, folder = make_open_study(), tmp_path / "bundle"
    write_bundle(study=study, folder=folder, resamples=0)
    before = contents(folder)
    write_bytes = Path.write_bytes

    def full(path, content):
        if path.name == "sample.csv":
            raise OSError(28, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(BundleError, match="No space left on device"):
        write_bundle(study=study, folder=folder, resamples=0)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_the_zip_holds_the_same_files_and_is_the_same_every_time():
    study = make_labelled()
    files = bundle_files(study=study, resamples=0)
    packed = zipped(folder=study.slug, files=files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {f"{study.slug}/{name}": content for name, content in files.items()}
    assert zipped(folder=study.slug, files=bundle_files(study=study, resamples=0)) == packed


def test_a_stratified_sample_names_each_item_s_stratum():
    study = make_open_study(strategy="stratified")
    header, *rows = bundle_files(study=study, resamples=0)["sample.csv"].decode().splitlines()
    assert header == "item,truth,pixel_sha256,stratum"
    assert all(row.split(",")[1] == row.split(",")[3] for row in rows)
