"""A study's pages at the desk, in the order in which they are needed: the tabs at the top of each."""

from dataclasses import dataclass

from django.urls import reverse

from labelling.models import Study

_DRAFT = frozenset({Study.State.DRAFT})
_LAUNCHED = frozenset(Study.State) - _DRAFT
_ALWAYS = frozenset(Study.State)


@dataclass(frozen=True)
class Page:
    """One of a study's pages: its address's name in the admin site, what it is called, when it is offered."""

    name: str
    title: str
    states: frozenset[str] = _ALWAYS


@dataclass(frozen=True)
class Tab:
    """A page as a link; `here` marks the one that is shown."""

    title: str
    address: str
    here: bool


# One line for each page.
PAGES = (
    Page("dashboard", "Overview"),
    Page("protocol", "Protocol"),
    Page("recruit", "Recruit"),
    Page("annotators", "Annotators", _LAUNCHED),
    Page("items", "Items", _LAUNCHED),
    Page("predictions", "Machines", _LAUNCHED),
    Page("checklist", "Checklist", _LAUNCHED),
    Page("record", "Record"),
)


def tabs_of(study: Study, here: str) -> list[Tab]:
    """Return the tabs of a study's pages; `here` is the name of the page that is shown."""
    return [
        Tab(page.title, reverse(f"admin:labelling_study_{page.name}", args=[study.pk]), page.name == here)
        for page in PAGES
        if study.state in page.states
    ]
