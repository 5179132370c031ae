"""What a panel is: somebody who sends people to a study and wants to know how it ended."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# A parameter's name with every value that the address gave it, in order.
Sent = Mapping[str, Sequence[str]]


class Ending(StrEnum):
    """How a person's part ended, as far as a panel wants to know. Each has a code of its own."""

    COMPLETED = "completed"
    SCREENED_OUT = "screened_out"
    TIMED_OUT = "timed_out"
    RETURNED = "returned"


@dataclass(frozen=True)
class Arrival:
    """A person as a panel sends them.

    `participant` is the panel's id of the person; empty where the panel names nobody. `session` is what must
    be known to send them back. A preview is somebody who looks and has not accepted anything yet.
    """

    participant: str
    session: Mapping[str, str] = field(default_factory=dict)
    preview: bool = False


@dataclass(frozen=True)
class WayOut:
    """Where a person goes at the end: a code to hand in, a link to follow, or a form to post.

    A panel has one way back or none: `link` for a button that leads there, `form_action` with `form_fields`
    for a form that is posted there and may be sent on to the origins `form_hosts` alone. `to` is what people
    call the panel, empty where that is not known. The code is shown in any case; an empty one is not.
    """

    ending: Ending
    code: str
    to: str = ""
    link: str = ""
    form_action: str = ""
    form_fields: tuple[tuple[str, str], ...] = ()
    form_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """Something that a panel needs to be told by the researcher, as a field of a form."""

    name: str
    label: str
    help_text: str
    initial: str = ""
    required: bool = False


@dataclass(frozen=True)
class ToPaste:
    """A text that the researcher copies into the panel's own pages, and what it is called there."""

    label: str
    text: str


class Panel(ABC):
    """One panel. What most panels have in common is said here.

    `name` stands in addresses and records, `title` is for people, `note` tells the researcher what to do with
    what is to be pasted. `framed_by` are the origins whose pages may show the entry in a frame. `identifies`
    tells whether the panel says who comes.
    """

    name: str
    title: str
    note = ""
    identifies = True
    framed_by: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()

    def checked(self, *, settings: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002
        """Return the settings as they are to be stored. Raises RecruitmentError at a faulty one."""
        return {}

    def to_paste(self, *, entry: str, settings: Mapping[str, str]) -> tuple[ToPaste, ...]:  # noqa: ARG002
        """Return what is given to the panel; `entry` is the address for its people, without parameters."""
        return (ToPaste("Address", entry),)

    @abstractmethod
    def arrival(self, *, sent: Sent, settings: Mapping[str, str]) -> Arrival:
        """Read who comes. Raises ArrivalError at a parameter that is missing, doubled, too long or false."""

    @abstractmethod
    def way_out(self, *, ending: Ending, code: str, arrival: Arrival, settings: Mapping[str, str]) -> WayOut:
        """Return where the person goes."""
