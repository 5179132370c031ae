"""Numbers from the environment."""

from django.core.exceptions import ImproperlyConfigured


def number(name: str, text: str, *, least: int, most: int) -> int:
    """Return the whole number that the variable `name` holds, or refuse it with its range."""
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name}={text} is not a number from {least} to {most}.")
    return value
