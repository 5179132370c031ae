"""How the report writes numbers: the same on every machine, whatever its language."""

from collections.abc import Callable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.intervals import Interval

register = template.Library()

UNDEFINED = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


@register.filter
def percent(value: float | None) -> str:
    """Write a share as per cent with one decimal, and what is undefined as a dash.

    >>> percent(0.7236), percent(None)
    ('72.4\N{NO-BREAK SPACE}%', '\N{EN DASH}')
    """
    return UNDEFINED if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


@register.filter
def decimals(value: float | None) -> str:
    """Write a coefficient with three decimals, and what is undefined as a dash.

    >>> decimals(0.43024)
    '0.430'
    """
    return UNDEFINED if value is None else f"{value:.3f}"


@register.filter
def whole(value: int | None) -> str:
    """Write a count with commas between thousands.

    >>> whole(10000)
    '10,000'
    """
    return UNDEFINED if value is None else f"{value:,}"


@register.filter
def count(value: float | None) -> str:
    """Write a count that may be fractional with one decimal where it is.

    >>> count(3.0), count(2.5), count(1 / 3)
    ('3', '2.5', '0.3')
    """
    if value is None:
        return UNDEFINED
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


@register.filter
def seconds(milliseconds: float | None) -> str:
    """Write a time in seconds with one decimal.

    >>> seconds(1534.0)
    '1.5\N{NO-BREAK SPACE}s'
    """
    return UNDEFINED if milliseconds is None else f"{milliseconds / 1000:.1f}\N{NO-BREAK SPACE}s"


@register.filter
def points(value: float | None) -> str:
    """Write a difference of shares in percentage points, with its sign.

    >>> points(-0.0081), points(0.02), points(0.0)
    ('\N{MINUS SIGN}0.8', '+2.0', '0.0')
    """
    if value is None:
        return UNDEFINED
    size = f"{abs(100 * value):.1f}"
    return size if float(size) == 0 else f"{'+' if value > 0 else MINUS}{size}"


@register.filter
def p_value(value: float | None) -> str:
    """Write a p-value with three decimals, and a very small one as smaller than that.

    >>> p_value(0.0413), p_value(0.0000371)
    ('0.041', '< 0.001')
    """
    if value is None:
        return UNDEFINED
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


@register.filter
def span(interval: Interval | None) -> str:
    """Write the ends of an interval of a share, and a dash where there is none.

    >>> span(Interval("wilson", 0.1, 0.25, 0.95, 0.2, 9))
    '10.0\N{NO-BREAK SPACE}% to 25.0\N{NO-BREAK SPACE}%'
    """
    if interval is None or interval.low is None:
        return UNDEFINED
    return f"{percent(interval.low)} to {percent(interval.high)}"


@register.filter
def within(interval: Interval | None) -> SafeString:
    """Write an interval of a share beside its estimate, and nothing where there is none.

    >>> within(None)
    ''
    """
    return _beside(interval, percent)


@register.filter
def decimal_within(interval: Interval | None) -> SafeString:
    """Write an interval of a coefficient beside its estimate, and nothing where there is none.

    >>> decimal_within(Interval("bootstrap_items", 0.1, 0.25, 0.95, 0.2, 9))
    '<span class="within">0.100 to 0.250</span>'
    """
    return _beside(interval, decimals)


def _beside(interval: Interval | None, written: Callable[[float | None], str]) -> SafeString:
    if interval is None or interval.low is None:
        return SafeString("")
    return format_html('<span class="within">{} to {}</span>', written(interval.low), written(interval.high))


@register.filter
def duration(milliseconds: float | None) -> str:
    """Write a long time in hours and minutes.

    >>> duration(5_400_000.0), duration(50_000.0)
    ('1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min', '50.0\N{NO-BREAK SPACE}s')
    """
    if milliseconds is None or milliseconds < 60_000:
        return seconds(milliseconds)
    minutes = round(milliseconds / 60_000)
    hours = f"{minutes // 60}\N{NO-BREAK SPACE}h " if minutes >= 60 else ""
    return f"{hours}{minutes % 60}\N{NO-BREAK SPACE}min"
