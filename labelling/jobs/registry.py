"""Which kinds of long work there are. A module of this folder registers its kind when it is imported."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from labelling.errors import JobError
from labelling.models import Job

# Called as progress(what, done, total) while the work goes on; as often as one likes.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class JobKind:
    """One kind of long work.

    `title` says in words what a job of this kind does with its arguments. `work` does it and returns what
    came of it, as JSON: "words", a sentence; "links", a list of [text, name of an address, arguments];
    "file", the name of a file that it left in the job's folder. What it raises as LabellingError is told to
    the person in its words.
    `permission` is what somebody needs to start one. `keeps` says what is left where a job fails.
    """

    name: str
    title: Callable[[dict[str, Any]], str]
    work: Callable[[Job, Progress], dict[str, Any]]
    permission: str
    keeps: str


_kinds: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Make a kind known; called by the kind's own module."""
    _kinds[kind.name] = kind


@cache
def _load() -> None:
    package = importlib.import_module("labelling.jobs")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"labelling.jobs.{module.name}")


def kind_named(name: str) -> JobKind:
    """Return the kind of this name.

    Raises
    ------
    JobError
        When there is none, with those that there are.
    """
    _load()
    if name not in _kinds:
        raise JobError(f"There is no work called {name!r}; there are {', '.join(sorted(_kinds))}.")
    return _kinds[name]
