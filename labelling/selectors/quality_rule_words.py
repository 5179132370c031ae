"""The quality rules of a protocol in words: what each looks at, by which number, and in which unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation.render.tables.checks import RULE_NAMES
from labelling.models.quality_rules import KINDS


@dataclass(frozen=True)
class RuleWords:
    """How one kind of rule is said: `before`, the threshold, `unit`. A new study proposes `proposed`.

    A share is said in per cent. `least`, `most` and `proposed` are as they are said.
    """

    rule: str
    before: str
    unit: str
    proposed: str
    share: bool = True
    needs: str = ""

    @property
    def title(self) -> str:
        """What the rule is called, as in the report."""
        name = RULE_NAMES[self.rule]
        return f"{name[:1].upper()}{name[1:]}"

    @property
    def limits(self) -> tuple[str, str]:
        """The least and the largest threshold, as they are said."""
        least, most, _ = KINDS[self.rule]
        return self.said(least), self.said(most)

    def said(self, threshold: float) -> str:
        """Return a stored threshold as it is said: a share of 0.07 as 7."""
        number = Decimal(str(threshold)) * (100 if self.share else 1)
        return f"{number.normalize():f}"

    def stored(self, said: Decimal) -> float:
        """Return what is said as it is stored: whole numbers as such, shares as fractions of one."""
        if self.share:
            return float(said / 100)
        return int(said) if said == said.to_integral_value() else float(said)


WORDS = {
    words.rule: words
    for words in (
        RuleWords("too_fast", "median response time below", "milliseconds", "300", share=False),
        RuleWords("straight_lining", "more than", "% of the labels in one category", "50"),
        RuleWords("low_agreement", "less than", "% agreement with the others", "40"),
        RuleWords("gold_wrong", "more than", "% of the gold images wrong", "50", needs="gold images"),
        RuleWords(
            "repeats_differ", "more than", "% of the repeats answered differently", "50", needs="repeats"
        ),
        RuleWords(
            "attention_failed",
            "at least",
            "failed attention checks",
            "2",
            share=False,
            needs="attention checks",
        ),
    )
}


def rules_in_words(rules: Iterable[Mapping[str, Any]]) -> str:
    """Return the rules that flag, then those that exclude, in their order."""
    told = {False: [], True: []}  # type: dict[bool, list[str]]
    for rule in rules:
        words = WORDS[rule["rule"]]
        told[rule["exclude"]].append(f"{words.before} {words.said(rule['threshold'])} {words.unit}")
    sentences = [
        f"{what}: {'; '.join(told[excludes])}."
        for excludes, what in ((False, "Flagged"), (True, "Flagged and excluded"))
        if told[excludes]
    ]
    return " ".join(sentences)
