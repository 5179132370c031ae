"""Running text with citations, apart from the form that it is written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from evaluation.render.methods.sources import SOURCES


@dataclass(frozen=True)
class Cite:
    """A place where sources stand in brackets.

    Parameters
    ----------
    keys : tuple of str
        Of `SOURCES`.

    Raises
    ------
    KeyError
        If a source is unknown.
    """

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key in self.keys:
            SOURCES[key]


@dataclass(frozen=True)
class Code:
    """Text to be copied to the letter, such as a checksum."""

    text: str


Part: TypeAlias = str | Cite | Code
#: A sentence or a few: text is printed as it stands, whatever letters are in it.
Passage: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, each made of passages."""

    title: str
    paragraphs: tuple[tuple[Passage, ...], ...]


def cite(*keys: str) -> Cite:
    """Cite sources by their keys."""
    return Cite(keys)


def cited(sections: Iterable[Section]) -> list[str]:
    """Return the keys of all sources that are cited, in the order of the first time.

    Examples
    --------
    >>> cited([Section("A", ((("Wilson ", cite("wilson1927"), "."),),))])
    ['wilson1927']
    """
    parts = (
        part
        for section in sections
        for paragraph in section.paragraphs
        for passage in paragraph
        for part in passage
    )
    return list(dict.fromkeys(key for part in parts if isinstance(part, Cite) for key in part.keys))
