"""A figure as a PDF of its own size, made from its SVG so that both show the same lines and letters."""

from __future__ import annotations

import json

from evaluation.render.svg import Drawing
from evaluation.render.typeset.compiler import compiled


def figure_pdf(drawing: Drawing) -> bytes:
    """Set a figure as PDF: vectors, embedded fonts, text that can be searched, a description.

    Parameters
    ----------
    drawing : Drawing
        From a figure's module.

    Returns
    -------
    bytes
        One page; the same bytes for the same drawing.

    Examples
    --------
    >>> figure_pdf(Drawing("dot", "One dot", 9, 9, '<circle cx="4" cy="4" r="3" />')).startswith(b"%PDF-")
    True
    """
    facts = {"description": drawing.description, "width": drawing.width, "height": drawing.height}
    return compiled(
        "figure.typ", {"figure.json": json.dumps(facts).encode(), "figure.svg": drawing.file.encode()}
    )
