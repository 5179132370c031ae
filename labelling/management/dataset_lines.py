"""What commands print of a dataset: its card, and which of its images are alike."""

from collections.abc import Iterator

from labelling.models import Dataset
from labelling.selectors.datasets import DatasetCard, dataset_card
from labelling.selectors.duplicates import SHOWN_EACH, Duplicates, Overlap, duplicates, overlaps


def dataset_lines(dataset: Dataset) -> Iterator[str]:
    """Yield the lines of the dataset's card, from few queries."""
    card = dataset_card(dataset=dataset)
    yield from _facts(card)
    for category in card.categories:
        yield f"  {category.position:>3}  {category.name:<24}{category.items:>7}"
    yield from _duplicates(duplicates(dataset=dataset))
    for overlap in overlaps(dataset=dataset):
        yield from _overlap(overlap)


def _line(caption: str, words: str) -> str:
    return f"{caption:<12}{words}"


def _facts(card: DatasetCard) -> Iterator[str]:
    height, width, channels = card.shape
    colour = {1: "grey", 3: "colour", 4: "colour with transparency"}[channels]
    yield _line("Dataset", f"{card.title}, DRAWN DATA" if card.drawn else card.title)
    yield _line("Name", card.name)
    yield _line("Split", card.split)
    yield _line("Items", f"{card.size} images, {height} x {width}, {colour}")
    yield _line("Source", card.source)
    yield _line("Checksum", card.checksum)
    yield _line("Categories", str(len(card.categories)))


def _duplicates(found: Duplicates) -> Iterator[str]:
    if not found.images:
        yield _line("Duplicates", "none: no two images are equal")
        return
    contradictions = f", {found.contradictions} of them with different ground truth" * bool(
        found.contradictions
    )
    yield _line(
        "Duplicates", f"{found.images} images occur more than once, in {found.items} items{contradictions}"
    )
    for group in found.groups:
        more = " ..." if len(group) == SHOWN_EACH else ""
        yield _line("", f"items {', '.join(str(index) for index in group)}{more}")
    if found.images > len(found.groups):
        yield _line("", f"and {found.images - len(found.groups)} images more")


def _overlap(found: Overlap) -> Iterator[str]:
    yield _line(
        "Overlap",
        f"{found.items} items of {found.split} are equal to {found.other_items} of {found.other_split}",
    )
    for mine, theirs in found.pairs:
        yield _line("", f"item {mine} of {found.split} = item {theirs} of {found.other_split}")
    if found.items > len(found.pairs):
        yield _line("", f"and {found.items - len(found.pairs)} items more")
