"""The page of a study's machines: takes a file, says at the field what is wrong, shows the comparison."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelling.models import Predictions, Study
from labelling.services import predictions as service
from labelling.services.predictions import add_predictions
from tests.factories import (
    NOW,
    answer,
    label_everything,
    make_annotator,
    make_draft,
    make_lease,
    make_open_study,
    make_study,
)
from tests.labelling.machines import npy, perfect, truth_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def url(study: Study) -> str:
    return f"/admin/labelling/study/{study.pk}/machines/"


def upload(client: Client, study: Study, content: bytes, *, name: str = "net", **fields: str):
    file = SimpleUploadedFile("net.npy", content)
    return client.post(url(study), {"name": name, "file": file, **fields})


def errors(answer) -> dict[str, list[str]]:
    return {field: list(said) for field, said in answer.context["form"].errors.items()}


def test_a_machine_is_added_and_its_figures_are_shown(researcher):
    study = make_study()
    label_everything(study=study)
    assert upload(researcher, study, perfect(study), name="Oracle").url == url(study)
    page = researcher.get(url(study)).content.decode()
    assert "Oracle is compared on the images that people label." in page
    row = page[page.index('<th scope="row">Oracle') :]
    assert "100.0\N{NO-BREAK SPACE}%" in row
    assert Predictions.objects.get().study == study


def test_while_the_accuracy_is_sealed_no_comparison_is_shown(researcher):
    study = make_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    upload(researcher, study, perfect(study))
    page = researcher.get(url(study)).content.decode()
    assert "sealed until the study has ended" in page
    assert "Difference" not in page


def test_a_large_study_is_compared_with_its_bundle(researcher, monkeypatch):
    monkeypatch.setattr("labelling.selectors.study_size.MOST_LABELS", 17)
    study = make_open_study()
    label_everything(study=study)
    upload(researcher, study, perfect(study))
    page = researcher.get(url(study)).content.decode()
    assert "the comparison is made with the" in page
    assert "Difference" not in page


def test_before_the_first_label_the_page_says_so(researcher):
    study = make_open_study()
    upload(researcher, study, perfect(study))
    assert "No image has a label yet" in researcher.get(url(study)).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "field", "message"),
    [
        (npy([0, 1, 2]), "net", "file", "net.npy: it has 3 rows. Give 12"),
        (b"\x80\x04K\x01.", "net", "file", "it is a pickle"),
        (b"", "net", "file", "it has no header"),
        (None, "../net", "name", "cannot be a name"),
        (None, "", "name", "This field is required"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_stored(researcher, content, name, field, message):
    study = make_study()
    answer = upload(researcher, study, perfect(study) if content is None else content, name=name)
    assert answer.status_code == 200
    assert message in errors(answer)[field][0]
    assert not Predictions.objects.exists()


def test_no_file_is_said_at_the_file(researcher):
    answer = researcher.post(url(make_study()), {"name": "net"})
    assert list(errors(answer)) == ["file"]


def test_a_file_that_is_too_large_is_said_at_the_file(researcher, monkeypatch):
    monkeypatch.setattr(service, "LARGEST_FILE", 100)
    study = make_study()
    assert "the most is" in errors(upload(researcher, study, perfect(study)))["file"][0]


def test_doubtful_predictions_are_taken_once_they_are_confirmed(researcher):
    study = make_study()
    shifted = npy([(code + 1) % 3 for code in truth_of(study)])
    assert "in a random order" in errors(upload(researcher, study, shifted))["as_they_are"][0]
    assert upload(researcher, study, shifted, as_they_are="on").status_code == 302


def test_a_machine_is_removed_by_post_alone(researcher):
    study = make_study()
    upload(researcher, study, perfect(study))
    remove = f"{url(study)}{Predictions.objects.get().pk}/remove/"
    assert researcher.get(remove).status_code == 405
    assert researcher.post(remove).url == url(study)
    assert not Predictions.objects.exists()


def test_a_machine_of_another_study_is_not_removed(researcher):
    study, other = make_study(), make_study()
    upload(researcher, study, perfect(study))
    key = Predictions.objects.get().pk
    assert researcher.post(f"{url(other)}{key}/remove/").status_code == 404


def test_who_may_only_look_sees_the_figures_and_changes_nothing(client):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_login(reader)
    study = make_study()
    assert "Add this machine" not in client.get(url(study)).content.decode()
    assert upload(client, study, perfect(study)).status_code == 403
    assert not Predictions.objects.exists()


def test_a_draft_is_sent_back_with_a_sentence(researcher):
    draft = make_draft()
    assert researcher.get(url(draft)).url == f"/admin/labelling/study/{draft.pk}/dashboard/"


def test_the_queries_do_not_grow_with_machines_and_labels(researcher):
    few, many = make_study(), make_study(sample_size=12, guide_examples=0)
    for study, machines in ((few, 1), (many, 5)):
        label_everything(study=study)
        for number in range(machines):
            add_predictions(study=study, name=f"net {number}", file_name="n", content=perfect(study), now=NOW)

    def queries(study: Study) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert researcher.get(url(study)).status_code == 200
        return len(captured)

    assert queries(few) == queries(many) <= 12
