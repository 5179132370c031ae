from pathlib import Path

import pytest

from labelling.errors import BundleError
from labelling.services.output_files import SUMS, checksums, write_folder

FILES = {"report.json": b"{}\n", "tables/one.tex": b"1\n", "tables/two.tex": b"2\n"}


def written(folder: Path) -> Path:
    write_folder(folder=folder, files={**FILES, SUMS: checksums(files=FILES)})
    return folder


def found(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_files_stand_in_their_folders(tmp_path):
    folder = written(tmp_path / "bundle")
    assert found(folder) == {*FILES, SUMS}
    assert (folder / "tables" / "one.tex").read_bytes() == b"1\n"


def test_an_earlier_bundle_with_folders_is_replaced(tmp_path):
    folder = written(tmp_path / "bundle")
    (folder / "tables" / "one.tex").write_text("altered")
    assert found(written(folder)) == {*FILES, SUMS}
    assert (folder / "tables" / "one.tex").read_bytes() == b"1\n"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["notes.txt", "tables/notes.txt"])
def test_a_file_that_no_bundle_put_there_is_never_lost(tmp_path, name):
    folder = written(tmp_path / "bundle")
    (folder / name).write_text("mine")
    with pytest.raises(BundleError, match=f"holds '{name}'"):
        written(folder)
    assert (folder / name).read_text() == "mine"


def test_a_folder_that_no_bundle_put_there_is_never_lost(tmp_path):
    folder = written(tmp_path / "bundle")
    (folder / "mine").mkdir()
    with pytest.raises(BundleError, match="holds 'mine'"):
        written(folder)


def test_a_folder_in_the_place_of_a_file_is_never_lost(tmp_path):
    folder = written(tmp_path / "bundle")
    (folder / "report.json").unlink()
    (folder / "report.json").mkdir()
    with pytest.raises(BundleError, match=r"holds 'report\.json'"):
        written(folder)


def test_a_disk_that_fills_up_in_a_folder_leaves_the_earlier_bundle_whole(tmp_path, monkeypatch):
    folder = written(tmp_path / "bundle")
    write_bytes = Path.write_bytes

    def full(path, content):
        if path.name == "two.tex":
            raise OSError(28, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(BundleError, match="No space left on device"):
        written(folder)
    assert found(folder) == {*FILES, SUMS}
    assert list(tmp_path.iterdir()) == [folder]
