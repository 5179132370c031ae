import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from evaluation.bundle.inputs import evaluate_record
from evaluation.bundle.reading import read_inputs
from evaluation.bundle.source_files import source_files
from labelling.errors import PredictionsError, StudyStateError
from labelling.models import Predictions
from labelling.selectors.bundle_inputs import bundle_inputs
from labelling.selectors.label_table import study_report
from labelling.selectors.predictions import machine_codes
from labelling.services import predictions as service
from labelling.services.predictions import add_predictions, remove_predictions
from tests.factories import NOW, label_everything, make_draft, make_study
from tests.labelling.machines import npy, perfect, sampled, truth_of

pytestmark = pytest.mark.django_db


def add(study, content, name="net", **options):
    return add_predictions(study=study, name=name, file_name="net.npy", content=content, now=NOW, **options)


def test_predictions_for_the_whole_dataset_are_stored_with_the_files_digest():
    study = make_study()
    content = perfect(study)
    machine = add(study, content)
    stored = Predictions.objects.get()
    assert (stored.name, stored.whole, stored.scores, stored.items) == ("net", True, False, 12)
    assert stored.unpacked().tolist() == truth_of(study)
    assert stored.file_sha256 == hashlib.sha256(content).hexdigest()
    assert machine.uploaded_at == NOW


@pytest.mark.parametrize("whole", [True, False])
def test_a_machine_is_compared_on_the_sampled_images_whatever_its_file_covered(whole):
    study = make_study()
    truth, chosen = truth_of(study), sampled(study)
    wrong = chosen[0]
    answers = [category if index != wrong else (category + 1) % 3 for index, category in enumerate(truth)]
    add(study, npy(answers if whole else [answers[index] for index in chosen]))
    codes = machine_codes(study=study, items=[str(index) for index in chosen])["net"]
    assert codes.tolist() == [answers[index] for index in chosen]


def test_csv_and_npy_of_the_same_predictions_are_stored_alike():
    study = make_study()
    names = list(study.dataset.categories.values_list("name", flat=True))
    rows = "".join(f"{index},{names[truth_of(study)[index]]}\n" for index in sampled(study))
    by_name = add(study, b"item,label\n" + rows.encode(), name="csv")
    by_code = add(study, npy([truth_of(study)[index] for index in sampled(study)]), name="npy")
    assert bytes(by_name.codes) == bytes(by_code.codes)


@pytest.mark.parametrize("name", ["", " ", ".net", "a/b", "net.", "é", "a" * 51, "=1+1", "../x", "a\nb"])
def test_a_name_that_is_no_files_name_is_refused_at_the_name(name):
    study = make_study()
    with pytest.raises(PredictionsError, match="cannot be a name") as refusal:
        add(study, perfect(study), name=name)
    assert refusal.value.field == "name"


def test_a_name_is_taken_once_whatever_its_capitals():
    study = make_study()
    add(study, perfect(study), name="ResNet")
    with pytest.raises(PredictionsError, match="called 'resnet' already") as refusal:
        add(study, perfect(study), name="resnet")
    assert refusal.value.field == "name"
    assert Predictions.objects.count() == 1
    add(make_study(dataset=study.dataset), perfect(study), name="ResNet")


def test_the_database_itself_refuses_a_name_twice():
    study = make_study()
    machine = add(study, perfect(study), name="net")
    machine.pk, machine.name = None, "NET"
    with pytest.raises(IntegrityError), transaction.atomic():
        machine.save(force_insert=True)


def test_a_faulty_file_is_refused_at_the_file_and_nothing_is_stored():
    study = make_study()
    with pytest.raises(PredictionsError, match=r"net\.npy: it has 3 rows\. Give 12, one for each") as refusal:
        add(study, npy([0, 1, 2]))
    assert refusal.value.field == "file"
    assert not Predictions.objects.exists()
    assert not study.events.filter(kind="predictions_added").exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(service, "LARGEST_FILE", 1 << 20)
    with pytest.raises(PredictionsError, match="The file has 2 MB; the most is 1 MB") as refusal:
        add(make_study(), b"\x80" * (2 << 20))
    assert refusal.value.field == "file"


def test_predictions_in_another_order_are_doubted_until_they_are_confirmed():
    study = make_study()
    shifted = npy([(category + 1) % 3 for category in truth_of(study)])
    with pytest.raises(PredictionsError, match=r"right for 0\.0 % of 12 images") as refusal:
        add(study, shifted)
    assert refusal.value.field == "as_they_are"
    assert add(study, shifted, as_they_are=True).pk


def test_a_draft_has_no_sample_to_compare_on():
    draft = make_draft()
    with pytest.raises(StudyStateError, match="is a draft"):
        add(draft, perfect(draft))


def test_that_predictions_came_and_went_is_in_the_studys_events():
    study = make_study()
    machine = add(study, perfect(study), by="researcher 1")
    remove_predictions(machine=machine, now=NOW)
    assert not Predictions.objects.exists()
    added, removed = study.events.filter(kind__startswith="predictions").order_by("sequence")
    payload = json.loads(added.payload)
    assert (payload["name"], payload["by"]) == ("net", "researcher 1")
    assert payload["file"] == json.loads(removed.payload)["file"]


def test_the_bundle_has_the_predictions_on_the_sample_and_the_same_report_is_computed_from_it():
    study = make_study()
    label_everything(study=study)
    add(study, perfect(study), name="net")
    files = source_files(bundle_inputs(study=study, resamples=20))
    assert len(files["predictions/net.csv"].splitlines()) == 7
    read = read_inputs(files)
    assert source_files(read)["predictions/net.csv"] == files["predictions/net.csv"]
    report = evaluate_record(read.table, read.record, None, read.predictions)
    assert report.machines == study_report(study=study, resamples=20).machines
    assert (report.machines[0].name, report.machines[0].accuracy) == ("net", 1)


def test_a_study_without_machines_has_none_in_its_bundle():
    study = make_study()
    label_everything(study=study)
    files = source_files(bundle_inputs(study=study, resamples=0))
    assert not any(name.startswith("predictions/") for name in files)
    assert study_report(study=study, resamples=0).machines == ()
