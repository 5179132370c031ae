"""What can be wrong with the data, each as a ``ValueError`` that says where and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class EvaluationError(ValueError):
    """Any fault in the data or in a setting; the base of all errors that ``evaluation`` raises."""


class BadSetting(EvaluationError):
    """A setting has a value that cannot be used."""


class BadTable(EvaluationError):
    """Labels, ground truth or predictions that do not fit together."""


class BadFile(BadTable):
    """A file that cannot be read as asked.

    Attributes
    ----------
    file : str
        The file's name.
    line : int or None
        The line, counted from 1 with the header as line 1.
    column : str or None
        The column's name.
    value : str or None
        The value as it stands in the file.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.file, self.line, self.column, self.value = file, line, column, value
        place = file
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column!r}"
        if value is not None:
            place += f", value {shortened(value)!r}"
        super().__init__(f"{place}: {problem}")


def shortened(value: str, limit: int = 80) -> str:
    """Cut a long value so that an error message stays readable.

    >>> shortened("abcdef", limit=3)
    'abc…'
    """
    return value if len(value) <= limit else value[:limit] + "…"


def listed(names: Sequence[str], limit: int = 10) -> str:
    """Write the first names of a list, and how many more there are.

    >>> listed(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    text = ", ".join(repr(shortened(name)) for name in names[:limit])
    more = len(names) - limit
    return f"{text} and {more} more" if more > 0 else text
