"""Sets typst sources as PDF: the same bytes on any machine, tagged for screen readers, nothing from outside.

The text comes in Libertinus Serif, which the typst package brings. Figures, and letters that this font
lacks, come in the DejaVu Sans of matplotlib; what neither has is a box that names its script, and stays text
to search and to copy. The machine's own fonts, clock and network are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.errors import BadTable

if TYPE_CHECKING:
    from typst import Fonts

# PDF/UA: the compiler refuses a figure without alternative text and a document without title or language.
_STANDARDS = ["ua-1"]


def source(name: str) -> bytes:
    """Return a typst source that lies beside this module.

    Examples
    --------
    >>> b"#set page" in source("figure.typ")
    True
    """
    return files(__package__).joinpath(name).read_bytes()


def compiled(main: str, parts: Mapping[str, bytes]) -> bytes:
    """Set a typst source as PDF.

    Parameters
    ----------
    main : str
        Name of a source beside this module.
    parts : mapping of str to bytes
        The files that it reads, by name: JSON and SVG, in UTF-8. What is in them is data and never markup.

    Returns
    -------
    bytes
        A PDF, the same for the same parts.

    Raises
    ------
    BadTable
        If they cannot be set, as with an image that is damaged.

    Examples
    --------
    >>> svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9" /></svg>'
    >>> facts = b'{"description": "A dot", "width": 9, "height": 9}'
    >>> compiled("figure.typ", {"figure.json": facts, "figure.svg": svg})[:5]
    b'%PDF-'
    """
    import typst

    # The package takes files by name, which its own types do not tell.
    compile_files: Any = typst.compile
    try:
        made: bytes = compile_files(
            {"main.typ": source(main), **parts},
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            timestamp=0,
            pdf_standards=_STANDARDS,
        )
    except typst.TypstError as error:
        raise BadTable(f"{main} cannot be set as PDF: {error}. Check the images of the bundle.") from error
    return made


@cache
def _fonts() -> Fonts:
    """Return the fonts of typst and of matplotlib."""
    import matplotlib as mpl
    import typst

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
