"""What is looked at to tell whether a host can do its work."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from labelling.models import Item
from labelling.selectors import health
from labelling.selectors.health import faults
from tests.factories import make_dataset, make_pictured_study

WELL = {"database": "", "images": "", "disk": ""}


@pytest.mark.django_db
def test_a_host_with_an_empty_database_is_well():
    assert faults() == WELL


@pytest.mark.django_db(transaction=True)
def test_a_host_with_images_is_well_and_nothing_is_changed(settings):
    make_pictured_study()
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*"))
    assert faults() == WELL
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*")) == before


@pytest.mark.django_db(transaction=True)
def test_a_stored_image_that_is_gone_is_a_fault():
    item = make_dataset(size=3).items.last()
    Item.objects.filter(pk=item.pk).update(image=default_storage.save("ab/gone.png", ContentFile(b"x")))
    assert faults() == WELL
    default_storage.delete("ab/gone.png")
    assert faults() == {**WELL, "images": "cannot be read"}


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_a_fault(monkeypatch):
    def refuse(**_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(health.tempfile, "TemporaryFile", refuse)
    assert faults() == {**WELL, "images": "cannot be written"}


@pytest.mark.django_db
def test_a_full_disk_is_a_fault(settings):
    settings.MIN_FREE_DISK_MB = 10**9
    assert faults() == {**WELL, "disk": "has less than 1000000000 MB free"}


@pytest.mark.only_sqlite
@pytest.mark.django_db
def test_a_database_file_that_is_gone_is_a_fault_and_is_not_made(monkeypatch, tmp_path):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "gone.sqlite3"))
    assert faults() == {**WELL, "database": "is not there"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only_postgresql
@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_a_fault(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert faults() == {**WELL, "database": "does not answer"}


@pytest.mark.only_postgresql
@pytest.mark.django_db
def test_a_server_that_only_reads_is_a_fault(monkeypatch):
    read_only = "-c default_transaction_read_only=on"
    monkeypatch.setattr(health, "POSTGRES_OPTIONS", f"{health.POSTGRES_OPTIONS} {read_only}")
    assert faults() == {**WELL, "database": "is read-only"}


@pytest.mark.django_db
def test_a_database_without_tables_is_a_fault(monkeypatch):
    monkeypatch.setattr(health, "ONE_IMAGE", "SELECT image FROM nowhere")
    assert faults() == {**WELL, "database": "does not answer"}
