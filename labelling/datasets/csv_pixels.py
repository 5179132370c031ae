"""Images as rows of a CSV file, the form of Kaggle: label,pixel1,...,pixel784 below a header.

Rows are read one by one, each no longer than its pixels need, so that the file's size does not matter.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelling.datasets.ground_truth import categories_of
from labelling.datasets.packed import damage_named, opened, refuse_bomb
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory, SourceItem
from labelling.errors import DatasetError

LONGEST_HEADER = 1 << 20
LARGEST_SIDE = 256
LARGEST_LABEL = 9999
_PIXEL = re.compile(rb"pixel_?(\d+)")


@dataclass(frozen=True)
class PixelFile:
    """A file whose header is right. Images are `side` x `side` pixels and grey."""

    path: Path
    side: int

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield each row with its line number, the header left out. Nothing follows an empty line."""
        longest = len(b"9999\r\n") + 4 * self.side**2
        ended = False
        with damage_named(self.path), opened(self.path) as file:
            file.readline(LONGEST_HEADER)
            for number, line in enumerate(iter(lambda: file.readline(longest + 1), b""), start=2):
                where = f"{self.path}, line {number}"
                if len(line) > longest:
                    raise DatasetError(f"{where}: longer than {self.side**2} pixels can be.")
                row = line.rstrip(b"\r\n")
                if ended and row:
                    raise DatasetError(f"{where} follows an empty line. Rows stand without a gap.")
                ended = not row
                if row:
                    yield number, row

    def labels(self) -> NDArray[np.int64]:
        """Return every row's label, after counting its fields."""
        labels = [self._label(number, line) for number, line in self.lines()]
        if not labels:
            raise DatasetError(f"{self.path} holds 0 images: nothing follows its header.")
        return np.array(labels, dtype=np.int64)

    def images(self) -> Iterator[NDArray[np.uint8]]:
        """Yield every row's pixels."""
        for number, line in self.lines():
            self._label(number, line)
            fields = line.split(b",")
            values = [int(field) if field.isdigit() and len(field) <= 3 else -1 for field in fields[1:]]
            if min(values) < 0 or max(values) > 255:
                column = next(at for at, value in enumerate(values, start=1) if not 0 <= value <= 255)
                found = fields[column][:20].decode("latin-1")
                raise DatasetError(
                    f"{self.path}, line {number}: {found!r} in column {column + 1}; "
                    "whole numbers 0-255 are needed."
                )
            yield np.array(values, dtype=np.uint8).reshape(self.side, self.side)

    def _label(self, number: int, line: bytes) -> int:
        fields = line.count(b",") + 1
        if fields != self.side**2 + 1:
            raise DatasetError(
                f"{self.path}, line {number}: {fields} fields, the header names {self.side**2 + 1}."
            )
        label = line[: line.index(b",")].strip()
        if not label:
            raise DatasetError(f"{self.path}, line {number}: the label is missing.")
        if not label.isdigit() or int(label[:5]) > LARGEST_LABEL:
            shown = label[:20].decode("latin-1")
            raise DatasetError(f"{self.path}, line {number}: label {shown!r}; a whole number is needed.")
        return int(label)


def open_pixels(path: Path) -> PixelFile:
    """Check the header and return the file ready to be read."""
    refuse_bomb(path)
    names = _header(path)
    if names[0] != b"label":
        raise DatasetError(
            f"{path} has no label: its first column is {names[0][:20].decode('latin-1')!r}. "
            "The test.csv of a competition holds no ground truth, so nothing can be measured with it."
        )
    numbers = [int(match[1]) if (match := _PIXEL.fullmatch(name)) else -1 for name in names[1:]]
    start = numbers[0] if numbers and numbers[0] in (0, 1) else 1
    for column, number in enumerate(numbers):
        if number != start + column:
            found = names[column + 1][:20].decode("latin-1")
            raise DatasetError(
                f"{path}: column {column + 2} is {found!r}; pixel{start + column} is expected."
            )
    side = round(len(numbers) ** 0.5)
    if not numbers or side**2 != len(numbers) or side > LARGEST_SIDE:
        raise DatasetError(f"{path} has {len(numbers)} pixels an image: no square, or too large.")
    return PixelFile(path=path, side=side)


def _header(path: Path) -> list[bytes]:
    with damage_named(path), opened(path) as file:
        line = file.readline(LONGEST_HEADER)
    return [name.strip(b' "\r\n').lower() for name in line.removeprefix(b"\xef\xbb\xbf").split(b",")]


class CsvPixelsReader:
    """Reads SPLIT.csv, or a file such as fashion-mnist_test.csv, packed with gzip or not."""

    form = "csv"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the split's one file whose first columns are those of labels and pixels."""
        files = sorted(
            path
            for path in folder.iterdir()
            if path.name.lower().endswith((".csv", ".csv.gz")) and path.is_file() and _is_of(path, split)
        )
        found = [path for path in files if _looks_right(path)]
        if not found:
            return None
        if len(found) > 1:
            raise DatasetError(
                f"{folder} holds {found[0].name} and {found[1].name}. Leave one in the folder."
            )
        reason = f"{found[0].name} with a column for each pixel"
        return FoundData(form=self.form, reason=reason, files=(found[0],))

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the file's rows make."""
        [path] = data.files
        pixels = open_pixels(path)
        ground_truth = pixels.labels()

        def read() -> Iterator[SourceItem]:
            for index, image in enumerate(pixels.images()):
                if index == ground_truth.size:
                    raise DatasetError(f"{path} has become longer while it was read. Import it again.")
                yield SourceItem(index=index, image=image, ground_truth=int(ground_truth[index]))

        return Source(
            name=name,
            split=split,
            title=name,
            categories=categories_of(ground_truth, path, known=categories),
            shape=(pixels.side, pixels.side, 1),
            size=ground_truth.size,
            origin=f"The rows of {path.name}.",
            read=read,
        )


def _is_of(path: Path, split: str) -> bool:
    return split in re.split(r"[^a-z0-9]+", path.name.lower())


def _looks_right(path: Path) -> bool:
    """Tell by the first words, which a faulty file still has; `read` says what is wrong."""
    try:
        with opened(path) as file:
            start = file.readline(100).removeprefix(b"\xef\xbb\xbf").replace(b'"', b"").lower()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return path.name.lower().endswith(".gz")
    return start.startswith((b"label,pixel", b"pixel"))


register_reader(CsvPixelsReader())
