"""The study's own link, sent to anybody by any means. It says nothing of who comes."""
# ruff: noqa: ARG002 - the signatures are every panel's

from collections.abc import Mapping

from labelling.panels.panel import Arrival, Ending, Panel, Sent, WayOut
from labelling.panels.registry import register_panel


class Direct(Panel):
    """No panel at all: people come by the study's link and get a code of their own at the end."""

    name = "direct"
    title = "Direct link"
    identifies = False

    def arrival(self, *, sent: Sent, settings: Mapping[str, str]) -> Arrival:
        """Return somebody unknown."""
        return Arrival(participant="")

    def way_out(
        self,
        *,
        ending: Ending,
        code: str,
        arrival: Arrival,
        settings: Mapping[str, str],
    ) -> WayOut:
        """Return the code alone: nobody waits for the person anywhere."""
        return WayOut(ending=ending, code=code)


register_panel(Direct())
