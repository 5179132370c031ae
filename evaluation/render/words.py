"""How numbers are written for people: the same on every machine, whatever its language."""

from __future__ import annotations

from evaluation.intervals import Interval

#: What is undefined.
DASH = "\N{EN DASH}"
_SPACE = "\N{NO-BREAK SPACE}"


def share(value: float | None) -> str:
    """Write a share as per cent with one decimal.

    Examples
    --------
    >>> share(0.7236), share(None)
    ('72.4\N{NO-BREAK SPACE}%', '\N{EN DASH}')
    """
    return DASH if value is None else f"{100 * value:.1f}{_SPACE}%"


def level(confidence: float) -> str:
    """Write the level of an interval.

    Examples
    --------
    >>> level(0.95)
    '95\N{NO-BREAK SPACE}%'
    """
    return f"{100 * confidence:g}{_SPACE}%"


def decimals(value: float | None) -> str:
    """Write a coefficient with three decimals.

    Examples
    --------
    >>> decimals(-0.43024)
    '\N{MINUS SIGN}0.430'
    """
    return DASH if value is None else f"{value:.3f}".replace("-", "\N{MINUS SIGN}")


def whole(value: int | None) -> str:
    """Write a count with commas between thousands.

    Examples
    --------
    >>> whole(10000)
    '10,000'
    """
    return DASH if value is None else f"{value:,}"


def count(value: float | None) -> str:
    """Write a count that may be fractional with one decimal where it is.

    Examples
    --------
    >>> count(3.0), count(2.5)
    ('3', '2.5')
    """
    if value is None:
        return DASH
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def seconds(milliseconds: float | None) -> str:
    """Write a time in seconds with one decimal.

    Examples
    --------
    >>> seconds(1534.0)
    '1.5\N{NO-BREAK SPACE}s'
    """
    return DASH if milliseconds is None else f"{milliseconds / 1000:.1f}{_SPACE}s"


def probability(value: float | None) -> str:
    """Write a p-value, and no more zeros than say something.

    Examples
    --------
    >>> probability(0.0312), probability(1e-9)
    ('0.031', '< 0.001')
    """
    if value is None:
        return DASH
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def points(value: float | None) -> str:
    """Write a difference of two shares in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.0251), points(0.0)
    ('\N{MINUS SIGN}2.5', '0.0')
    """
    if value is None:
        return DASH
    written = f"{100 * value:+.1f}"
    return "0.0" if float(written) == 0 else written.replace("-", "\N{MINUS SIGN}")


def limits(interval: Interval | None) -> str:
    """Write the ends of an interval of a share.

    Examples
    --------
    >>> limits(None)
    '\N{EN DASH}'
    """
    if interval is None or interval.low is None or interval.high is None:
        return DASH
    return f"{share(interval.low)} to {share(interval.high)}"


def decimal_limits(interval: Interval | None) -> str:
    """Write the ends of an interval of a coefficient.

    Examples
    --------
    >>> decimal_limits(None)
    '\N{EN DASH}'
    """
    if interval is None or interval.low is None or interval.high is None:
        return DASH
    return f"{decimals(interval.low)} to {decimals(interval.high)}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "image"), counted(1200, "image"), counted(2, "person", "people")
    ('1\N{NO-BREAK SPACE}image', '1,200\N{NO-BREAK SPACE}images', '2\N{NO-BREAK SPACE}people')
    """
    return f"{number:,}{_SPACE}{one if number == 1 else many or one + 's'}"
