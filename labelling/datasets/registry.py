"""Which forms can be read and which datasets are known by name.

A module of this folder registers its reader or its dataset when it is imported, and all of them are imported
on the first question. To read one more form, add one file; nothing else changes.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from labelling.datasets.source import Progress, Source, SourceCategory
from labelling.errors import DatasetError, DatasetNotFound, NothingRecognised

AUTO = "auto"


@dataclass(frozen=True)
class Search:
    """What the researcher asked for. `folder` is where to look; without it, the dataset knows its places."""

    split: str = "test"
    form: str = AUTO
    folder: Path | None = None
    network: bool = True
    progress: Progress | None = None


@dataclass(frozen=True)
class FoundData:
    """What a reader saw in a folder: its form, the reason in words, and the files that it would read."""

    form: str
    reason: str
    files: tuple[Path, ...]


class Reader(Protocol):
    """One form in which datasets come. `form` is its name in --format."""

    form: str

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return what there is of this form in the folder, or None. Looks at names, not contents."""

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Check the files and return the source. Without categories it takes those that the data name."""


@dataclass(frozen=True)
class KnownDataset:
    """A dataset that the product knows by name: what it is called, its categories, and how to find it.

    `checksums` are the dataset checksums of its splits, where there is one true content. `vouch` looks at the
    very files, for instance at the sums that the publisher prints, and says in words what it checked.
    `find` is asked when the researcher names no folder. `splits` are those that it can find.
    """

    name: str
    title: str
    categories: tuple[SourceCategory, ...]
    find: Callable[[Search], Source]
    checksums: Mapping[str, str]
    splits: tuple[str, ...]
    vouch: Callable[[FoundData], str] | None = None
    origin: str = ""


_readers: dict[str, Reader] = {}
_known: dict[str, KnownDataset] = {}


def register_reader(reader: Reader) -> None:
    """Make a form known; called by the reader's own module."""
    _readers[reader.form] = reader


def register_dataset(dataset: KnownDataset) -> None:
    """Make a dataset known by name; called by the dataset's own module."""
    _known[dataset.name] = dataset


@cache
def _load() -> None:
    package = importlib.import_module("labelling.datasets")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"labelling.datasets.{module.name}")


def forms() -> list[str]:
    """Return the forms that can be read, in alphabetical order."""
    _load()
    return sorted(_readers)


def known_names() -> list[str]:
    """Return the datasets known by name, in alphabetical order."""
    _load()
    return sorted(_known)


def known_splits(name: str) -> tuple[str, ...]:
    """Return the splits of a dataset that is known by name."""
    _load()
    return _known[name].splits


def known_checksum(name: str, split: str) -> str | None:
    """Return the dataset checksum of the split's one true content, where the product knows it."""
    return _known[name].checksums.get(split) if name in _known else None


def find_source(name: str, search: Search) -> Source:
    """Return the named dataset's split, from the folder of the search or from where it is known to be.

    Raises DatasetNotFound when it is nowhere, DatasetError when what is there cannot be read.
    """
    _load()
    known = _known.get(name)
    if search.form not in (AUTO, *_readers):
        raise DatasetError(f"There is no form {search.form!r}. Choose one of: {AUTO}, {', '.join(forms())}.")
    if search.folder is not None:
        return read_folder(name, search.folder, search)
    if known is None:
        raise DatasetNotFound(
            f"No dataset is known as {name!r}; known are {', '.join(known_names())}. "
            "For data of your own, name its folder with --path."
        )
    return known.find(search)


def read_folder(name: str, folder: Path, search: Search, *, place: str = "") -> Source:
    """Return the split that lies in a folder, in whatever form. A known dataset's content is checked.

    `place` is what people call the folder, for instance "the Keras cache".
    """
    _load()
    known = _known.get(name)
    data = recognise(folder, search)
    reader = _readers[data.form]
    categories = known.categories if known else ()
    source = reader.read(data=data, name=name, split=search.split, categories=categories)
    checked = _checked(known, source, data) if known else ""
    found = f"Read from {place} {shown(folder)} ({data.reason})".replace("  ", " ")
    return replace(
        source,
        title=known.title if known else source.title,
        origin=f"{known.origin} {checked}".strip() if known and known.origin else source.origin,
        found=f"{found}. {checked}" if checked else f"{found}.",
    )


def _checked(known: KnownDataset, source: Source, data: FoundData) -> str:
    """Compare with what is known of the dataset, and return the check in words."""
    words = known.vouch(data) if known.vouch else ""
    expected = known.checksums.get(source.split)
    if expected is None:
        return words
    if source.checksum() != expected:
        raise DatasetError(
            f"{data.files[0].parent} holds other images or labels than {known.title} ({source.split}). "
            "To import them as a dataset of their own, choose another name."
        )
    return words or "Images and labels are those of the official files."


def recognise(folder: Path, search: Search) -> FoundData:
    """Return what there is in the folder, in the form asked for or in the only form recognised."""
    wanted = forms() if search.form == AUTO else [search.form]
    try:
        if not folder.is_dir():
            raise DatasetNotFound(f"There is no folder {folder}. Name the folder of the files.")
        seen = [_readers[form].recognise(folder=folder, split=search.split) for form in wanted]
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror or error}.") from error
    data = [one for one in seen if one is not None]
    if not data:
        raise NothingRecognised(
            f"{folder} holds no {search.split} split in the form {' or '.join(wanted)}; "
            "see docs/datasets.md for the file names of each."
        )
    if len(data) > 1:
        choices = "; ".join(f"--format {one.form} ({one.reason})" for one in data)
        raise DatasetError(f"{folder} holds the {search.split} split in several forms. Choose: {choices}.")
    return data[0]


def shown(folder: Path) -> str:
    """Return a folder as a person would write it: from their home where it lies there."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
