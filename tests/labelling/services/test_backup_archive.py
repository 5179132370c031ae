"""A backup's file is whole, or it is refused with what is wrong."""

import gzip
import io
from pathlib import Path

import pytest

from labelling.errors import BackupError
from labelling.services.backup_archive import Manifest, archived_images, check_archive, new_archive
from tests.labelling.services.archives import members, write

FILES = {"database.sqlite3": b"rows" * 100, "images/ab/abc.png": b"one", "images/cd/cde.png": b"two"}


@pytest.fixture
def archive(tmp_path) -> Path:
    path = tmp_path / "backup.tar.gz"
    with new_archive(path=path, made_at=1) as writer:
        for name, content in FILES.items():
            writer.add(name=name, file=io.BytesIO(content), size=len(content))
        writer.finish(
            Manifest(
                made_at="2026-11-22T12:00:00+00:00",
                database="sqlite",
                migrations=[["labelling", "0001_initial"]],
                rows={"labelling_label": 3},
                images=2,
                missing_images=[],
                sums_sha256=writer.sums_sha256(),
            )
        )
    return path


def refusal(path: Path, tmp_path: Path) -> str:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with pytest.raises(BackupError) as refused:
        check_archive(path=path, folder=folder)
    return str(refused.value)


def test_a_whole_archive_gives_its_manifest_its_database_and_its_images(archive, tmp_path):
    manifest = check_archive(path=archive, folder=tmp_path)
    assert (manifest.database, manifest.rows, manifest.images) == ("sqlite", {"labelling_label": 3}, 2)
    assert (tmp_path / "database.sqlite3").read_bytes() == FILES["database.sqlite3"]
    assert dict(archived_images(path=archive)) == {"ab/abc.png": b"one", "cd/cde.png": b"two"}


def test_sha256sum_can_check_an_unpacked_archive(archive):
    sums = members(archive)["SHA256SUMS"].decode().splitlines()
    assert [line.split("  ")[1] for line in sums] == list(FILES)
    assert sums[1].startswith("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed")


def test_every_changed_byte_is_noticed(archive, tmp_path):
    whole = archive.read_bytes()
    missed = []
    for position in range(10, len(whole), 3):  # before stands gzip's own head, whose time means nothing
        spoilt = bytearray(whole)
        spoilt[position] ^= 0x10
        archive.write_bytes(spoilt)
        try:
            check_archive(path=archive, folder=tmp_path)
        except BackupError:
            continue
        if gzip.decompress(spoilt) != gzip.decompress(whole):
            missed.append(position)
    assert missed == []


def test_every_shorter_file_is_noticed(archive, tmp_path):
    whole = archive.read_bytes()
    for length in (*range(0, len(whole) - 8, 7), len(whole) - 9, len(whole) - 1):
        archive.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            check_archive(path=archive, folder=tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"images/ab/abc.png": b"new"}, "images/ab/abc.png is not as it was written"),
        ({"database.sqlite3": b""}, "database.sqlite3 is not as it was written"),
        ({"images/cd/cde.png": None}, "SHA256SUMS is not as it was written"),
        ({"SHA256SUMS": b""}, "database.sqlite3 is not as it was written"),
        ({"manifest.json": None}, "not a whole backup"),
        ({"manifest.json": b"{"}, "manifest cannot be read"),
        ({"manifest.json": b"[]"}, "manifest cannot be read"),
        ({"images/../../etc/passwd": b"x"}, "no backup .* 'images/../../etc/passwd'"),
        ({"/etc/passwd": b"x"}, "no backup .* 'etc/passwd'|no backup .* '/etc/passwd'"),
        ({"holiday.jpg": b"x"}, "no backup .* 'holiday.jpg'"),
    ],
)
def test_a_changed_added_or_lost_file_is_named(archive, tmp_path, change, words):
    import re

    files = {name: content for name, content in {**members(archive), **change}.items() if content is not None}
    assert re.search(words, refusal(write(archive, files), tmp_path))


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear researcher,")
    assert "damaged, or no backup" in refusal(path, tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "nothing.tar.gz", tmp_path)


def test_a_link_in_an_archive_is_refused(archive, tmp_path):
    import tarfile

    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("images/ab/link.png")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    assert "no backup" in refusal(archive, tmp_path)
