"""IDX, the form of MNIST and Fashion-MNIST: a big-endian header and raw bytes, often compressed with gzip.

Nothing is read beyond what a checked header promises, so a lying file costs neither memory nor time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.ground_truth import categories_of
from labelling.datasets.packed import damage_named, is_suspicious, opened
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

UNSIGNED_BYTES = 0x08
OTHER_TYPES = {0x09: "signed bytes", 0x0B: "short", 0x0C: "int", 0x0D: "float", 0x0E: "double"}
KINDS = {1: "labels", 3: "images"}
BLOCK = 1 << 20
LARGEST_SIDE = 8192
SPLIT_PREFIXES = {"test": "t10k", "train": "train"}


@dataclass(frozen=True)
class IdxFile:
    """An IDX file whose header agrees with its length. `shape` is (items,) or (items, height, width)."""

    path: Path
    shape: tuple[int, ...]

    def records(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the items one by one, reading the file in blocks."""
        record_shape = self.shape[1:]
        length = int(np.prod(record_shape, dtype=np.int64))
        batch = max(1, BLOCK // length)
        with opened(self.path) as file:
            file.seek(_header_length(len(self.shape)))
            for start in range(0, self.shape[0], batch):
                count = min(batch, self.shape[0] - start)
                block = file.read(count * length)
                if len(block) != count * length:
                    raise DatasetError(f"{self.path} has become shorter while it was read. Import it again.")
                yield from np.frombuffer(block, dtype=np.uint8).reshape(count, *record_shape)

    def values(self) -> NDArray[np.uint8]:
        """Return a one-dimensional file's bytes."""
        return np.array(list(self.records()), dtype=np.uint8)


def open_idx(path: Path, *, dimensions: int) -> IdxFile:
    """Check a file's header and its real length, to the last byte, and return it ready to be read.

    `dimensions` is 1 for labels and 3 for images. Raises DatasetError naming the file and the fact.
    """
    with damage_named(path), opened(path) as file:
        shape = _read_header(file, path, dimensions)
        promised = int(np.prod(shape, dtype=np.int64))
        _check_plausible(path, promised)
        _check_length(file, path, promised)
    return IdxFile(path=path, shape=shape)


def _header_length(dimensions: int) -> int:
    return 4 + 4 * dimensions


def _read_header(file: BinaryIO, path: Path, dimensions: int) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\x00\x00":
        packed = " nor gzip" if path.suffix == ".gz" else ""
        raise DatasetError(f"{path} is not IDX{packed}: it starts with {magic!r} instead of two zero bytes.")
    kind, found = magic[2], magic[3]
    if kind != UNSIGNED_BYTES:
        name = OTHER_TYPES.get(kind, "an unknown type")
        raise DatasetError(f"{path} holds numbers of type 0x{kind:02X} ({name}); unsigned bytes are needed.")
    if found != dimensions:
        raise DatasetError(
            f"{path} has {found} dimensions where {KINDS[dimensions]} have {dimensions}: "
            f"it looks like a file of {KINDS.get(found, 'something else')}."
        )
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise DatasetError(f"{path} ends within its header.")
    shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4"))
    if 0 in shape:
        raise DatasetError(f"{path} is empty: its header says {_times(shape)}.")
    if max(shape[1:], default=1) > LARGEST_SIDE:
        raise DatasetError(
            f"{path} claims images of {_times(shape[1:])}; the largest side is {LARGEST_SIDE}."
        )
    return shape


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in shape)


def _check_plausible(path: Path, promised: int) -> None:
    """Refuse, before reading on, a header that the file on disk cannot fill."""
    on_disk = path.stat().st_size
    if is_suspicious(promised=promised, on_disk=on_disk):
        raise DatasetError(
            f"{path} promises {promised} bytes and has {on_disk} on disk: a lying header or a gzip bomb."
        )


def _check_length(file: BinaryIO, path: Path, promised: int) -> None:
    """Count the bytes after the header, and stop at the first one too many."""
    left = promised
    while left > 0:
        block = file.read(min(BLOCK, left))
        if not block:
            raise DatasetError(
                f"{path} is truncated: its header promises {promised} bytes, {promised - left} are there."
            )
        left -= len(block)
    if file.read(1):
        raise DatasetError(f"{path} is too long: more follows the {promised} bytes that its header promises.")


def idx_source(
    *,
    images: Path,
    labels: Path,
    name: str,
    split: str,
    categories: tuple[SourceCategory, ...] = (),
    first_label: int = 0,
) -> Source:
    """Return the source that two IDX files make. Without categories, the labels' numbers are their names."""
    image_file = open_idx(images, dimensions=3)
    label_file = open_idx(labels, dimensions=1)
    size, height, width = image_file.shape
    if label_file.shape[0] != size:
        raise DatasetError(f"{images} has {size} images, {labels} has {label_file.shape[0]} labels.")
    ground_truth = label_file.values().astype(np.int64) - first_label
    categories = categories_of(ground_truth, labels, known=categories)

    def read() -> Iterator[SourceItem]:
        for index, image in enumerate(image_file.records()):
            yield SourceItem(index=index, image=image, ground_truth=int(ground_truth[index]))

    return Source(
        name=name,
        split=split,
        title=name,
        categories=categories,
        shape=(height, width, 1),
        size=size,
        origin=f"The IDX files {images.name} and {labels.name}.",
        read=read,
    )


class IdxReader:
    """Reads a folder with an images file and a labels file, named as in MNIST and all its kin.

    The folder may be the files' own, or the one that torchvision was given: the files then lie two folders
    below it, in NAME/raw, and the reader goes there when only one dataset does.
    """

    form = "idx"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's two files, or None where neither is there."""
        prefix = SPLIT_PREFIXES.get(split)
        root = subfolder_with(folder, lambda one: idx_pair(one, prefix)) if prefix else None
        pair = idx_pair(root, prefix) if root and prefix else None
        if root is None or pair is None:
            return None
        below = "" if root == folder else f" in its folder {root.relative_to(folder)}"
        reason = f"IDX files {pair[0].name} and {pair[1].name}{below}"
        return FoundData(form=self.form, reason=reason, files=pair)

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the two files make."""
        images, labels = data.files
        return idx_source(images=images, labels=labels, name=name, split=split, categories=categories)


def idx_pair(folder: Path, prefix: str) -> tuple[Path, Path] | None:
    """Return the files of images and labels that begin so, or None where neither is there."""
    images = _present(folder, f"{prefix}-images", 3)
    labels = _present(folder, f"{prefix}-labels", 1)
    if images is None and labels is None:
        return None
    if images is None or labels is None:
        there, missing = (labels, "images") if images is None else (images, "labels")
        raise DatasetError(f"{there} is there, but {folder} holds no file of its {missing}.")
    return images, labels


def subfolder_with(folder: Path, pair: Callable[[Path], object]) -> Path | None:
    """Return the folder that has the files: this one, its raw, or the only NAME/raw in it."""
    for one in (folder, folder / "raw"):
        if pair(one):
            return one
    below = sorted(raw for raw in folder.glob("*/raw") if raw.is_dir() and pair(raw))
    if len(below) > 1:
        choices = " or ".join(f"--path {raw}" for raw in below)
        raise DatasetError(f"{folder} holds several datasets. Choose one: {choices}.")
    return below[0] if below else None


def _present(folder: Path, stem: str, dimensions: int) -> Path | None:
    """Return the file there is; the packed one first, because its MD5 sum can be checked."""
    names = [f"{stem}{separator}idx{dimensions}-ubyte" for separator in "-."]
    candidates = [folder / f"{name}{suffix}" for suffix in (".gz", "") for name in names]
    return next((path for path in candidates if path.is_file()), None)


register_reader(IdxReader())
