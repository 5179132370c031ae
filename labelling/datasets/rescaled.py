"""Rescaled Fashion-MNIST by Perzanowski and Lindeberg: which files there are, and the scale of each.

The scale factor stands in a file's name: "..._scte0p500.h5" is 0.5, "..._scte2p000.h5" is 2.0, with
translations and centred alike. A file with training images says how many: "_tr50000_".
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from labelling.errors import DatasetError

STRATUM = "scale"
_SCALE = re.compile(r"(?P<stem>.*?)(?:_scte\d+p\d+)*_scte(?P<whole>\d{1,3})p(?P<part>\d{1,6})\.(?:h5|hdf5)")
_TRAINING = re.compile(r"_tr\d+")


@dataclass(frozen=True, order=True)
class ScaleFile:
    """A file with all its images at one scale."""

    scale: float
    path: Path

    @property
    def stratum(self) -> str:
        """The scale as text: 0.5, 0.707, 2.0."""
        return str(self.scale)


def scale_of(path: Path) -> float | None:
    """Return the scale factor that a file's name tells, or None.

    >>> scale_of(Path("fashionmnist_with_scale_variations_te10000_outsize72-72_scte0p707.h5"))
    0.707
    """
    match = _SCALE.fullmatch(path.name)
    return float(f"{match['whole']}.{match['part']}") if match else None


def scale_files(paths: list[Path], split: str) -> list[ScaleFile]:
    """Return the files of the split by scale, none where no name tells a scale.

    The file for training may hold test images too. It is asked for them only where no other file is.
    """
    told = [ScaleFile(scale, path) for path in paths if (scale := scale_of(path)) is not None]
    training = [file for file in told if _TRAINING.search(file.path.name)]
    others = [file for file in told if file not in training]
    return sorted((training or others) if split == "train" else (others or training))


def check_alike(files: list[ScaleFile]) -> None:
    """Refuse files of two kinds, and two of one scale."""
    stems = sorted({match["stem"] for file in files if (match := _SCALE.fullmatch(file.path.name))})
    if len(stems) > 1:
        raise DatasetError(
            f"{files[0].path.parent} mixes files of several sets ({', '.join(stems)}). "
            "Keep one set in a folder."
        )
    for file, following in pairwise(files):
        if file.scale == following.scale:
            raise DatasetError(f"{file.path} and {following.path.name} both have the scale {file.stratum}.")


def is_fashion(path: Path) -> bool:
    """Tell whether the name says that the ten categories are those of Fashion-MNIST."""
    return path.name.lower().startswith(("fashionmnist", "fashion_mnist", "fashion-mnist"))
