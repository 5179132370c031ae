"""The images that the report shows: of the most confused pairs, and where all contradict the ground truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation import Report
from evaluation.confused_pairs import ConfusedPair
from evaluation.validity import ValidityCandidate
from labelling.selectors.item_pictures import Picture

#: Candidates for wrong ground truth that the gallery shows; the list beside it has all.
MOST_CANDIDATES = 60


@dataclass(frozen=True)
class ShownItem:
    """An image's index with its picture, which may be missing."""

    entry: str
    picture: Picture | None


@dataclass(frozen=True)
class ShownPair:
    """A confused pair with the images on which people confuse it."""

    pair: ConfusedPair
    shown: tuple[ShownItem, ...]

    @property
    def pictured(self) -> bool:
        """Whether any picture is at hand."""
        return any(item.picture for item in self.shown)


@dataclass(frozen=True)
class ShownCandidate:
    """A candidate for wrong ground truth with its picture, which may be missing."""

    entry: ValidityCandidate
    picture: Picture | None


@dataclass(frozen=True)
class Candidates:
    """The gallery of candidates; `more` says that the list has others."""

    shown: tuple[ShownCandidate, ...]
    more: bool

    @property
    def pictured(self) -> bool:
        """Whether any picture is at hand."""
        return any(candidate.picture for candidate in self.shown)


def gallery_items(*, report: Report) -> list[str]:
    """Return the items whose pictures the report shows here."""
    pairs = [item for pair in report.confused_pairs for item in pair.examples]
    return [*pairs, *(candidate.item for candidate in _candidates(report))]


def shown_pairs(*, report: Report, pictures: Mapping[str, Picture]) -> tuple[ShownPair, ...]:
    """Arrange the confused pairs; `pictures` are by item."""
    return tuple(
        ShownPair(pair, tuple(ShownItem(item, pictures.get(item)) for item in pair.examples))
        for pair in report.confused_pairs
    )


def shown_candidates(*, report: Report, pictures: Mapping[str, Picture]) -> Candidates:
    """Arrange the candidates for wrong ground truth."""
    shown = tuple(ShownCandidate(entry, pictures.get(entry.item)) for entry in _candidates(report))
    return Candidates(shown, more=len(report.label_validity.candidates) > len(shown))


def _candidates(report: Report) -> Sequence[ValidityCandidate]:
    return report.label_validity.candidates[:MOST_CANDIDATES]
