"""Which panels there are.

A module of this folder registers its panel when it is imported, and all of them are imported on the first
question. To recruit through one more panel, add one file; nothing else changes.
"""

import importlib
import pkgutil
from functools import cache

from labelling.errors import UnknownPanel
from labelling.panels.panel import Panel

_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Make a panel known; called by the panel's own module."""
    _panels[panel.name] = panel


@cache
def _load() -> None:
    package = importlib.import_module("labelling.panels")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"labelling.panels.{module.name}")


def panels() -> list[Panel]:
    """Return the panels in alphabetical order of their titles, those last that need to be described."""
    _load()
    return sorted(_panels.values(), key=lambda panel: (bool(panel.settings), panel.title))


def panel_named(name: str) -> Panel:
    """Return the panel of this name.

    Raises
    ------
    UnknownPanel
        When there is none; names those that there are.
    """
    _load()
    if name not in _panels:
        raise UnknownPanel(f"There is no panel {name[:40]!r} (there are: {', '.join(sorted(_panels))}).")
    return _panels[name]
