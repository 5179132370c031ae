"""What the report page says of the parts that a dataset's own data divide it into."""

from dataclasses import dataclass

from evaluation import Report
from evaluation.strata import StratumAccuracy
from labelling.models import Study


@dataclass(frozen=True)
class Strata:
    """The parts, and what they are, such as "scale"."""

    kind: str
    parts: tuple[StratumAccuracy, ...]


def strata(*, study: Study, report: Report) -> Strata | None:
    """Return the dataset's own strata with their accuracy, or None where there are not two of them.

    A sample that was stratified by category has the categories for strata; they have their own section.
    """
    parts = report.accuracy.by_stratum
    if parts is None or len(parts) < 2 or study.strategy == Study.Strategy.STRATIFIED:
        return None
    return Strata(kind=study.dataset.stratum_name, parts=parts)
