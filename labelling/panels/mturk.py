"""Amazon Mechanical Turk: shows the study's entry in a frame and takes a posted form at the end.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ExternalQuestionArticle.html
"""
# ruff: noqa: ARG002 - the signatures are every panel's

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from labelling.panels.panel import Arrival, Ending, Panel, Sent, ToPaste, WayOut
from labelling.panels.parameters import parameter
from labelling.panels.registry import register_panel

# What stands in the place of an assignment while somebody looks at a task that they have not accepted.
PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"

# Where answers may be sent, and nowhere else: the real one and the one for trying things.
_MARKETS = ("https://www.mturk.com", "https://workersandbox.mturk.com")
_PAGES = (*_MARKETS, "https://worker.mturk.com")
_MARKET = re.compile("|".join(f"{re.escape(market)}/?" for market in _MARKETS))
_ID = re.compile(r"[0-9A-Za-z_]{1,64}")
_SCHEMA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
_SUBMIT = "/mturk/externalSubmit"


class MechanicalTurk(Panel):
    """People from Mechanical Turk, by its external question.

    Browsers give no cookies to a page in another site's frame. So what stands in the frame has a link that
    opens the study in a tab of its own, and later the form that ends the task.
    """

    name = "mturk"
    title = "Amazon Mechanical Turk"
    framed_by = _PAGES
    note = (
        "Make the task with an external question. Mechanical Turk adds its parameters to the address itself, "
        "and shows it only over HTTPS. Allot more time to a task there than the time limit here."
    )

    def to_paste(self, *, entry: str, settings: Mapping[str, str]) -> tuple[ToPaste, ...]:
        """Return the address, and the question in which it is sent to Mechanical Turk's own interface."""
        question = (
            f'<ExternalQuestion xmlns="{_SCHEMA}"><ExternalURL>{escape(entry)}</ExternalURL>'
            "<FrameHeight>0</FrameHeight></ExternalQuestion>"
        )
        return ToPaste("Address", entry), ToPaste("External question", question)

    def arrival(self, *, sent: Sent, settings: Mapping[str, str]) -> Arrival:
        """Read the worker's id and what the form at the end needs. A preview needs nothing else."""
        assignment = parameter(sent, "assignmentId", form=_ID)
        if assignment == PREVIEW:
            return Arrival(participant="", preview=True)
        session = {"assignmentId": assignment, "hitId": parameter(sent, "hitId", form=_ID)}
        participant = parameter(sent, "workerId", form=_ID)
        session["turkSubmitTo"] = parameter(sent, "turkSubmitTo", form=_MARKET).rstrip("/")
        return Arrival(participant, session=session)

    def way_out(
        self,
        *,
        ending: Ending,
        code: str,
        arrival: Arrival,
        settings: Mapping[str, str],
    ) -> WayOut:
        """Return the form that ends the task. A task is given back on Mechanical Turk's own page instead."""
        if ending == Ending.RETURNED:
            return WayOut(ending=ending, code=code, to=self.title)
        fields = (
            ("assignmentId", arrival.session["assignmentId"]),
            ("outcome", ending.value),
            ("code", code),
        )
        return WayOut(
            ending=ending,
            code=code,
            to=self.title,
            form_action=arrival.session["turkSubmitTo"] + _SUBMIT,
            form_fields=fields,
            # Mechanical Turk sends people on to its own pages, to which a browser applies the rule too.
            form_hosts=_PAGES,
        )


register_panel(MechanicalTurk())
