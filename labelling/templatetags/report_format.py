"""How the report writes numbers: the same on every machine, whatever its language."""

from django import template

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
