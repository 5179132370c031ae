"""What the report says of people against machines: the galleries of images that one side alone gets right."""

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation import Report
from evaluation.machines import DiscordantItem, MachineComparison
from labelling.selectors.item_pictures import Picture

#: Images that a gallery shows of each side; the table of the bundle has all.
MOST_SHOWN = 24


@dataclass(frozen=True)
class Shown:
    """An image with what both sides said of it; its picture may be missing."""

    item: DiscordantItem
    picture: Picture | None


@dataclass(frozen=True)
class Gallery:
    """Images that one side alone gets right, and how many there are in all."""

    side: str
    title: str
    shown: tuple[Shown, ...]
    total: int


@dataclass(frozen=True)
class MachineSection:
    """One machine with its galleries."""

    machine: MachineComparison
    galleries: tuple[Gallery, ...]


def shown_items(*, report: Report) -> list[str]:
    """Return the items whose pictures the galleries show, each once."""
    shown = [
        entry.item for machine in report.machines for side in _sides(machine) for entry in side[:MOST_SHOWN]
    ]
    return list(dict.fromkeys(shown))


def machine_sections(*, report: Report, pictures: Mapping[str, Picture]) -> tuple[MachineSection, ...]:
    """Arrange the machines with their galleries; `pictures` are by item."""
    return tuple(
        MachineSection(
            machine,
            tuple(
                Gallery(
                    side,
                    title,
                    tuple(Shown(entry, pictures.get(entry.item)) for entry in entries[:MOST_SHOWN]),
                    len(entries),
                )
                for (side, title), entries in zip(_TITLES.items(), _sides(machine), strict=True)
                if entries
            ),
        )
        for machine in report.machines
    )


_TITLES = {"people": "Only people are right", "machine": "Only the machine is right"}


def _sides(machine: MachineComparison) -> list[list[DiscordantItem]]:
    return [[entry for entry in machine.discordant if entry.right == side] for side in _TITLES]
