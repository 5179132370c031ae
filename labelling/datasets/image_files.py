"""PNG and JPEG files on disk: which there are in a folder, and their pixels."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.encoded_image import decode
from labelling.datasets.ground_truth import checked_names
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
LARGEST_FILE = 64 << 20
CATEGORIES_FILE = "categories.txt"
# Characters of a category's name that the name of a folder cannot have everywhere.
_NOT_IN_FOLDERS = re.compile(r'[/\\:*?"<>|]')


def image_paths(folder: Path, *, strict: bool = False) -> Iterator[Path]:
    """Yield the files whose names are those of images, in no order.

    Strictly, anything else is an error, because an image under another name would be left out in silence.
    What begins with a point is hidden: systems put such files everywhere.
    """
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in SUFFIXES:
            yield path
        elif strict:
            raise DatasetError(f"{path} is no PNG or JPEG by its name. Only images may lie in {folder}.")


def read_image(path: Path, *, root: Path) -> NDArray[np.uint8]:
    """Return a file's pixels, the right way up. Nothing outside the folder `root` is opened."""
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            raise DatasetError(f"{path} leads out of the folder {root}. Put the image itself there.")
        if not path.is_file():
            raise DatasetError(f"{path} is not a file.")
        if path.stat().st_size > LARGEST_FILE:
            raise DatasetError(
                f"{path} has {path.stat().st_size} bytes; an image has at most {LARGEST_FILE}."
            )
        data = path.read_bytes()
    except (OSError, RuntimeError) as error:  # a ring of links is a RuntimeError
        raise DatasetError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    return decode(data, where=str(path))


def check_shape(image: NDArray[np.uint8], path: Path, expected: tuple[int, ...], first: Path) -> None:
    """Refuse an image of another size or another kind of colour than the first; name both files."""
    if image.shape != expected:
        raise DatasetError(
            f"{path} is {_described(image.shape)}, but {first} is {_described(expected)}. "
            "All images of a dataset have one size, and all are grey or all coloured."
        )


def _described(shape: tuple[int, ...]) -> str:
    colour = {2: "grey", 3: "coloured"}[len(shape)] + (" with transparency" if shape[2:] == (4,) else "")
    return f"{shape[0]} x {shape[1]} and {colour}"


def names_beside(folder: Path) -> tuple[SourceCategory, ...]:
    """Return the categories that categories.txt lists, one a line; it lies in the folder or above it."""
    for path in (folder / CATEGORIES_FILE, folder.parent / CATEGORIES_FILE):
        if path.is_file():
            if path.stat().st_size > 1 << 20:
                raise DatasetError(f"{path} is too long for a list of categories.")
            try:
                lines = path.read_text(encoding="utf-8-sig").splitlines()
            except ValueError as error:
                raise DatasetError(f"{path} is not text in UTF-8 ({error}).") from error
            names = checked_names([line.strip() for line in lines if line.strip()], path)
            return tuple(SourceCategory(name=name) for name in names)
    return ()


def position_of(label: str, categories: Sequence[SourceCategory], *, where: object) -> int:
    """Return the position of the category that a folder or a manifest calls so.

    That is its name, its name without the characters that folders cannot have ("T-shirt-top", "T-shirt_top"),
    or else its number.
    """
    for position, category in enumerate(categories):
        if label in {category.name, *(_NOT_IN_FOLDERS.sub(mark, category.name) for mark in "-_")}:
            return position
    if label.isascii() and label.isdigit() and int(label) < len(categories):
        return int(label)
    names = ", ".join(category.name for category in categories[:12])
    raise DatasetError(f"{where}: {label!r} is none of the categories ({names}).")


def files_source(
    found: Sequence[tuple[Path, int]],
    *,
    root: Path,
    name: str,
    split: str,
    categories: tuple[SourceCategory, ...],
    origin: str,
) -> Source:
    """Return the source of image files with the positions of their categories, in this order."""
    first = found[0][0]
    shape = read_image(first, root=root).shape

    def read() -> Iterator[SourceItem]:
        for index, (path, position) in enumerate(found):
            image = read_image(path, root=root)
            check_shape(image, path, shape, first)
            yield SourceItem(index=index, image=image, ground_truth=position)

    return Source(
        name=name,
        split=split,
        title=name,
        categories=categories,
        shape=(shape[0], shape[1], shape[2] if len(shape) == 3 else 1),
        size=len(found),
        origin=origin,
        read=read,
    )
