"""How one study's protocol differs from another's: changed fields side by side, texts line by line."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelling.models import Dataset, Study
from labelling.selectors.quality_rule_words import rules_in_words

# What is compared line by line.
_TEXTS = ("consent_text", "guide_text", "screening")
_AROUND = 2
_SPACES_ALONE = "differs in line ends or spaces alone"


@dataclass(frozen=True)
class Line:
    """A line of a text: `sign` is + for one that only the second has, - for the first, empty for both.

    A sign of … stands for equal lines that are left out.
    """

    sign: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A field in which two protocols differ, by its name in the protocol, with both values in words."""

    field: str
    first: str
    second: str
    lines: tuple[Line, ...] = ()


def protocol_differences(*, first: Study, second: Study) -> list[Difference]:
    """Return the fields in which two studies differ: the dataset, then the protocol's in their order.

    A study's dataset and its fields are frozen at launch, so that they are the frozen protocol.
    """
    found = []
    for field in ("name", "split", "checksum"):
        values = _of_dataset(first.dataset, field), _of_dataset(second.dataset, field)
        if values[0] != values[1]:
            found.append(Difference(f"dataset.{field}", *values))
    for field in Study.PROTOCOL_FIELDS:
        one, other = getattr(first, field), getattr(second, field)
        if one == other:
            continue
        if field not in _TEXTS:
            found.append(Difference(field, in_words(first, field), in_words(second, field)))
            continue
        lines = tuple(_lines(in_words(first, field), in_words(second, field)))
        found.append(Difference(field, *("" if lines else _SPACES_ALONE,) * 2, lines))
    return found


def in_words(study: Study, field: str) -> str:
    """Return a field of the protocol as a reader sees it."""
    value: Any = getattr(study, field)
    if value is None or value == "" or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "quality_rules":
        return rules_in_words(value)
    if field == "screening":
        return "\n\n".join(_question(question) for question in value)
    shown = getattr(study, f"get_{field}_display", None)
    return str(shown() if shown else value)


def _question(question: Mapping[str, Any]) -> str:
    options = [
        f"{'+' if place in question['admits'] else '-'} {option}"
        for place, option in enumerate(question["options"])
    ]
    return "\n".join([question["question"], *options])


def _of_dataset(dataset: Dataset, field: str) -> str:
    return str(getattr(dataset, field)) or "none"


def _lines(first: str, second: str) -> Iterator[Line]:
    """Compare two texts line by line, with two equal lines around each change."""
    one, other = first.splitlines(), second.splitlines()
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if number or group[0][1] > 0:
            yield Line("…", "")
        for tag, begin, end, other_begin, other_end in group:
            if tag == "equal":
                yield from (Line("", text) for text in one[begin:end])
                continue
            yield from (Line("-", text) for text in one[begin:end])
            yield from (Line("+", text) for text in other[other_begin:other_end])
