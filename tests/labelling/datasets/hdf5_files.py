"""Write HDF5 files, those of Rescaled Fashion-MNIST and others, with h5py."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.labelling.datasets.encoded_images import pictures

STEM = "fashionmnist_with_scale_variations_and_translations_te10000_outsize72-72"


def scale_name(scale: float, stem: str = STEM) -> str:
    """Return the name of a scale's file, as 0p707 tells of 0.707."""
    return f"{stem}_scte{scale:.3f}".replace(".", "p") + ".h5"


def write_hdf5(
    path: Path, images: Any = None, labels: Any = None, split: str = "test", **options: Any
) -> Path:
    """Write a split; images without a channel get one, as the real files have it."""
    images = pictures(side=6) if images is None else np.asarray(images)
    labels = np.arange(len(images)) % 3 if labels is None else np.asarray(labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "a") as file:
        file.create_dataset(f"x_{split}", data=images[..., None] if images.ndim == 3 else images, **options)
        file.create_dataset(f"y_{split}", data=labels)
    return path
