"""What the report page says of the parts that a dataset's own data divide it into."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from evaluation import Report
from evaluation.render.figures.strata import accuracy_by_stratum
from evaluation.render.figures.style import bounds
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


def strata_figure(strata: Strata | None) -> dict[str, SafeString]:
    """Draw the accuracy in each part, where any has a label."""
    if strata is None or all(part.value is None for part in strata.parts):
        return {}
    drawing = accuracy_by_stratum(
        kind=strata.kind,
        strata=[part.stratum for part in strata.parts],
        values=[part.value for part in strata.parts],
        ends=[bounds(part.interval) for part in strata.parts],
    )
    # The renderer escapes every name; a test plants markup in one.
    return {"strata": mark_safe(drawing.svg)}  # noqa: S308
