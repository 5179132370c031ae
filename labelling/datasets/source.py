"""What a reader hands over: one split of a dataset, whatever form it came in."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from labelling.errors import DatasetError

# Called as progress(what, done, total) while something long goes on.
Progress = Callable[[str, int, int], None]

CHECKSUM_HEADER = b"human-baseline dataset 1\n"


@dataclass(frozen=True)
class SourceCategory:
    """A class of the dataset; the description is one plain sentence for somebody outside the field."""

    name: str
    description: str = ""


@dataclass(frozen=True)
class SourceItem:
    """One image with its ground truth.

    `image` is uint8: (height, width) when grey, (height, width, 3 or 4) when coloured. `ground_truth` is the
    position of its category. `metadata` holds what else the data says of it, for strata.
    """

    index: int
    image: NDArray[np.uint8]
    ground_truth: int
    metadata: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One split of a dataset, ready to be read as often as one likes.

    `origin` says in a sentence what the data are, and is stored; `found` says where they were found on this
    machine, is shown to the researcher and never stored. `read` starts a fresh pass over the items. `stratum`
    names the entry of the items' metadata that divides them, such as "scale"; it is empty where none does.
    """

    name: str
    split: str
    title: str
    categories: tuple[SourceCategory, ...]
    shape: tuple[int, int, int]
    size: int
    origin: str
    read: Callable[[], Iterator[SourceItem]]
    drawn: bool = False
    found: str = ""
    stratum: str = ""

    def items(self) -> Iterator[SourceItem]:
        """Yield the items in index order, each checked against what the source says of itself.

        Raises DatasetError at the first item that differs, or when there are too few or too many.
        """
        count = 0
        for count, item in enumerate(self.read(), start=1):
            if count > self.size:
                raise DatasetError(
                    f"{self.title} ({self.split}) has more than the {self.size} items it claims."
                )
            self._check(item, position=count - 1)
            yield item
        if count != self.size:
            raise DatasetError(f"{self.title} ({self.split}) ends after {count} of {self.size} items.")

    def _check(self, item: SourceItem, *, position: int) -> None:
        where = f"{self.title} ({self.split}), item {position}"
        height, width, channels = self.shape
        expected = (height, width) if channels == 1 else self.shape
        if item.index != position:
            raise DatasetError(f"{where}: its index says {item.index}. Items come in index order from 0.")
        if item.image.dtype != np.uint8:
            raise DatasetError(f"{where}: pixels of type {item.image.dtype}; whole numbers 0-255 are needed.")
        if item.image.shape != expected:
            raise DatasetError(f"{where}: an image of shape {item.image.shape}, the others have {expected}.")
        if not 0 <= item.ground_truth < len(self.categories):
            raise DatasetError(
                f"{where}: label {item.ground_truth} is outside 0-{len(self.categories) - 1}, "
                f"the dataset's {len(self.categories)} categories."
            )

    def checksum(self) -> str:
        """Return the SHA-256 that names this content, the same whatever form the data came in.

        It covers, in this order: the line "human-baseline dataset 1"; the category names in order as one line
        of compact JSON in UTF-8; then for each item in index order four big-endian unsigned 32-bit numbers
        (height, width, channels, ground truth) and the pixels, row by row, channels last. Titles,
        descriptions, metadata and file forms are not in it. docs/datasets.md recomputes it in ten lines.
        """
        names = [category.name for category in self.categories]
        digest = hashlib.sha256(CHECKSUM_HEADER)
        digest.update(json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        for item in self.items():
            digest.update(np.array([*self.shape, item.ground_truth], dtype=">u4").tobytes())
            digest.update(np.ascontiguousarray(item.image).tobytes())
        return digest.hexdigest()

    def first(self, limit: int) -> "Source":
        """Return the source's first `limit` items as a dataset of their own name.

        The name differs, because a part of a test set is another population than the whole.
        """
        if limit < 1:
            raise DatasetError(f"A limit of {limit} leaves nothing to import; give 1 or more.")
        if limit >= self.size:
            return self
        return replace(
            self,
            name=f"{self.name}-first-{limit}",
            title=f"{self.title}, first {limit}",
            size=limit,
            read=lambda: islice(self.read(), limit),
        )
