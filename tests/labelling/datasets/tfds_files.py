"""Write TensorFlow Datasets as they lie prepared on disk, with the package `tfrecord`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tfrecord import TFRecordWriter

from tests.labelling.datasets.encoded_images import pictures, png

NAMES = ("T-shirt/top", "Trouser", "Pullover")


def write_tfds(
    folder: Path,
    *,
    images: Sequence[bytes] | None = None,
    labels: Sequence[int] | None = None,
    names: Sequence[str] = NAMES,
    shards: int = 1,
    split: str = "test",
    examples: Sequence[dict[str, Any]] | None = None,
) -> list[Path]:
    """Write a split and what lies beside it; `examples` replaces the images and labels."""
    images = [png(pixels) for pixels in pictures()] if images is None else images
    labels = [index % len(names) for index in range(len(images))] if labels is None else labels
    if examples is None:
        examples = [
            {"image": (image, "byte"), "label": (int(label), "int")}
            for image, label in zip(images, labels, strict=True)
        ]
    folder.mkdir(parents=True, exist_ok=True)
    parts = [part.tolist() for part in np.array_split(np.arange(len(examples)), shards)]
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / f"fashion_mnist-{split}.tfrecord-{number:05d}-of-{shards:05d}")
        writer = TFRecordWriter(str(paths[-1]))
        for index in part:
            writer.write(examples[index])
        writer.close()
    write_beside(folder, names=names, lengths=[len(part) for part in parts], split=split)
    return paths


def write_beside(folder: Path, *, names: Sequence[str], lengths: Sequence[int], split: str = "test") -> None:
    core = "tensorflow_datasets.core.features"
    features = {
        "image": {
            "pythonClassName": f"{core}.image_feature.Image",
            "image": {"dtype": "uint8", "encodingFormat": "png", "shape": {"dimensions": ["28", "28", "1"]}},
        },
        "label": {
            "pythonClassName": f"{core}.class_label_feature.ClassLabel",
            "classLabel": {"numClasses": str(len(names))},
        },
    }
    (folder / "features.json").write_text(json.dumps({"featuresDict": {"features": features}}))
    (folder / "label.labels.txt").write_text("".join(f"{name}\n" for name in names))
    told = {"name": split, "shardLengths": [str(length) for length in lengths]}
    info = {"name": "fashion_mnist", "version": "3.0.1", "fileFormat": "tfrecord", "splits": [told]}
    (folder / "dataset_info.json").write_text(json.dumps(info))
