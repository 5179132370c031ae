"""HDF5 with something wrong in it."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from tests.labelling.datasets.bad_files import Bad
from tests.labelling.datasets.encoded_images import HTML, pictures
from tests.labelling.datasets.hdf5_files import scale_name, write_hdf5

NAME = "shapes.h5"
IMAGES = pictures(side=6)[..., None]
LABELS = np.arange(6) % 3


def holding(**contents: object) -> Callable[[Path], object]:
    return lambda folder: write_hdf5(folder / NAME, **contents)


def made(write: Callable[[h5py.File], object]) -> Callable[[Path], object]:
    """Return a writer of a file that `write` fills."""

    def filled(folder: Path) -> None:
        with h5py.File(folder / NAME, "w") as file:
            write(file)

    return filled


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Return a writer of a good file whose bytes are then changed."""

    def write(folder: Path) -> None:
        path = write_hdf5(folder / NAME, compression="gzip")
        path.write_bytes(change(path.read_bytes()))

    return write


def linked(link: object, elsewhere: str = "") -> Callable[[Path], object]:
    """Return a writer of a file whose images are a link, and of a good file that it may lead to."""

    def write(folder: Path) -> None:
        if elsewhere:
            write_hdf5(folder / elsewhere)
        with h5py.File(folder / NAME, "w") as file:
            file["x_test"], file["y_test"], file["images"] = link, LABELS, IMAGES

    return write


def stored_outside(folder: Path) -> None:
    (folder / "raw").write_bytes(IMAGES.tobytes())
    with h5py.File(folder / NAME, "w") as file:
        outside = [(str(folder / "raw"), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("x_test", IMAGES.shape, np.uint8, external=outside)
        file["y_test"] = LABELS


def virtual(folder: Path) -> None:
    write_hdf5(folder / "data" / "other")
    layout = h5py.VirtualLayout(IMAGES.shape, np.uint8)
    layout[:] = h5py.VirtualSource(folder / "data" / "other", "x_test", IMAGES.shape)
    with h5py.File(folder / NAME, "w") as file:
        file.create_virtual_dataset("x_test", layout)
        file["y_test"] = LABELS


def claiming(shape: tuple[int, ...], chunks: tuple[int, ...]) -> Callable[[Path], object]:
    def write(file: h5py.File) -> None:
        images = file.create_dataset("x_test", shape, np.uint8, chunks=chunks, compression="gzip")
        images[0, 0, 0] = 1
        file.create_dataset("y_test", shape[:1], np.uint8, compression="gzip")

    return made(write)


def two_scales(**other: object) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        write_hdf5(folder / scale_name(0.5))
        write_hdf5(folder / scale_name(2.0), **other)

    return write


def two_sets(folder: Path) -> None:
    write_hdf5(folder / scale_name(0.5))
    write_hdf5(folder / scale_name(0.5, "fashionmnist_with_scale_variations_te10000"))


def one_scale_twice(folder: Path) -> None:
    write_hdf5(folder / scale_name(0.5))
    write_hdf5(folder / scale_name(0.5).replace("0p500", "0p5"))


def odd(value: float) -> np.ndarray:
    images = IMAGES.astype(np.float64)
    images[4, 2, 2] = value
    return images


BAD = {
    "hdf5 that is a web page": Bad(changed(lambda _: HTML), NAME, "is no HDF5 file"),
    "hdf5 that is empty": Bad(changed(lambda _: b""), NAME, "is no HDF5 file"),
    "hdf5 cut": Bad(changed(lambda data: data[:-100]), NAME, "is no HDF5 file, or a damaged one"),
    "hdf5 with a damaged chunk": Bad(
        changed(lambda data: data.replace(b"\x78\x5e", b"\x00\x00")),
        NAME,
        "is no HDF5 file, or a damaged one",
    ),
    "hdf5 with an external link": Bad(
        linked(h5py.ExternalLink("other", "/x_test"), "other"),
        NAME,
        "link to the file 'other'. Links are not",
    ),
    "hdf5 with a link to a device": Bad(
        linked(h5py.ExternalLink("/dev/zero", "/x_test")), NAME, "link to the file '/dev/zero'"
    ),
    "hdf5 with a soft link": Bad(linked(h5py.SoftLink("/images")), NAME, "is a soft link to '/images'"),
    "hdf5 with data in another file": Bad(stored_outside, NAME, "lie in another file"),
    "hdf5 with a view of another file": Bad(virtual, NAME, "is a virtual dataset"),
    "hdf5 without images": Bad(
        made(lambda file: file.create_group("other")), NAME, "has no /x_test; it has other"
    ),
    "hdf5 without labels": Bad(made(lambda file: file.update(x_test=IMAGES)), NAME, "has no /y_test"),
    "hdf5 with a group for images": Bad(
        made(lambda file: (file.create_group("x_test"), file.update(y_test=LABELS))),
        NAME,
        "x_test is no dataset",
    ),
    "hdf5 of 0 images": Bad(holding(images=IMAGES[:0], labels=LABELS[:0]), NAME, "there are 0 images"),
    "hdf5 with a label too few": Bad(
        holding(images=IMAGES, labels=LABELS[:5]), NAME, "6 images and 5 labels"
    ),
    "hdf5 with a label for all": Bad(holding(images=IMAGES, labels=3), NAME, "one label an image is needed"),
    "hdf5 with labels in a table": Bad(
        holding(images=IMAGES, labels=np.eye(6)), NAME, "one label an image is needed"
    ),
    "hdf5 with half a label": Bad(
        holding(images=IMAGES, labels=LABELS + 0.5), NAME, "label 0.5 at position 0 is no whole number"
    ),
    "hdf5 with a label that is no number": Bad(
        holding(images=IMAGES, labels=[0, 1, np.nan, 2, 0, 1]), NAME, "label nan at position 2"
    ),
    "hdf5 with labels in words": Bad(holding(images=IMAGES, labels=[b"a"] * 6), NAME, "numbers are needed"),
    "hdf5 with a label below 0": Bad(holding(images=IMAGES, labels=LABELS - 1), NAME, "label -1 is below 0"),
    "hdf5 with an unused label": Bad(holding(images=IMAGES, labels=LABELS * 2), NAME, "no item has label 1"),
    "hdf5 with pixels in words": Bad(holding(images=np.full((6, 2, 2, 1), b"a")), NAME, "numbers are needed"),
    "hdf5 with a value too high": Bad(
        holding(images=odd(256)), NAME, "image 4 has the value 256.0; 0 to 255"
    ),
    "hdf5 with a value too low": Bad(holding(images=odd(-1)), NAME, "image 4 has the value -1.0; 0 to 255"),
    "hdf5 with a value that is no number": Bad(holding(images=odd(np.nan)), NAME, "the value nan|0 to 255"),
    "hdf5 from 0 to 1": Bad(holding(images=IMAGES / 255), NAME, "go from 0 to 1; 0 to 255 are needed"),
    "hdf5 with flat images": Bad(
        holding(images=IMAGES.reshape(6, 36, 1, 1)[:, :, 0, 0]), NAME, r"has the shape \(6, 36\)"
    ),
    "hdf5 with channels first": Bad(holding(images=np.zeros((6, 3, 8, 8))), NAME, "1, 3 or 4 is needed"),
    "hdf5 of giant images": Bad(claiming((1, 1 << 20, 1 << 20, 1), (1, 1024, 1024, 1)), NAME, "too large"),
    "hdf5 that promises more": Bad(
        claiming((1 << 20, 64, 64, 1), (16, 64, 64, 1)), NAME, "a bomb, or never filled"
    ),
    "hdf5 in giant chunks": Bad(
        claiming((1 << 15, 64, 64, 1), (1 << 15, 64, 64, 1)), NAME, "chunks of more than 67108864 bytes"
    ),
    "hdf5 of two sizes": Bad(
        two_scales(images=pictures(side=7)), scale_name(2.0), "has images of 7 x 7 x 1, .* of 6 x 6 x 1"
    ),
    "hdf5 with a label outside in one scale": Bad(
        two_scales(images=IMAGES, labels=LABELS + 8), scale_name(2.0), "label 10 at position 2 is outside 0-9"
    ),
    "hdf5 of two sets": Bad(two_sets, "", "mixes files of several sets"),
    "hdf5 of one scale twice": Bad(
        one_scale_twice, scale_name(0.5).replace("0p500", "0p5"), "both have the scale 0.5"
    ),
}
