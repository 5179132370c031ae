"""npz files with something wrong in them."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.labelling.datasets.bad_files import Bad

X = np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4)
Y = np.arange(6) % 3


def npy(array: np.ndarray, **header: object) -> bytes:
    """Return an array as npy; `header` lets it lie."""
    buffer = io.BytesIO()
    facts = {**np.lib.format.header_data_from_array_1_0(array), **header}
    np.lib.format.write_array_header_1_0(buffer, facts)
    return buffer.getvalue() + array.tobytes()


def npz(folder: Path, *, packed: bool = True, **members: bytes | np.ndarray) -> Path:
    path = folder / "data.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else npy(content)
            archive.writestr(name if "." in name else f"{name}.npy", data)
    return path


def holding(**members: bytes | np.ndarray) -> Callable[[Path], object]:
    return lambda folder: npz(folder, **members)


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Return a writer of a good file, not packed, whose bytes are then changed."""

    def write(folder: Path) -> None:
        path = npz(folder, packed=False, x=X, y=Y)
        path.write_bytes(change(path.read_bytes()))

    return write


def pickled(folder: Path) -> None:
    np.savez(folder / "data.npz", x=np.array([{"a": 1}] * 6, dtype=object), y=Y)


def bomb(folder: Path) -> None:
    """100 MB of zeros in 100 kB."""
    with zipfile.ZipFile(folder / "data.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as file:
            file.write(npy(X, shape=(100 << 10, 32, 32))[:128])
            for _ in range(100):
                file.write(bytes(1 << 20))
        archive.writestr("y.npy", npy(np.zeros(100 << 10, np.uint8)))


def lying_directory(content: bytes) -> bytes:
    """Let the directory say that the first array takes 4 GB."""
    entry = content.index(b"PK\1\2")
    return content[: entry + 24] + struct.pack("<L", 2**32 - 2) + content[entry + 28 :]


def million_names(content: bytes) -> bytes:
    return content[:-10] + struct.pack("<L", 50_000_000) + content[-6:]


def two_files(folder: Path) -> None:
    npz(folder, x=X, y=Y).rename(folder / "one.npz")
    npz(folder, x=X, y=Y)


FILE = "data.npz"
BAD = {
    "npz of pickles": Bad(pickled, FILE, "pickled objects, which can run code"),
    "npz bomb": Bad(bomb, FILE, "array x: it promises .* a zip bomb"),
    "npz with a lying directory": Bad(changed(lying_directory), FILE, "a zip bomb|header promises"),
    "npz with a directory without end": Bad(
        changed(million_names), FILE, "its list of arrays takes 50000000"
    ),
    "npz cut": Bad(changed(lambda content: content[:-30]), FILE, "or is cut"),
    "npz with a flipped byte": Bad(
        changed(lambda content: content.replace(X.tobytes(), X.tobytes()[::-1])), FILE, "damaged npz .*CRC"
    ),
    "npz that is text": Bad(lambda folder: (folder / FILE).write_text("<html>"), FILE, "is not an npz file"),
    "npz that is empty": Bad(lambda folder: (folder / FILE).touch(), FILE, "is not an npz file"),
    "npz with a name that climbs": Bad(
        holding(**{"../../../x.npy": X, "y": Y}), FILE, r"holds '\.\./\.\./\.\./x\.npy', which is not"
    ),
    "npz with an absolute name": Bad(holding(**{"/etc/x.npy": X, "y": Y}), FILE, "Names with folders"),
    "npz header that promises more": Bad(
        holding(x=npy(X, shape=(60, 4, 4)), y=Y), FILE, "its header promises 960 bytes, the zip file 96"
    ),
    "npz header of negative size": Bad(holding(x=npy(X, shape=(-6, 4, 4)), y=Y), FILE, "array x: its header"),
    "npz header that is code": Bad(
        holding(x=b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').system('true')\n", y=Y),
        FILE,
        "its header is not that of an array",
    ),
    "npz of floats": Bad(holding(x=X / 255, y=Y), FILE, "pixels of type float64; uint8"),
    "npz with channels first": Bad(
        holding(x=np.zeros((6, 3, 32, 32), np.uint8), y=Y), FILE, r"3 or 4 channels last"
    ),
    "npz column first": Bad(holding(x=npy(X, fortran_order=True), y=Y), FILE, "stored column first"),
    "npz without labels": Bad(holding(x=X), FILE, "the images x, but no labels y"),
    "npz without images": Bad(holding(y=Y), FILE, "holds y; needed are x_test and y_test, or x and y"),
    "npz with a label too few": Bad(holding(x=X, y=Y[:5]), FILE, "but array x has 6 images"),
    "npz of 0 images": Bad(holding(x=X[:0], y=Y[:0]), FILE, "0 images"),
    "npz with labels in words": Bad(holding(x=X, y=Y.astype(str)), FILE, "whole numbers are needed"),
    "npz with a label outside the names": Bad(
        holding(x=X, y=Y, names=np.array(["a", "b"])), FILE, "label 2 at position 2 is outside 0-1"
    ),
    "npz with a name twice": Bad(holding(x=X, y=Y, names=np.array(list("aba"))), FILE, "two categories"),
    "npz with a gap in the labels": Bad(holding(x=X, y=Y * 2), FILE, "no item has label 1"),
    "npz with labels below 0": Bad(holding(x=X, y=Y - 1), FILE, "label -1 is below 0"),
    "npz twice": Bad(two_files, "", "holds data.npz and one.npz. Leave one"),
}
