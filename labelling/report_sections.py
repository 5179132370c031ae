"""The sections of the report's page, in the order of its story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation import Report

_TITLES = {
    "ties": "What a tie counts as",
    "crowd": "One person against the majority",
    "confusion": "What is taken for what",
    "categories": "Category by category",
    "strata": "Accuracy by part",
    "agreement": "How far people agree",
    "times": "How long people take",
    "annotators": "The annotators",
    "quality": "Quality checks, and what each would change",
    "exclusions": "Before and after exclusions",
    "validity": "Where everybody contradicts the ground truth",
    "sample": "Sample and protocol",
    "machines": "People against machines",
    "published": "Beside published results",
    "checklist": "Checklist",
    "deviations": "Deviations from the protocol",
    "limits": "Limits",
    "recompute": "Compute it again",
}


@dataclass(frozen=True)
class Section:
    """A part of the page: its name, which is its address in the page, and its heading."""

    name: str
    title: str

    @property
    def template(self) -> str:
        """Return the name of its template."""
        return f"report/{self.name}.html"


def sections(*, report: Report, context: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the sections that the report has something for; the rest say what there is none of."""
    strata = context["strata"]
    titles = {**_TITLES, "strata": f"Accuracy by {strata.kind}"} if strata else _TITLES
    without = {
        "strata": not strata,
        "machines": not context["machines"],
        "published": report.published is None,
        "checklist": not context["checklist"].items,
    }
    return tuple(Section(name, title) for name, title in titles.items() if not without.get(name))
