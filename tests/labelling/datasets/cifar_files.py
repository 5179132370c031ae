"""Write the folders of CIFAR-10 and CIFAR-100, as Python 2 wrote the published ones and as Python 3 would."""

import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np

NAMES = ["airplane", "bird", "cat"]


def images(count: int = 6) -> np.ndarray:
    """Return images (count, 32, 32, 3), no two alike."""
    return np.random.default_rng(3).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def rows(pixels: np.ndarray) -> np.ndarray:
    """Return images as the files hold them: a row each, all red, then all green, then all blue."""
    return np.ascontiguousarray(np.moveaxis(pixels, 3, 1)).reshape(len(pixels), -1)


def python_2(value: Any) -> bytes:
    """Pickle as Python 2 did: texts are bytes, and an array is a name, a shape and a state."""
    return b"\x80\x02" + _python_2(value) + b"."


def _python_2(value: Any) -> bytes:
    if isinstance(value, dict):
        pairs = b"".join(_python_2(key) + _python_2(found) for key, found in value.items())
        return b"}q\x01(" + pairs + b"u"
    if isinstance(value, list):
        return b"]q\x02(" + b"".join(_python_2(one) for one in value) + b"e"
    if isinstance(value, str | bytes):
        raw = value.encode() if isinstance(value, str) else value
        return b"T" + struct.pack("<i", len(raw)) + raw
    if isinstance(value, np.ndarray):
        shape = b"".join(_python_2(side) for side in value.shape)
        kind = value.dtype.str[1:].encode()
        return (
            b"cnumpy.core.multiarray\n_reconstruct\nq\x03(cnumpy\nndarray\nq\x04K\x00\x85U\x01bt\x52"
            b"(K\x01(" + shape + b"tcnumpy\ndtype\nq\x05(U" + bytes([len(kind)]) + kind + b"K\x00K\x01tR"
            b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
            b"T" + struct.pack("<i", value.nbytes) + value.tobytes() + b"tb"
        )
    return b"J" + struct.pack("<i", value)


def cifar_10(folder: Path, *, pixels: np.ndarray, labels: list[int], names: list[str] = NAMES) -> None:
    """Write the test split, the names as text in protocol 0, as published."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"S'{name}'\na" for name in names)
    (folder / "batches.meta").write_text(f"(dp1\nS'label_names'\np2\n(lp3\n{lines}sS'num_vis'\nI3072\ns.")
    table = {"batch_label": "testing batch 1 of 1", "labels": labels, "data": rows(pixels)}
    (folder / "test_batch").write_bytes(python_2(table))


def cifar_100(folder: Path, *, pixels: np.ndarray, fine: list[int], coarse: list[int]) -> None:
    """Write both splits with Python 3."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {"fine_label_names": NAMES, "coarse_label_names": ["machine", "animal"]}
    (folder / "meta").write_bytes(pickle.dumps(names, protocol=4))
    for split in ("train", "test"):
        table = {b"fine_labels": fine, b"coarse_labels": coarse, b"data": rows(pixels)}
        (folder / split).write_bytes(pickle.dumps(table, protocol=4))
