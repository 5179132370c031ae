"""Importing a dataset from the desk."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from labelling.datasets.data_folder import offered_folder, offered_folders
from labelling.errors import DatasetNotFound
from labelling.models import Dataset, Job
from labelling.services.job_work import work_job
from tests.factories import at

pytestmark = pytest.mark.django_db

IMPORT = "/admin/labelling/dataset/import/"
GIVEN = {"source": "folder:shapes", "name": "my-shapes", "split": "test", "form": "auto"}


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> Path:
    """The data folder, with one dataset of six images in it."""
    settings.VAR_DIR, settings.DATA_DIR = tmp_path / "var", tmp_path / "data"
    (tmp_path / "data" / "shapes").mkdir(parents=True)
    images = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4)
    labels = np.array([0, 1, 2] * 2, dtype=np.uint8)
    np.savez(tmp_path / "data" / "shapes" / "shapes.npz", x_test=images, y_test=labels)
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _no_pulse(monkeypatch) -> None:
    """Write no progress: these tests work within a transaction, which the pulse would wait for."""
    monkeypatch.setattr("labelling.services.job_work.TELL_EVERY", 60)


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("researcher"))
    return client


def test_a_folder_is_imported_by_a_job_that_leads_to_the_dataset(researcher):
    assert "The folder shapes" in researcher.get(IMPORT).text
    begun = researcher.post(IMPORT, GIVEN)
    job = Job.objects.get()
    assert (begun.url, job.title) == (
        f"/admin/jobs/{job.pk}/",
        "Import my-shapes (test) from the folder shapes",
    )
    work_job(job_id=job.pk, clock=lambda: at(1))
    dataset = Dataset.objects.get()
    assert (dataset.name, dataset.size) == ("my-shapes", 6)
    page = researcher.get(begun.url).text
    assert "Imported. 6 images." in page
    assert f"/admin/labelling/dataset/{dataset.pk}/change/" in page


def test_a_job_that_finds_nothing_says_so(researcher, data):
    researcher.post(IMPORT, GIVEN)
    (data / "shapes" / "shapes.npz").unlink()
    job = work_job(job_id=Job.objects.get().pk, clock=lambda: at(1))
    assert (job.state, "holds no test split" in job.error) == ("failed", True)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"name": ""}, "Give the dataset a short name"),
        ({"name": "no name"}, "Write it with letters from a to z"),
        ({"split": "no split"}, "Write it with letters from a to z"),
        ({"form": "idx"}, "No images were recognised in this folder for the split test."),
        ({"source": "drawn-garments", "split": "train"}, "no such split. It has: test."),
        ({"source": "folder:../.."}, "Select a valid choice"),
        ({"source": "folder:/etc"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_imported_is_told_at_its_field(researcher, changed, fault):
    assert fault in researcher.post(IMPORT, GIVEN | changed).text
    assert not Job.objects.exists()


def test_only_folders_that_lie_in_the_data_folder_are_offered(data, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (data / "link").symlink_to(tmp_path / "elsewhere")
    (data / ".hidden").mkdir()
    (data / "file").write_text("")
    assert offered_folders() == ["shapes"]
    with pytest.raises(DatasetNotFound, match="no folder 'link'"):
        offered_folder("link")


def test_the_list_of_datasets_leads_there_and_only_who_may_import_sees_it(client, researcher):
    assert IMPORT in researcher.get("/admin/labelling/dataset/").text
    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(IMPORT).status_code == 403


def test_without_a_data_folder_the_known_datasets_are_offered(researcher, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "none"
    page = researcher.get(IMPORT).text
    assert "Fashion-MNIST: the official files" in page
    assert 'value="folder:' not in page
