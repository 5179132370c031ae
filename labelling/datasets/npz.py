"""NumPy's npz: arrays in a zip file, of which nothing is ever unpickled.

The zip directory and each array's header are checked before anything is read; images are read in slices.
"""

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from labelling.datasets.ground_truth import categories_of
from labelling.datasets.packed import is_suspicious
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

BLOCK = 1 << 20
LARGEST_DIRECTORY = 1 << 16
LARGEST_HEADER = 10_000
LARGEST_SIDE = 8192
SPLITS = ("test", "train", "validation", "val")
# What people call images and labels; {split} is test or train.
PAIRS = (
    ("x_{split}", "y_{split}"),
    ("{split}_images", "{split}_labels"),
    ("X_{split}", "Y_{split}"),
    ("x", "y"),
    ("X", "y"),
)
NAMES = ("names", "categories")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """One array of the file, whose header agrees with the zip directory."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    column_first: bool
    start: int

    @property
    def called(self) -> str:
        """How an error names it."""
        return f"{self.path}, array {self.name}"

    def read(self) -> NDArray[np.generic]:
        """Return all values of a small array in one row."""
        with _damage_named(self.path), zipfile.ZipFile(self.path) as archive, self._content(archive) as file:
            content = file.read(self._length(self.shape))
            self._check(content, self._length(self.shape))
            file.read(1)  # at the end the zip file's own sum is checked
        return np.frombuffer(content, dtype=self.dtype)

    def slices(self) -> Iterator[NDArray[np.generic]]:
        """Yield the array in slices along its first dimension, a megabyte at a time."""
        length = self._length(self.shape[1:])
        batch = max(1, BLOCK // length)
        with _damage_named(self.path), zipfile.ZipFile(self.path) as archive, self._content(archive) as file:
            for start in range(0, self.shape[0], batch):
                count = min(batch, self.shape[0] - start)
                content = file.read(count * length)
                self._check(content, count * length)
                yield np.frombuffer(content, dtype=self.dtype).reshape(count, *self.shape[1:])
            file.read(1)

    def _length(self, shape: tuple[int, ...]) -> int:
        return int(np.prod(shape, dtype=np.int64)) * self.dtype.itemsize

    @contextmanager
    def _content(self, archive: zipfile.ZipFile) -> Iterator[IO[bytes]]:
        with archive.open(f"{self.name}.npy") as file:
            file.read(self.start)
            yield file

    def _check(self, content: bytes, length: int) -> None:
        if len(content) != length:
            raise DatasetError(f"{self.called}: it ends before its {self.shape[0]} entries. The file is cut.")


def open_npz(path: Path) -> dict[str, Member]:
    """Check the file's directory and its arrays' headers; return the arrays by name, not yet read."""
    with _damage_named(path):
        _check_end(path)
        with zipfile.ZipFile(path) as archive:
            return {member.name: member for member in (_member(path, archive, i) for i in archive.infolist())}


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise DatasetError(f"{path} is a damaged npz file ({error}). Write it again.") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error


def _check_end(path: Path) -> None:
    """Look at the zip file's last record, so that a directory of a million names is never read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 98))
        tail = file.read()
    if tail[-22:-18] != b"PK\5\6":
        raise DatasetError(f"{path} is not an npz file, or is cut: it does not end as a zip file does.")
    directory = int(struct.unpack("<L", tail[-10:-6])[0])
    if tail[-42:-38] == b"PK\6\7" and tail[-98:-94] == b"PK\6\6":
        directory = int(struct.unpack("<Q", tail[-58:-50])[0])
    if directory > LARGEST_DIRECTORY:
        raise DatasetError(f"{path}: its list of arrays takes {directory} bytes; a dataset's takes hundreds.")


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = info.filename
    if not re.fullmatch(r"[\w. -]+\.npy", name) or name.startswith("."):
        raise DatasetError(
            f"{path} holds {name!r}, which is not the name of an array. Names with folders are refused."
        )
    called = f"{path}, array {name.removesuffix('.npy')}"
    if is_suspicious(promised=info.file_size, on_disk=info.compress_size):
        raise DatasetError(
            f"{called}: it promises {info.file_size} bytes and has {info.compress_size} on disk: a zip bomb."
        )
    with archive.open(info) as file:
        shape, column_first, dtype = _header(file, called)
        start = file.tell()
    promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if promised != info.file_size - start:
        raise DatasetError(
            f"{called}: its header promises {promised} bytes, the zip file {info.file_size - start}."
        )
    return Member(path, name.removesuffix(".npy"), shape, dtype, column_first, start)


def _header(file: IO[bytes], called: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read is None:
            raise DatasetError(f"{called}: an npy file of version {version}; 1.0 and 2.0 can be read.")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            shape, column_first, dtype = read(file, max_header_size=LARGEST_HEADER)
    except (ValueError, TypeError, SyntaxError, UserWarning, OverflowError, MemoryError) as error:
        raise DatasetError(f"{called}: its header is not that of an array ({str(error)[:80]}).") from error
    if dtype.hasobject:
        raise DatasetError(f"{called}: it holds pickled objects, which can run code. They are never opened.")
    if min(shape, default=1) < 0 or not dtype.itemsize:
        raise DatasetError(f"{called}: its header claims the impossible shape {shape} of {dtype}.")
    return shape, column_first, dtype


def _image_shape(images: Member) -> tuple[int, int, int]:
    """Return height, width and channels, or say in what form the images are needed."""
    if images.dtype != np.uint8:
        raise DatasetError(f"{images.called}: pixels of type {images.dtype}; uint8, 0-255, is needed.")
    if images.column_first and len(images.shape) > 1:
        raise DatasetError(f"{images.called}: stored column first. Save numpy.ascontiguousarray(x) instead.")
    sizes = images.shape[1:]
    if len(sizes) == 1 and round(sizes[0] ** 0.5) ** 2 == sizes[0]:
        sizes = (round(sizes[0] ** 0.5),) * 2
    if len(sizes) == 2:
        sizes = (*sizes, 1)
    if len(sizes) != 3 or sizes[2] not in (1, 3, 4):
        raise DatasetError(
            f"{images.called}: shape {images.shape}; needed are (n, height, width) or "
            "(n, height, width, channels) with 1, 3 or 4 channels last."
        )
    if 0 in images.shape:
        raise DatasetError(f"{images.called}: 0 images or empty ones, shape {images.shape}.")
    if max(sizes) > LARGEST_SIDE:
        raise DatasetError(f"{images.called}: shape {images.shape}; the largest side is {LARGEST_SIDE}.")
    return sizes[0], sizes[1], sizes[2]


def _numbers(labels: Member, images: Member) -> NDArray[np.int64]:
    if labels.dtype.kind not in "iu":
        raise DatasetError(f"{labels.called}: labels of type {labels.dtype}; whole numbers are needed.")
    if labels.shape not in ((images.shape[0],), (images.shape[0], 1)):
        raise DatasetError(
            f"{labels.called}: shape {labels.shape}, but array {images.name} has {images.shape[0]} images."
        )
    return labels.read().astype(np.int64)


def _names(arrays: dict[str, Member]) -> list[str]:
    given = next((arrays[name] for name in NAMES if name in arrays), None)
    if given is None:
        return []
    if given.dtype.kind != "U" or len(given.shape) != 1 or given.shape[0] > 1000:
        raise DatasetError(f"{given.called}: category names are one row of strings; found {given.dtype}.")
    try:
        return [str(name) for name in given.read()]
    except ValueError as error:
        raise DatasetError(f"{given.called}: the names are not text ({error}).") from error


class NpzReader:
    """Reads a file with x and y, or with x_test, y_test, x_train, y_train as mnist.npz has them."""

    form = "npz"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's own file, else the only npz file that is not another split's."""
        files = sorted(path for path in folder.glob("*.npz") if path.is_file())
        mine = [path for path in files if split in _words(path)]
        shared = [path for path in files if not set(_words(path)) & set(SPLITS)]
        candidates = mine or shared
        if not candidates:
            return None
        if len(candidates) > 1:
            names = " and ".join(path.name for path in candidates[:2])
            raise DatasetError(f"{folder} holds {names}. Leave one in a folder, or call one {split}.npz.")
        which = f"of the {split} split" if mine else "for every split"
        reason = f"{candidates[0].name}, the only npz file {which}"
        return FoundData(form=self.form, reason=reason, files=(candidates[0],))

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the split's two arrays make."""
        [path] = data.files
        arrays = open_npz(path)
        pairs = [(x.format(split=split), y.format(split=split)) for x, y in PAIRS]
        pair = next((pair for pair in pairs if pair[0] in arrays), None)
        if pair is None:
            there = ", ".join(arrays) or "nothing"
            raise DatasetError(f"{path} holds {there}; needed are x_{split} and y_{split}, or x and y.")
        if pair[1] not in arrays:
            raise DatasetError(f"{path} holds the images {pair[0]}, but no labels {pair[1]}.")
        images, labels = arrays[pair[0]], arrays[pair[1]]
        height, width, channels = _image_shape(images)
        ground_truth = _numbers(labels, images)
        one = (height, width) if channels == 1 else (height, width, channels)

        def read() -> Iterator[SourceItem]:
            index = 0
            for batch in images.slices():
                for image in batch.reshape(-1, *one):
                    yield SourceItem(index=index, image=image, ground_truth=int(ground_truth[index]))
                    index += 1

        return Source(
            name=name,
            split=split,
            title=name,
            categories=categories_of(ground_truth, path, known=categories, names=_names(arrays)),
            shape=(height, width, channels),
            size=images.shape[0],
            origin=f"The arrays {pair[0]} and {pair[1]} of {path.name}.",
            read=read,
        )


def _words(path: Path) -> list[str]:
    return re.split(r"[^a-z0-9]+", path.stem.lower())


register_reader(NpzReader())
