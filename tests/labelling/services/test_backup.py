"""A backup holds one moment, whatever goes on meanwhile; a restored copy is as good as the first."""

import itertools
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections

from labelling.errors import BackupError
from labelling.models import Dataset, Item, Label, Study
from labelling.selectors.verification import verify_study
from labelling.services import backup as backup_service
from labelling.services.assignment import lease_items
from labelling.services.backup import restore_backup, write_backup
from tests.concurrency.invariants import violations
from tests.databases import _point_default_at
from tests.factories import (
    NOW,
    answer,
    label_everything,
    make_annotator,
    make_lease,
    make_pictured_study,
    picture_source,
)
from tests.labelling.services.archives import rewritten

pytestmark = pytest.mark.django_db(transaction=True)

Elsewhere = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def elsewhere(database_url, postgres_server, tmp_path, settings) -> Elsewhere:
    """Another machine: an empty database of the same kind, and an empty folder for images."""
    numbers = itertools.count()

    @contextmanager
    def move() -> Iterator[None]:
        number, images = next(numbers), settings.MEDIA_ROOT
        sqlite = connection.vendor == "sqlite"
        settings.MEDIA_ROOT = tmp_path / f"images-{number}"
        _point_default_at(
            f"sqlite:///{tmp_path / f'{number}.sqlite3'}" if sqlite else postgres_server.new_database()
        )
        try:
            yield
        finally:
            settings.MEDIA_ROOT = images
            _point_default_at(database_url)

    return move


def small_study(**fields: object) -> Study:
    return make_pictured_study(
        source=picture_source(size=15), **{"sample_size": 4, "guide_examples": 0, **fields}
    )


def state() -> tuple[list[int], set[str]]:
    """Everything that a refused restoring must leave alone."""
    labels = list(Label.objects.order_by("pk").values_list("pk", flat=True))
    return labels, {name for folder in folders() for name in default_storage.listdir(folder)[1]}


def folders() -> list[str]:
    return default_storage.listdir("")[0] if default_storage.exists("") else []


class Crowd:
    """Annotators in threads, who label until they are stopped. `acknowledged`: what they were told of."""

    def __init__(self, study: Study, *, people: int) -> None:
        self.acknowledged: list[int] = []
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._label, args=(study,)) for _ in range(people)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        deadline = time.monotonic() + 30
        while len(self.acknowledged) < 10 and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _label(self, study: Study) -> None:
        try:
            annotator = make_annotator(study=study)
            while not self._enough.is_set():
                for assignment in lease_items(annotator=annotator, count=2, now=NOW):
                    self.acknowledged.append(answer(assignment=assignment).pk)
        finally:
            connections.close_all()


def test_a_backup_made_while_annotators_label_is_one_consistent_moment(tmp_path, elsewhere):
    study = make_pictured_study(source=picture_source(size=150), sample_size=120, redundancy=50)
    with Crowd(study, people=4) as crowd:
        before = list(crowd.acknowledged)
        backup = write_backup(path=tmp_path, now=NOW)
        after = len(crowd.acknowledged)
    assert len(before) < after < 120 * 50, "nobody labelled while the backup was made"
    with elsewhere():
        restore_backup(path=backup.path)
        restored = set(Label.objects.values_list("pk", flat=True))
        assert violations(Study.objects.get()) == []
        assert verify_study(study=Study.objects.get()) == []
        assert len(restored) == backup.manifest.rows["labelling_label"]
    assert set(before) <= restored <= set(Label.objects.values_list("pk", flat=True))


def test_a_restored_study_goes_on_under_the_same_guards(tmp_path, elsewhere):
    study = small_study()
    answer(assignment=make_lease(annotator=make_annotator(study=study)))
    path = write_backup(path=tmp_path, now=NOW).path
    with elsewhere():
        restore_backup(path=path)
        copy = Study.objects.get()
        label_everything(study=copy)
        copy.refresh_from_db()
        assert copy.state == Study.State.COMPLETE
        with pytest.raises(DatabaseError, match="a label is never changed"):
            Label.objects.update(response_ms=1)
        for item in Item.objects.all():
            with default_storage.open(item.image.name) as file:
                assert file.read(4) == b"\x89PNG"


def test_a_database_that_holds_something_is_replaced_only_when_told(tmp_path):
    kept = small_study()
    path = write_backup(path=tmp_path, now=NOW).path
    label_everything(study=kept)
    with pytest.raises(BackupError, match=r"not empty .* --replace"):
        restore_backup(path=path)
    assert Label.objects.count() == 12
    restore_backup(path=path, replace=True)
    assert Label.objects.count() == 0
    assert Study.objects.get() == kept
    label_everything(study=Study.objects.get())


@pytest.mark.only_sqlite
def test_a_damaged_backup_changes_nothing(tmp_path):
    label_everything(study=small_study())
    path = write_backup(path=tmp_path, now=NOW).path
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    path.write_bytes(spoilt)
    before = state()
    with pytest.raises(BackupError, match="damaged"):
        restore_backup(path=path, replace=True)
    assert state() == before


def test_a_restoring_that_fails_half_way_changes_nothing(tmp_path, elsewhere):
    label_everything(study=small_study())
    path = rewritten(write_backup(path=tmp_path, now=NOW).path, rows={"labelling_label": 11})
    with elsewhere():
        call_command("migrate", verbosity=0)
        other = small_study()
        label_everything(study=other, annotators=1)
        before = state()
        with pytest.raises(BackupError, match="manifest"):
            restore_backup(path=path, replace=True)
        assert state() == before
        assert violations(other) == []
        with pytest.raises(DatabaseError, match="a label is never changed"):
            Label.objects.update(response_ms=1)


@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"migrations": [["labelling", "9999_later"]]}, "newer version.*labelling.9999_later"),
        ({"format_version": 2}, "format 2; this version reads 1"),
        ({"format": "another"}, "no backup of Human Baseline"),
    ],
)
def test_a_backup_of_another_version_or_program_is_refused(tmp_path, change, words):
    path = rewritten(write_backup(path=tmp_path, now=NOW).path, **change)
    with pytest.raises(BackupError, match=words):
        restore_backup(path=path)


@pytest.mark.only_sqlite
def test_a_backup_of_the_other_kind_of_database_is_refused(tmp_path, monkeypatch):
    path = write_backup(path=tmp_path, now=NOW).path
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(connection, "vendor", "postgresql")
        with pytest.raises(BackupError, match="of a sqlite database; the one here is postgresql"):
            restore_backup(path=path)


@pytest.mark.only_sqlite
def test_another_image_under_the_same_name_stops_the_restoring(tmp_path, elsewhere):
    study = small_study()
    path = write_backup(path=tmp_path, now=NOW).path
    name = study.dataset.items.first().image.name
    with elsewhere():
        spoilt = Path(default_storage.path(name))
        spoilt.parent.mkdir(parents=True)
        spoilt.write_bytes(b"another")
        with pytest.raises(BackupError, match="another file under"):
            restore_backup(path=path)
        assert list(Path(default_storage.location).rglob("*.png")) == [spoilt]


@pytest.mark.only_sqlite
def test_an_image_that_cannot_be_read_stops_the_backup_and_is_named_with_its_folder(tmp_path):
    name = small_study().dataset.items.first().image.name
    spoilt = Path(default_storage.path(name))
    spoilt.unlink()
    spoilt.mkdir()
    folder = default_storage.location
    with pytest.raises(BackupError, match=rf"{name} cannot be read from .* {folder} \(Is a directory\)"):
        write_backup(path=tmp_path, now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only_sqlite
def test_an_image_that_was_lost_is_named_and_the_rest_is_kept(tmp_path, elsewhere, capsys):
    lost = small_study().dataset.items.first().image.name
    default_storage.delete(lost)
    call_command("backup", str(tmp_path))
    assert f"1 images are not in the image storage, among them {lost}" in capsys.readouterr().err
    [path] = tmp_path.glob("*.tar.gz")
    with elsewhere():
        call_command("restore", str(path))
        assert "0 labels, 14 images" in capsys.readouterr().out
        assert Dataset.objects.get().items.count() == 15


@pytest.mark.only_sqlite
def test_a_backup_is_its_owners_alone_and_leaves_nothing_else(tmp_path):
    path = write_backup(path=tmp_path, now=NOW).path
    assert list(tmp_path.iterdir()) == [path]
    assert path.name == "human-baseline-20261122T120000Z.tar.gz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.only_sqlite
def test_an_earlier_backup_is_never_replaced(tmp_path):
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(b"an earlier one")
    with pytest.raises(CommandError, match="never replaced"):
        call_command("backup", str(path))
    assert path.read_bytes() == b"an earlier one"


@pytest.mark.only_sqlite
def test_each_backup_under_a_folders_name_gets_a_file_in_that_folder(tmp_path):
    folder = tmp_path / "backups" / "study"
    paths = [write_backup(path=folder, now=NOW + minutes * timedelta(minutes=1)).path for minutes in (0, 1)]
    assert sorted(folder.iterdir()) == paths
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.only_sqlite
def test_a_folder_whose_name_is_a_files_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "study"
    path.write_bytes(b"an earlier one")
    with pytest.raises(BackupError, match=r"study cannot be made .* ends in \.tar\.gz"):
        write_backup(path=path, now=NOW)
    assert path.read_bytes() == b"an earlier one"


@pytest.mark.only_sqlite
def test_a_backup_that_fails_leaves_no_file(tmp_path, monkeypatch):
    small_study()
    monkeypatch.setattr(
        backup_service, "_add_images", lambda *_: (_ for _ in ()).throw(OSError(28, "No room"))
    )
    with pytest.raises(BackupError, match=r"cannot be written \(No room\)"):
        write_backup(path=tmp_path, now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only_postgresql
def test_no_password_stands_on_a_command_line():
    from labelling.services.backup_postgresql import _address, _own_connection

    with _own_connection() as database, _address(database) as address:
        assert database.info.password
        assert database.info.password not in address
