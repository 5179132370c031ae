"""Drawn garments as a dataset: for where there is neither a file of the real images nor a network."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fixtures.drawn_garments import CATEGORY_NAMES, DEFAULT_SEED, DEFAULT_SIZE, draw_garment, draw_labels
from labelling.datasets import fashion_mnist
from labelling.datasets.registry import KnownDataset, Search, register_dataset
from labelling.datasets.source import Source, SourceItem
from labelling.errors import DatasetError

NAME = "drawn-garments"
TITLE = "Drawn garments"
PROGRESS_EVERY = 100

_DESCRIPTIONS = {category.name: category for category in fashion_mnist.CATEGORIES}


def find(search: Search) -> Source:
    """Return the drawn test set. It is drawn when it is first read, some thousand images a second."""
    if search.split != "test":
        raise DatasetError(f"{TITLE} have no split {search.split!r}; they are a test set only.")

    @lru_cache(maxsize=1)
    def drawn() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Draw every image once; an import reads them twice, for the checksum and for the files."""
        labels = draw_labels()
        images = np.empty((DEFAULT_SIZE, 28, 28), dtype=np.uint8)
        for index, category in enumerate(labels):
            images[index] = draw_garment(category=int(category), index=index)
            if search.progress and (index + 1) % PROGRESS_EVERY == 0:
                search.progress(f"Drawing {TITLE.lower()}", index + 1, DEFAULT_SIZE)
        return images, labels

    def read() -> Iterator[SourceItem]:
        for index, (image, label) in enumerate(zip(*drawn(), strict=True)):
            yield SourceItem(index=index, image=image, ground_truth=int(label))

    return Source(
        name=NAME,
        split="test",
        title=TITLE,
        categories=tuple(_DESCRIPTIONS[name] for name in CATEGORY_NAMES),
        shape=(28, 28, 1),
        size=DEFAULT_SIZE,
        origin=f"DRAWN DATA: garments that this program drew from seed {DEFAULT_SEED}, not real images.",
        read=read,
        drawn=True,
        found="DRAWN DATA: garments drawn by this program, not real images.",
    )


register_dataset(
    KnownDataset(name=NAME, title=TITLE, categories=(), find=find, checksums={}, splits=("test",))
)
