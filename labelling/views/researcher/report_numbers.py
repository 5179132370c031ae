"""The report's numbers, arranged for the study's page. It computes none of them."""

from dataclasses import dataclass

from evaluation import Report
from evaluation.intervals import Interval
from labelling.models import Study
from labelling.views.researcher.heat_map import HeatMap, heat_map
from labelling.views.researcher.item_filter import cell_address

# The first that is defined stands beside the headline: Wilson's needs whole credits, and then holds its level
# where the normal one of the finite population is too narrow.
INTERVAL_NAMES = {
    "wilson": "Over images, as from very many (Wilson)",
    "finite_population": "Over images, of this dataset (finite population)",
    "clopper_pearson": "Over images, never too narrow (Clopper-Pearson)",
}


@dataclass(frozen=True)
class NamedInterval:
    """An interval with the name that the page gives it."""

    name: str
    interval: Interval


@dataclass(frozen=True)
class LedgerLine:
    """The accuracy under one tie rule. The study's own rule is the headline's."""

    rule: str
    value: float | None
    headline: bool


@dataclass(frozen=True)
class ReportNumbers:
    """What the study's page shows of a report.

    `interim` says that labels are still coming in. `interval` is the one beside the headline,
    `confidence` its level in per cent.
    """

    report: Report
    interim: bool
    confidence: int
    tie_rule: str
    interval: NamedInterval | None
    intervals: tuple[NamedInterval, ...]
    ledger: tuple[LedgerLine, ...]
    majority: HeatMap | None


def report_numbers(*, report: Report, study: Study) -> ReportNumbers:
    """Arrange a report for the page of its study."""
    accuracy = report.accuracy
    intervals = tuple(
        NamedInterval(name, getattr(accuracy.majority.intervals, method))
        for method, name in INTERVAL_NAMES.items()
    )
    defined = [named for named in intervals if named.interval.low is not None]
    matrix = report.confusion_matrix
    return ReportNumbers(
        report=report,
        interim=study.state in (Study.State.RUNNING, Study.State.PAUSED),
        confidence=round(100 * report.config.confidence),
        tie_rule=study.get_tie_rule_display(),
        interval=defined[0] if defined else None,
        intervals=intervals,
        ledger=tuple(
            LedgerLine(
                rule=rule.label,
                value=getattr(accuracy.tie_ledger, rule.value),
                headline=rule.value == accuracy.majority.tie_rule,
            )
            for rule in Study.TieRule
        ),
        majority=None
        if matrix.majority is None
        else heat_map(
            rows=matrix.categories,
            columns=(*matrix.categories, "no majority"),
            counts=matrix.majority.tolist(),
            address=lambda truth, majority: cell_address(study, truth, majority, len(matrix.categories)),
        ),
    )
