"""Write IDX files, good ones and bad ones."""

import gzip
import struct
from pathlib import Path

import numpy as np


def idx(array: np.ndarray, *, kind: int = 0x08, shape: tuple[int, ...] | None = None) -> bytes:
    """Return an array as IDX; `kind` and `shape` let the header lie."""
    sizes = array.shape if shape is None else shape
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + array.tobytes()


def images(count: int = 6, height: int = 4, width: int = 3) -> np.ndarray:
    return np.arange(count * height * width, dtype=np.uint8).reshape(count, height, width)


def labels(count: int = 6, categories: int = 3) -> np.ndarray:
    return (np.arange(count) % categories).astype(np.uint8)


def write_pair(
    folder: Path, *, image_bytes: bytes | None = None, label_bytes: bytes | None = None, packed: bool = True
) -> tuple[Path, Path]:
    """Write the test split's two files under their usual names."""
    suffix = ".gz" if packed else ""
    paths = folder / f"t10k-images-idx3-ubyte{suffix}", folder / f"t10k-labels-idx1-ubyte{suffix}"
    contents = (
        idx(images()) if image_bytes is None else image_bytes,
        idx(labels()) if label_bytes is None else label_bytes,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(gzip.compress(content) if packed else content)
    return paths
