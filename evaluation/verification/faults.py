"""What is wrong with a bundle: where, what was expected there, and what is there."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.errors import shortened


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it must be.

    Parameters
    ----------
    file : str
        The file's name in the bundle.
    problem : str
        A sentence.
    place : str
        A line, a key or a byte in the file, such as "line 7"; empty where it is the file as a whole.
    expected, found : str or None
        What was computed, and what the file has there.
    """

    file: str
    problem: str
    place: str = ""
    expected: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        told = f"{where}: {self.problem}"
        if self.expected is not None:
            told += f"\n    expected: {shortened(self.expected, 200)}"
        if self.found is not None:
            told += f"\n    found:    {shortened(self.found, 200)}"
        return told
