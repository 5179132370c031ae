"""TensorFlow Datasets as prepared on disk: TFRecord shards of encoded images. Needs no TensorFlow."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from labelling.datasets.encoded_image import decode, require_shape
from labelling.datasets.ground_truth import named_categories
from labelling.datasets.registry import FoundData, known_checksum, register_reader
from labelling.datasets.shards import check_complete, counted, find_shards
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.datasets.tf_example import BadExample, Feature, read_example
from labelling.datasets.tfrecord import Record, read_records, record_at
from labelling.errors import DatasetError

_LARGEST_TEXT = 4 << 20

Place = tuple[Path, int]
T = TypeVar("T", int, bytes)


class TfdsReader:
    """Reads the folder of a version, such as ~/tensorflow_datasets/fashion_mnist/3.0.1, or the one above."""

    form = "tfds"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's shards in the folder, or in the only version below it."""
        shards = find_shards(folder, _pattern(split))
        if not shards:
            return None
        reason = f"TensorFlow Datasets, {counted(shards, 'TFRecord')}"
        return FoundData(form=self.form, reason=reason, files=shards)

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Check every record of every shard and return the source.

        TensorFlow Datasets shuffles when it prepares. The images of a dataset with one true content are put
        back into their own order; others stay in the order of the shards.
        """
        check_complete(data.files, _pattern(split))
        shards = _Shards(paths=data.files, features=_features(data.files[0].parent, categories))
        places, shape = shards.survey()
        _check_lengths(data.files, places, split)
        source = Source(
            name=name,
            split=split,
            title=name,
            categories=shards.features.categories,
            shape=shape,
            size=len(places),
            origin=f"TensorFlow Datasets, prepared as {data.files[0].name}.",
            read=lambda: shards.items(shape),
        )
        true = known_checksum(name, split)
        if true is None or source.checksum() == true:
            return source
        restored = replace(source, read=lambda: shards.items(shape, unshuffled(places, split)))
        return restored if restored.checksum() == true else source


@dataclass(frozen=True)
class _Features:
    """Which feature is the image, which the label, and what the labels mean."""

    image: str
    label: str
    categories: tuple[SourceCategory, ...]


@dataclass(frozen=True)
class _Shards:
    paths: tuple[Path, ...]
    features: _Features

    def survey(self) -> tuple[list[Place], tuple[int, int, int]]:
        """Return where each record begins, and the shape of the first image."""
        places = [(path, record.offset) for path in self.paths for record in read_records(path)]
        if not places:
            raise DatasetError(f"{self.paths[0]} holds no record: there are 0 images.")
        path, offset = places[0]
        image = self._item(0, path, record_at(path, offset)).image
        return places, (image.shape[0], image.shape[1], 1 if image.ndim == 2 else image.shape[2])

    def items(self, shape: tuple[int, int, int], places: list[Place] | None = None) -> Iterator[SourceItem]:
        """Yield the items in the order of the shards, or of the places."""
        expected = shape[:2] if shape[2] == 1 else shape
        for index, (path, record) in enumerate(self._records(places)):
            item = self._item(index, path, record)
            require_shape(item.image, expected, where=_where(path, record))
            yield item

    def _records(self, places: list[Place] | None) -> Iterator[tuple[Path, Record]]:
        if places is None:
            for path in self.paths:
                for record in read_records(path):
                    yield path, record
        else:
            for path, offset in places:
                yield path, record_at(path, offset)

    def _item(self, index: int, path: Path, record: Record) -> SourceItem:
        where = _where(path, record)
        try:
            example = read_example(record.data)
        except BadExample as error:
            raise DatasetError(f"{where} is no tf.train.Example: {error}.") from error
        label = _single(example, self.features.label, int, where)
        if not 0 <= label < len(self.features.categories):
            raise DatasetError(f"{where}: label {label} is outside 0-{len(self.features.categories) - 1}.")
        encoded = _single(example, self.features.image, bytes, where)
        image = decode(encoded, where=f"{where}: the image")
        return SourceItem(index=index, image=image, ground_truth=label)


def unshuffled(places: list[Place], split: str) -> list[Place]:
    """Return the places in the order in which the images came when the dataset was prepared.

    Records whose keys are 0, 1, 2 ... are stored by the MD5 sum of the split's name and the key.
    """
    keys = range(len(places))
    by_sum = sorted(
        keys, key=lambda key: hashlib.md5(f"{split}{key}".encode(), usedforsecurity=False).digest()
    )
    ordered = list(places)
    for place, key in zip(places, by_sum, strict=True):
        ordered[key] = place
    return ordered


def _pattern(split: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<name>.+)-{re.escape(split)}\.tfrecord-(?P<number>\d{{5}})-of-(?P<count>\d{{5}})")


def _features(folder: Path, known: tuple[SourceCategory, ...]) -> _Features:
    path = folder / "features.json"
    found = _json(path)
    try:
        features: dict[str, Any] = dict(found["featuresDict"]["features"])
        images = [name for name, feature in features.items() if "image" in feature]
        labels = [name for name, feature in features.items() if "classLabel" in feature]
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{path} does not describe a dictionary of features.") from error
    if len(images) != 1 or len(labels) != 1:
        raise DatasetError(
            f"{path} describes {len(images)} images and {len(labels)} class labels an item; "
            "one of each is needed."
        )
    names = folder / f"{labels[0]}.labels.txt"
    lines = _text(names).splitlines()
    return _Features(images[0], labels[0], named_categories(lines, names, known=known))


def _check_lengths(paths: tuple[Path, ...], places: list[Place], split: str) -> None:
    """Compare the records there are with those that the dataset says of itself."""
    info = paths[0].parent / "dataset_info.json"
    found = _json(info)
    try:
        told = next(entry for entry in found["splits"] if entry["name"] == split)
        lengths = [int(length) for length in told["shardLengths"]]
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise DatasetError(f"{info} does not tell how many records the split {split} has.") from error
    if len(lengths) != len(paths):
        raise DatasetError(f"{info} tells of {len(lengths)} shards, {len(paths)} are there.")
    there = Counter(path for path, _ in places)
    for path, length in zip(paths, lengths, strict=True):
        if there[path] != length:
            raise DatasetError(f"{path} has {there[path]} records, {info.name} says {length}.")


def _single(example: dict[str, Feature], name: str, kind: type[T], where: str) -> T:
    values = example.get(name)
    if not values:
        raise DatasetError(f"{where} has no {name}.")
    if len(values) > 1 or not isinstance(values[0], kind):
        raise DatasetError(f"{where}: its {name} is not one {'number' if kind is int else 'text of bytes'}.")
    return values[0]


def _where(path: Path, record: Record) -> str:
    return f"{path}, record at offset {record.offset}"


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is not JSON ({error}).") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise DatasetError(f"{path} is larger than {_LARGEST_TEXT} bytes; it should be a short list.")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DatasetError(
            f"{path} is missing; TensorFlow Datasets writes it beside the shards. Copy the whole folder."
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not text in UTF-8.") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error


register_reader(TfdsReader())
