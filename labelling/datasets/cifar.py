"""CIFAR-10 and CIFAR-100 as their folders for Python hold them: pickles, of which no code is run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.ground_truth import categories_of
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.restricted_pickle import read_pickle
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

SIDE = 32
CHANNELS = 3


@dataclass(frozen=True)
class Layout:
    """How one of the two datasets lies in its folder. `coarse` are the labels of groups of categories."""

    folder: str
    files: dict[str, tuple[str, ...]]
    names_file: str
    names: str
    labels: str
    coarse_names: str = ""
    coarse: str = ""


LAYOUTS = (
    Layout(
        folder="cifar-10-batches-py",
        files={
            "test": ("test_batch",),
            "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
        },
        names_file="batches.meta",
        names="label_names",
        labels="labels",
    ),
    Layout(
        folder="cifar-100-python",
        files={"test": ("test",), "train": ("train",)},
        names_file="meta",
        names="fine_label_names",
        labels="fine_labels",
        coarse_names="coarse_label_names",
        coarse="coarse_labels",
    ),
)


@dataclass(frozen=True)
class Batch:
    """One file's images, as rows of bytes, and its labels."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    coarse: NDArray[np.int64] | None


class CifarReader:
    """Reads the folder cifar-10-batches-py or cifar-100-python, or the folder that holds one of them."""

    form = "cifar"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's files where a folder has them beside the file of the names."""
        for layout in LAYOUTS:
            for root in (folder, folder / layout.folder):
                names = layout.files.get(split, ())
                there = [name for name in names if (root / name).is_file()]
                if not there or not (root / layout.names_file).is_file():
                    continue
                missing = next((root / name for name in names if name not in there), None)
                if missing:
                    raise DatasetError(f"{missing} is missing; the split {split} has {', '.join(names)}.")
                reason = f"{layout.names_file} and {' '.join(there)}, as in {layout.folder}"
                files = tuple(root / name for name in (layout.names_file, *names))
                return FoundData(form=self.form, reason=reason, files=files)
        return None

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the batches make, one batch in memory at a time."""
        names_file, *batches = data.files
        layout = next(layout for layout in LAYOUTS if layout.names_file == names_file.name)
        table = read_pickle(names_file)
        names = _names(table, layout.names, names_file)
        coarse_names = _names(table, layout.coarse_names, names_file) if layout.coarse else []
        size = 0
        for path in batches:
            batch = open_batch(path, layout)
            size += batch.labels.size
            categories = categories_of(batch.labels, path, known=categories, names=names)
            if batch.coarse is not None:
                categories_of(batch.coarse, path, names=coarse_names)

        def read() -> Iterator[SourceItem]:
            index = 0
            for path in batches:
                batch = open_batch(path, layout)
                for row, label in enumerate(batch.labels):
                    planes = batch.images[row].reshape(CHANNELS, SIDE, SIDE)
                    group = {} if batch.coarse is None else {"group": coarse_names[batch.coarse[row]]}
                    yield SourceItem(
                        index=index,
                        image=np.ascontiguousarray(planes.transpose(1, 2, 0)),
                        ground_truth=int(label),
                        metadata=group,
                    )
                    index += 1

        return Source(
            name=name,
            split=split,
            title=name,
            categories=categories,
            shape=(SIDE, SIDE, CHANNELS),
            size=size,
            origin=f"The batches {', '.join(path.name for path in batches)} of {layout.folder}.",
            read=read,
            stratum="group" if layout.coarse else "",
        )


def open_batch(path: Path, layout: Layout) -> Batch:
    """Read a batch and check that its images and labels are as many."""
    table = read_pickle(path)
    images = table.get("data")
    row = CHANNELS * SIDE * SIDE
    if not isinstance(images, np.ndarray) or images.ndim != 2 or images.shape[1] != row:
        shape = images.shape if isinstance(images, np.ndarray) else type(images).__name__
        raise DatasetError(f"{path}: its data are {shape}; rows of {row} bytes are needed.")
    if not len(images):
        raise DatasetError(f"{path} holds 0 images.")
    labels = _whole_numbers(table, layout.labels, path, len(images))
    coarse = _whole_numbers(table, layout.coarse, path, len(images)) if layout.coarse else None
    return Batch(images=images, labels=labels, coarse=coarse)


def _whole_numbers(table: dict[str, Any], key: str, path: Path, count: int) -> NDArray[np.int64]:
    values = table.get(key)
    if not isinstance(values, list) or len(values) != count:
        found = f"{len(values)} {key}" if isinstance(values, list) else f"no list of {key}"
        raise DatasetError(f"{path} has {count} images and {found}.")
    if not all(type(value) is int and 0 <= value < 2**31 for value in values):
        raise DatasetError(f"{path}: its {key} are not all whole numbers from 0.")
    return np.array(values, dtype=np.int64)


def _names(table: dict[str, Any], key: str, path: Path) -> list[str]:
    values = table.get(key)
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(value, bytes | str) for value in values)
    ):
        raise DatasetError(f"{path} has no list of {key}.")
    try:
        return [value.decode() if isinstance(value, bytes) else value for value in values]
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: its {key} are not text in UTF-8.") from error


register_reader(CifarReader())
