"""Write datasets as on the Hugging Face hub, with pyarrow."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.labelling.datasets.encoded_images import pictures, png

NAMES = ("T - shirt / top", "Trouser", "Pullover")
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def described(names: Sequence[Any]) -> str:
    """Return the metadata that the hub's library writes into the schema."""
    label = {"names": list(names), "_type": "ClassLabel"}
    return json.dumps({"info": {"features": {"image": {"_type": "Image"}, "label": label}}})


def write_parquet(
    folder: Path,
    *,
    images: Sequence[bytes | None] | None = None,
    labels: Sequence[int | None] | None = None,
    names: Sequence[Any] = NAMES,
    shards: int = 1,
    split: str = "test",
    metadata: str | None = "",
    **options: Any,
) -> list[Path]:
    """Write a split; an empty `metadata` is what the hub's library writes, None is none."""
    images = [png(pixels) for pixels in pictures()] if images is None else images
    labels = [index % len(names) for index in range(len(images))] if labels is None else labels
    told = None if metadata is None else {"huggingface": metadata or described(names)}
    schema = pa.schema([("image", IMAGE), ("label", pa.int64())], metadata=told)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, part in enumerate(np.array_split(np.arange(len(images)), shards)):
        rows = [{"bytes": images[index], "path": f"{index}.png"} for index in part.tolist()]
        chosen = [labels[index] for index in part.tolist()]
        table = pa.table({"image": pa.array(rows, IMAGE), "label": pa.array(chosen, pa.int64())}, schema)
        paths.append(folder / f"{split}-{number:05d}-of-{shards:05d}.parquet")
        pq.write_table(table, paths[-1], **options)
    return paths
