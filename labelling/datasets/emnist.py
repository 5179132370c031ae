"""EMNIST: IDX files of several variants, whose images are stored with rows and columns exchanged."""

import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from labelling.datasets.idx import idx_pair, idx_source, subfolder_with
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory, SourceItem

_UPPER = string.ascii_uppercase
_MERGED = string.digits + _UPPER + "abdefghnqrt"
# The characters of each variant in the order of its labels; letters, large and small alike, begin at label 1.
VARIANTS = {
    "balanced": _MERGED,
    "byclass": string.digits + _UPPER + string.ascii_lowercase,
    "bymerge": _MERGED,
    "digits": string.digits,
    "letters": _UPPER,
    "mnist": string.digits,
}
FIRST_LABEL = {"letters": 1}


class EmnistReader:
    """Reads one variant. Each is a form of its own, because torchvision unpacks all six into one folder."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.form = f"emnist-{variant}"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the variant's two files for the split."""
        root = subfolder_with(folder, lambda one: self._pair(one, split))
        pair = self._pair(root, split) if root else None
        if pair is None:
            return None
        reason = f"EMNIST's IDX files {pair[0].name} and {pair[1].name}"
        return FoundData(form=self.form, reason=reason, files=pair)

    def _pair(self, folder: Path, split: str) -> tuple[Path, Path] | None:
        return idx_pair(folder, f"emnist-{self.variant}-{split}") if split in ("test", "train") else None

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source with each image the right way round."""
        images, labels = data.files
        known = categories or tuple(SourceCategory(name=character) for character in VARIANTS[self.variant])
        source = idx_source(
            images=images,
            labels=labels,
            name=name,
            split=split,
            categories=known,
            first_label=FIRST_LABEL.get(self.variant, 0),
        )
        width, height, channels = source.shape

        def read() -> Iterator[SourceItem]:
            for item in source.read():
                yield replace(item, image=np.ascontiguousarray(item.image.T))

        return replace(source, shape=(height, width, channels), read=read)


for _variant in VARIANTS:
    register_reader(EmnistReader(_variant))
