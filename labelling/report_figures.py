"""The figures of the report page: those of `evaluation`, as markup that a template may print as it is."""

from collections.abc import Mapping

from django.utils.safestring import SafeString, mark_safe

from evaluation import Report
from evaluation.render.figures.registry import drawings
from evaluation.render.svg import Drawing


def figures(report: Report) -> dict[str, SafeString]:
    """Draw every figure that applies to the report."""
    return inline_figures(drawings(report))


def inline_figures(drawn: Mapping[str, Drawing]) -> dict[str, SafeString]:
    """Return figures that are drawn already as `<svg>` elements."""
    # The renderer escapes every name; a test plants markup in one.
    return {name: mark_safe(drawing.svg) for name, drawing in drawn.items()}  # noqa: S308
