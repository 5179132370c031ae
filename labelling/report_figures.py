"""The figures of the report page: those of `evaluation`, as markup that a template may print as it is."""

from django.utils.safestring import SafeString, mark_safe

from evaluation import Report
from evaluation.render.figures.registry import drawings


def figures(report: Report, strata_kind: str = "") -> dict[str, SafeString]:
    """Return every figure that applies to the report as an `<svg>` element.

    `strata_kind` is what the dataset divides its items by, where it does.
    """
    drawn = drawings(report, strata_kind or "stratum")
    # The renderer escapes every name; a test plants markup in one.
    return {name: mark_safe(drawing.svg) for name, drawing in drawn.items()}  # noqa: S308
