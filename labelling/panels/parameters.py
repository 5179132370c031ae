"""Read a parameter of an address: once, not too long, and of the form that its panel gives it."""

import re

from labelling.errors import ArrivalError
from labelling.panels.panel import Sent

# As much as the table of participants holds of an id; no panel comes near it.
LONGEST = 200


def parameter(sent: Sent, name: str, *, form: re.Pattern[str]) -> str:
    """Return the value of a parameter that must be there.

    Raises
    ------
    ArrivalError
        When it is missing or empty, comes twice, is too long, or does not look like one of the panel's.
    """
    value = optional_parameter(sent, name, form=form)
    if not value:
        raise ArrivalError(f"The address lacks {name}.", parameter=name, fault="missing")
    return value


def optional_parameter(sent: Sent, name: str, *, form: re.Pattern[str]) -> str:
    """Return the value of a parameter, empty where it is missing. Raises ArrivalError as `parameter` does."""
    values = sent.get(name, ())
    if len(values) > 1:
        raise ArrivalError(f"The address has {name} {len(values)} times.", parameter=name, fault="doubled")
    value = values[0] if values else ""
    if len(value) > LONGEST:
        raise ArrivalError(
            f"{name} has {len(value)} characters; at most {LONGEST} are read.",
            parameter=name,
            fault="oversized",
        )
    if value and not form.fullmatch(value):
        # The value itself is left out: it may be somebody's id.
        raise ArrivalError(f"{name} is none that the panel gives out.", parameter=name, fault="forged")
    return value
