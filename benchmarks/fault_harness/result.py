"""What a harness found."""

from dataclasses import asdict, dataclass
from typing import Any

Figure = int | float | str


@dataclass(frozen=True)
class FaultResult:
    """One run of one harness on one database.

    `figures` are counts and times in the order in which the table prints them. `violations` has a sentence
    for each broken rule. `seconds` is the time that the run took.
    """

    fault: str
    database: str
    figures: dict[str, Figure]
    violations: list[str]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether no rule was broken."""
        return not self.violations

    def short_of(self, least: dict[str, int]) -> list[str]:
        """Return a sentence for each figure that is under its goal: a run cut short proves less."""
        return [
            f"{name}: {self.figures.get(name, 0)} of at least {goal}"
            for name, goal in least.items()
            if not isinstance(found := self.figures.get(name, 0), int | float) or found < goal
        ]

    def __add__(self, other: "FaultResult") -> "FaultResult":
        """Return two runs of one harness as one: numbers are added, words must be the same."""
        if (self.fault, self.database) != (other.fault, other.database):
            raise ValueError(
                f"{self.fault} on {self.database} is no part of {other.fault} on {other.database}."
            )
        figures = dict(self.figures)
        for name, value in other.figures.items():
            before = figures.get(name, 0)
            numbers = isinstance(before, int | float) and isinstance(value, int | float)
            figures[name] = before + value if numbers else value
        return FaultResult(
            fault=self.fault,
            database=self.database,
            figures=figures,
            violations=self.violations + other.violations,
            seconds=self.seconds + other.seconds,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"passed": self.passed}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "FaultResult":
        return cls(**{name: value for name, value in stored.items() if name != "passed"})
