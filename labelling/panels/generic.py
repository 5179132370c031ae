"""Any other panel: one parameter with the person's id comes in, a code or an address goes out."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from labelling.errors import RecruitmentError
from labelling.panels.panel import Arrival, Ending, Panel, Sent, Setting, ToPaste, WayOut
from labelling.panels.parameters import parameter
from labelling.panels.registry import register_panel

# What stands for what in the address that people are sent back to.
PLACEHOLDERS = ("participant", "code", "outcome")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,49}")
# Anything that is printed and is no space. U+FFFD is what is left of bytes that are no text.
_ID = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufffd]+")
_LONGEST_ADDRESS = 500
# The host is the panel's own: nothing is filled in before the path begins.
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#]|$)")
_GAP = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


class Generic(Panel):
    """A panel that the product does not know by name."""

    name = "panel"
    title = "Another panel"
    note = "The panel puts the person's id at the end of the address, or in the place that it has for it."
    settings = (
        Setting(
            name="parameter",
            label="Parameter with the person's id",
            help_text="Its name in the address, as in ?participant=123.",
            initial="participant",
            required=True,
        ),
        Setting(
            name="redirect",
            label="Address to go back to",
            help_text=(
                "Begins with https://. {participant}, {code} and {outcome} are filled in, the outcome being "
                "completed, screened_out, timed_out or returned. Empty: people are shown the code alone."
            ),
        ),
    )

    def checked(self, *, settings: Mapping[str, str]) -> dict[str, str]:
        """Return the parameter's name and the address, when both can be used."""
        name = settings.get("parameter", "")
        if not _NAME.fullmatch(name):
            raise RecruitmentError(
                f"{name[:50]!r} is no name of a parameter. Use letters, digits, and the signs _ . - "
                "after a first letter, 50 at most.",
                field="parameter",
            )
        redirect = settings.get("redirect", "")
        if redirect:
            _check_address(redirect)
        return {"parameter": name, "redirect": redirect}

    def to_paste(self, *, entry: str, settings: Mapping[str, str]) -> tuple[ToPaste, ...]:
        """Return the address up to where the panel puts the id."""
        return (ToPaste("Address, to be followed by the id", f"{entry}?{settings['parameter']}="),)

    def arrival(self, *, sent: Sent, settings: Mapping[str, str]) -> Arrival:
        """Read the id. Panels name people in many ways, so only what cannot be printed is refused."""
        return Arrival(parameter(sent, settings["parameter"], form=_ID))

    def way_out(self, *, ending: Ending, code: str, arrival: Arrival, settings: Mapping[str, str]) -> WayOut:
        """Return the address with everything filled in, or the code alone."""
        given = {"participant": arrival.participant, "code": code, "outcome": ending.value}
        link = settings.get("redirect", "")
        for name in PLACEHOLDERS:
            link = link.replace(f"{{{name}}}", quote(given[name], safe=""))
        return WayOut(ending=ending, code=code, link=link)


def _check_address(redirect: str) -> None:
    """Refuse an address that a browser would not take people to, or that has unknown gaps."""
    if len(redirect) > _LONGEST_ADDRESS:
        raise RecruitmentError(
            f"The address has {len(redirect)} characters; at most {_LONGEST_ADDRESS} are possible.",
            field="redirect",
        )
    if not _HTTPS.match(redirect) or not re.fullmatch(r"[!-~]+", redirect):
        raise RecruitmentError(
            f"The address {redirect[:60]!r} must begin with https:// and the panel's own host, "
            "and have no spaces or accented letters.",
            field="redirect",
        )
    left = _GAP.sub("", redirect)
    if "{" in left or "}" in left:
        raise RecruitmentError(
            "Only {participant}, {code} and {outcome} are filled in; there are other braces in the address.",
            field="redirect",
        )


register_panel(Generic())
