"""Recruitment back ends: what each panel sends with a person, and where the person goes at the end.

One file a panel, registered by being here. None of them touches the database.
"""

from labelling.panels.panel import Arrival, Ending, Panel, Setting, ToPaste, WayOut
from labelling.panels.registry import panel_named, panels

__all__ = ["Arrival", "Ending", "Panel", "Setting", "ToPaste", "WayOut", "panel_named", "panels"]
