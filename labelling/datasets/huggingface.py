"""Datasets of the Hugging Face hub: parquet shards with encoded images, labels, and the labels' names."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelling.datasets.encoded_image import decode, require_shape
from labelling.datasets.ground_truth import named_categories
from labelling.datasets.optional_packages import optional
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.shards import check_complete, counted, find_shards
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

_METADATA = b"huggingface"
# Few rows at a time: each may be a photograph.
_BATCH = 64
# Encoded images hardly shrink further. A row group that promises this much more than it has is a bomb.
_SUSPICIOUS_RATIO = 100
_LARGEST_GROUP = 256 << 20
_SUSPICIOUS_BYTES = 32 << 20


class HuggingFaceReader:
    """Reads a folder of parquet shards as on the hub, such as test-00000-of-00001.parquet."""

    form = "huggingface"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's shards in the folder, or in the only folder below that has them."""
        shards = find_shards(folder, _pattern(split))
        if not shards:
            return None
        reason = f"Hugging Face, {counted(shards, 'parquet')}"
        return FoundData(form=self.form, reason=reason, files=shards)

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Check the shards' columns and metadata, and return the source."""
        check_complete(data.files, _pattern(split))
        shards = [_open_shard(path, categories) for path in data.files]
        for shard in shards:
            if shard.columns != shards[0].columns:
                raise DatasetError(f"{shard.path} has other columns or label names than {shards[0].path}.")
        first = next((item for shard in shards for item in shard.items(0)), None)
        if first is None:
            raise DatasetError(f"{shards[0].path} holds no row: there are 0 images.")
        image = first.image

        def read() -> Iterator[SourceItem]:
            start = 0
            for shard in shards:
                yield from shard.items(start, image.shape)
                start += shard.rows

        return Source(
            name=name,
            split=split,
            title=name,
            categories=shards[0].columns.categories,
            shape=(image.shape[0], image.shape[1], 1 if image.ndim == 2 else image.shape[2]),
            size=sum(shard.rows for shard in shards),
            origin=f"Hugging Face parquet, {counted(data.files, 'parquet')}.",
            read=read,
        )


@dataclass(frozen=True)
class _Columns:
    """Which column is the image, which the label, and what the labels mean."""

    image: str
    label: str
    categories: tuple[SourceCategory, ...]


@dataclass(frozen=True)
class _Shard:
    path: Path
    columns: _Columns
    rows: int

    def items(self, start: int, shape: tuple[int, ...] | None = None) -> Iterator[SourceItem]:
        """Yield the shard's items; the first has the index `start`."""
        row = -1
        for row, (image, label) in enumerate(self._values()):
            where = f"{self.path}, row {row}"
            if label is None:
                raise DatasetError(f"{where} has no label.")
            if not 0 <= label < len(self.columns.categories):
                raise DatasetError(f"{where}: label {label} is outside 0-{len(self.columns.categories) - 1}.")
            if image is None:
                raise DatasetError(f"{where} has no image bytes. A path alone cannot be followed.")
            pixels = decode(image, where=f"{where}: the image")
            require_shape(pixels, shape or pixels.shape, where=where)
            yield SourceItem(index=start + row, image=pixels, ground_truth=label)
        if row + 1 != self.rows:
            raise DatasetError(f"{self.path} ends after {row + 1} of {self.rows} rows.")

    def _values(self) -> Iterator[tuple[bytes | None, int | None]]:
        """Yield each row's encoded image and label, reading a few rows at a time."""
        arrow, parquet = _packages()
        try:
            with parquet.ParquetFile(self.path, page_checksum_verification=True) as file:
                wanted = [f"{self.columns.image}.bytes", self.columns.label]
                for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
                    images = batch.column(self.columns.image).to_pylist()
                    labels = batch.column(self.columns.label).to_pylist()
                    for image, label in zip(images, labels, strict=True):
                        yield (image or {}).get("bytes"), label
        except (arrow.ArrowException, OSError) as error:
            raise _damaged(self.path, error) from error


def _open_shard(path: Path, known: tuple[SourceCategory, ...]) -> _Shard:
    arrow, parquet = _packages()
    try:
        with parquet.ParquetFile(path) as file:
            columns = _columns(path, file.schema_arrow, known)
            _check_groups(path, file.metadata)
            return _Shard(path, columns, file.metadata.num_rows)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from error


def _columns(path: Path, schema: Any, known: tuple[SourceCategory, ...]) -> _Columns:
    """Find the image, the label and the label's names in what the hub's library wrote into the schema."""
    arrow, _ = _packages()
    text = (schema.metadata or {}).get(_METADATA)
    if text is None:
        raise DatasetError(
            f"{path} has no label names: its schema lacks the metadata {_METADATA.decode()!r}, "
            "which the package datasets writes."
        )
    try:
        features = json.loads(text)["info"]["features"]
        images = [name for name, feature in features.items() if feature["_type"] == "Image"]
        labels = [name for name, feature in features.items() if feature["_type"] == "ClassLabel"]
        if len(images) == len(labels) == 1:
            names = list(features[labels[0]]["names"])
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise DatasetError(
            f"{path}: the metadata {_METADATA.decode()!r} do not describe features."
        ) from error
    if len(images) != 1 or len(labels) != 1:
        raise DatasetError(
            f"{path} has {len(images)} image and {len(labels)} class label columns; one of each is needed."
        )
    image, label = _type(path, schema, images[0]), _type(path, schema, labels[0])
    place = image.get_field_index("bytes") if arrow.types.is_struct(image) else -1
    if place < 0 or image.field(place).type not in (arrow.binary(), arrow.large_binary()):
        raise DatasetError(f"{path}: the column {images[0]} holds {image}; image bytes are needed.")
    if not arrow.types.is_integer(label):
        raise DatasetError(f"{path}: the column {labels[0]} holds {label}; whole numbers are needed.")
    return _Columns(images[0], labels[0], named_categories(names, path, known=known))


def _type(path: Path, schema: Any, column: str) -> Any:
    if column not in schema.names:
        raise DatasetError(f"{path} has no column {column!r}, of which its metadata tell.")
    return schema.field(column).type


def _check_groups(path: Path, metadata: Any) -> None:
    """Refuse, before unpacking, what would not fit into memory."""
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        chunks = [group.column(place) for place in range(group.num_columns)]
        packed = sum(chunk.total_compressed_size for chunk in chunks)
        unpacked = sum(chunk.total_uncompressed_size for chunk in chunks)
        suspicious = unpacked > max(_SUSPICIOUS_BYTES, _SUSPICIOUS_RATIO * packed)
        if unpacked > _LARGEST_GROUP or suspicious:
            what = "a bomb" if suspicious else f"more than the {_LARGEST_GROUP} that are read at once"
            raise DatasetError(
                f"{path}: row group {number} unpacks from {packed} to {unpacked} bytes: {what}."
            )


def _pattern(split: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<name>{re.escape(split)})-(?P<number>\d{{5}})-of-(?P<count>\d{{5}})(?:-[0-9a-f]+)?\.parquet"
    )


def _packages() -> tuple[Any, Any]:
    arrow = optional("pyarrow", package="pyarrow", form="Parquet")
    return arrow, optional("pyarrow.parquet", package="pyarrow", form="Parquet")


def _damaged(path: Path, error: Exception) -> DatasetError:
    reason = (str(error).splitlines() or ["nothing more is known"])[0].rstrip(".")
    return DatasetError(f"{path} is no parquet file, or a damaged one ({reason}). Fetch it again.")


register_reader(HuggingFaceReader())
