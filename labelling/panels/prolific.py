"""Prolific: sends people with three parameters and takes them back at an address that ends with a code.

https://docs.prolific.com/api-reference/studies/the-study-object
"""
# ruff: noqa: ARG002 - the signatures are every panel's

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from labelling.panels.panel import Arrival, Ending, Panel, Sent, ToPaste, WayOut
from labelling.panels.parameters import optional_parameter, parameter
from labelling.panels.registry import register_panel

COMPLETE = "https://app.prolific.com/submissions/complete"
# Participants, studies and sessions all have ids of this form. What Prolific failed to fill in has not.
_ID = re.compile(r"[0-9A-Za-z]{24}")
_SESSION = ("STUDY_ID", "SESSION_ID")


class Prolific(Panel):
    """People from Prolific. Screen-outs and returns are codes there too, so every ending has the same way."""

    name = "prolific"
    title = "Prolific"
    note = (
        "Paste the address as the study's URL, and let Prolific record its ids by URL parameters. Enter the "
        "codes below as completion codes there, or enter here those that Prolific made."
    )

    def to_paste(self, *, entry: str, settings: Mapping[str, str]) -> tuple[ToPaste, ...]:
        """Return the address with the placeholders that Prolific replaces."""
        places = "&".join(f"{name}={{{{%{name}%}}}}" for name in ("PROLIFIC_PID", *_SESSION))
        return (ToPaste("Study URL", f"{entry}?{places}"),)

    def arrival(self, *, sent: Sent, settings: Mapping[str, str]) -> Arrival:
        """Read the participant; study and session may be left out, as Prolific lets researchers do."""
        participant = parameter(sent, "PROLIFIC_PID", form=_ID)
        beside = {name: optional_parameter(sent, name, form=_ID) for name in _SESSION}
        return Arrival(participant, session={name: value for name, value in beside.items() if value})

    def way_out(
        self,
        *,
        ending: Ending,
        code: str,
        arrival: Arrival,
        settings: Mapping[str, str],
    ) -> WayOut:
        """Return the link that hands the code in."""
        return WayOut(ending=ending, code=code, to=self.title, link=f"{COMPLETE}?{urlencode({'cc': code})}")


register_panel(Prolific())
