"""HDF5: images in `/x_test` and labels in `/y_test`, in one file or in one for each scale.

The file is read in slices. Nothing outside it is opened: links, storage and views that could lead elsewhere
are refused before they are followed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.encoded_image import LARGEST_PIXELS
from labelling.datasets.fashion_mnist import CATEGORIES
from labelling.datasets.ground_truth import categories_of
from labelling.datasets.optional_packages import optional
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.rescaled import STRATUM, check_alike, is_fashion, scale_files, scale_of
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

_SUFFIXES = (".h5", ".hdf5")
_BLOCK = 8 << 20
_LARGEST_CHUNK = 64 << 20
_MOST_LABELS = 10_000_000
# Blank images shrink a lot. What promises this much more than is stored is a bomb, or was never filled.
_SUSPICIOUS_RATIO = 1000
_SUSPICIOUS_BYTES = 64 << 20
_ROUNDED = "Values are rounded to the nearest whole number, halves to the even one."


class Hdf5Reader:
    """Reads one HDF5 file, or a folder of Rescaled Fashion-MNIST with a file for each scale."""

    form = "hdf5"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the files of all scales, or else the only HDF5 file there is."""
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        scaled = scale_files(paths, split)
        if scaled:
            check_alike(scaled)
            scales = ", ".join(file.stratum for file in scaled)
            files = tuple(file.path for file in scaled)
            return FoundData(form=self.form, reason=f"HDF5 files of scale {scales}", files=files)
        if len(paths) != 1:
            return None
        return FoundData(form=self.form, reason=f"the HDF5 file {paths[0].name}", files=(paths[0],))

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Check every file's links, shapes and labels, and return the source."""
        if not categories and is_fashion(data.files[0]):
            categories = CATEGORIES
        files = [_survey(path, split) for path in data.files]
        first = files[0]
        for file in files:
            if file.shape != first.shape:
                raise DatasetError(
                    f"{file.path} has images of {_times(file.shape)}, "
                    f"{first.path.name} of {_times(first.shape)}. All must have one size."
                )
        labels = np.concatenate([file.labels for file in files])
        categories = categories or categories_of(labels, first.path)
        for file in files:  # so that an error names the very file
            categories_of(file.labels, file.path, known=categories)

        def read() -> Iterator[SourceItem]:
            start = 0
            for file in files:
                yield from file.items(start)
                start += len(file.labels)

        return Source(
            name=name,
            split=split,
            title=name,
            categories=categories,
            shape=first.shape,
            size=len(labels),
            origin=f"{_capital(data.reason)}. {first.rule}".strip(),
            read=read,
            stratum="" if scale_of(first.path) is None else STRATUM,
        )


@dataclass(frozen=True)
class _File:
    """A file whose datasets were found to be what they should be."""

    path: Path
    split: str
    shape: tuple[int, int, int]
    labels: NDArray[np.int64]
    rule: str

    def items(self, start: int) -> Iterator[SourceItem]:
        """Yield the file's items; the first has the index `start`."""
        scale = scale_of(self.path)
        metadata = {} if scale is None else {STRATUM: str(scale)}
        size = self.shape[:2] if self.shape[2] == 1 else self.shape
        with _opened(self.path) as file:
            images = _dataset(file, self.path, f"x_{self.split}")
            for place, block in _blocks(images, self.path):
                for row, image in enumerate(block.reshape(len(block), *size), start=place):
                    yield SourceItem(start + row, image, int(self.labels[row]), metadata)


def _survey(path: Path, split: str) -> _File:
    with _opened(path) as file:
        images = _dataset(file, path, f"x_{split}")
        shape = _image_shape(images, path)
        labels = _labels(_dataset(file, path, f"y_{split}"), path, images.shape[0])
        _check_plausible(images, path)
        _check_range(images, path)
        return _File(path, split, shape, labels, _ROUNDED if images.dtype.kind == "f" else "")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file, and name it in whatever the HDF5 library says of it."""
    h5py = optional("h5py", package="h5py", form="HDF5")
    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, RuntimeError, TypeError, ValueError, KeyError) as error:
        reason = (str(error).splitlines() or [""])[0].rstrip(".")
        raise DatasetError(f"{path} is no HDF5 file, or a damaged one ({reason}). Fetch it again.") from error


def _dataset(file: Any, path: Path, name: str) -> Any:
    """Return a dataset whose data lie in this very file."""
    h5py = optional("h5py", package="h5py", form="HDF5")
    link = file.get(name, getlink=True)
    if link is None:
        there = ", ".join(sorted(file)[:8]) or "nothing"
        raise DatasetError(f"{path} has no /{name}; it has {there}.")
    if isinstance(link, h5py.ExternalLink):
        raise DatasetError(
            f"{path}: /{name} is a link to the file {link.filename!r}. Links are not followed."
        )
    if isinstance(link, h5py.SoftLink):
        raise DatasetError(f"{path}: /{name} is a soft link to {link.path!r}. Links are not followed.")
    dataset = file[name]
    if not isinstance(dataset, h5py.Dataset):
        raise DatasetError(f"{path}: /{name} is no dataset.")
    if dataset.external is not None:
        raise DatasetError(f"{path}: the data of /{name} lie in another file. External storage is not read.")
    if dataset.is_virtual:
        raise DatasetError(f"{path}: /{name} is a virtual dataset, a view of other files. It is not read.")
    if dataset.dtype.kind not in "uif":
        raise DatasetError(f"{path}: /{name} holds {dataset.dtype}; numbers are needed.")
    if dataset.chunks and prod(dataset.chunks) * dataset.dtype.itemsize > _LARGEST_CHUNK:
        raise DatasetError(f"{path}: /{name} is stored in chunks of more than {_LARGEST_CHUNK} bytes.")
    return dataset


def _image_shape(images: Any, path: Path) -> tuple[int, int, int]:
    shape = images.shape
    if shape is None or len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] not in (1, 3, 4)):
        raise DatasetError(
            f"{path}: {images.name} has the shape {shape}; images x height x width x 1, 3 or 4 is needed."
        )
    if 0 in shape:
        raise DatasetError(f"{path}: {images.name} is empty, there are 0 images: its shape is {shape}.")
    if shape[1] * shape[2] > LARGEST_PIXELS:
        raise DatasetError(
            f"{path}: {images.name} claims images of {_times(shape[1:])}, too large to be shown."
        )
    return shape[1], shape[2], shape[3] if len(shape) == 4 else 1


def _labels(dataset: Any, path: Path, images: int) -> NDArray[np.int64]:
    shape = dataset.shape
    if shape is None or len(shape) not in (1, 2) or sum(side != 1 for side in shape) > 1:
        raise DatasetError(f"{path}: {dataset.name} has the shape {shape}; one label an image is needed.")
    count = prod(shape)
    if count != images:
        raise DatasetError(f"{path} has {images} images and {count} labels.")
    if count > _MOST_LABELS:
        raise DatasetError(f"{path} claims {count} labels; {_MOST_LABELS} are the most.")
    values = dataset[()].reshape(-1)
    odd = np.flatnonzero(~np.isfinite(values) | (values != np.floor(values)) | (np.abs(values) > 1e9))
    if odd.size:
        raise DatasetError(f"{path}: label {values[odd[0]]} at position {odd[0]} is no whole number.")
    return np.asarray(values, dtype=np.int64)


def _check_plausible(images: Any, path: Path) -> None:
    promised, stored = images.nbytes, images.id.get_storage_size()
    if promised > _SUSPICIOUS_BYTES and promised > _SUSPICIOUS_RATIO * stored:
        raise DatasetError(
            f"{path}: {images.name} promises {promised} bytes and stores {stored}: a bomb, or never filled."
        )


def _check_range(images: Any, path: Path) -> None:
    """Refuse numbers from 0 to 1, which would all be black."""
    if images.dtype.kind == "f" and images[: _rows(images)].max() <= 1:
        raise DatasetError(f"{path}: the values of {images.name} go from 0 to 1; 0 to 255 are needed.")


def _blocks(images: Any, path: Path) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield some images at a time, with the place of the first, as whole numbers from 0 to 255."""
    rows = _rows(images)
    for start in range(0, images.shape[0], rows):
        block = images[start : start + rows]
        if block.dtype != np.uint8:
            whole = np.rint(block)
            outside = np.flatnonzero(~((whole >= 0) & (whole <= 255)))
            if outside.size:
                image = start + int(outside[0]) // prod(block.shape[1:])
                raise DatasetError(
                    f"{path}: image {image} has the value {block.flat[outside[0]]}; 0 to 255 are needed."
                )
            block = whole.astype(np.uint8)
        yield start, block


def _rows(images: Any) -> int:
    """Return how many images to read at once: whole chunks, so that none is unpacked twice."""
    chunk = images.chunks[0] if images.chunks else 1
    each = prod(images.shape[1:]) * images.dtype.itemsize
    rows = max(1, _BLOCK // (each * chunk)) * chunk
    return int(min(rows, max(1, _LARGEST_CHUNK // each)))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


register_reader(Hdf5Reader())
