"""The pieces that a page is set from. They are data: `report.typ` decides how each looks.

Text in a block is printed as it stands; no letter in it is markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from evaluation.render.svg import Drawing
from evaluation.render.tables.table import Table

Block: TypeAlias = dict[str, Any]

#: A longer table is cut in the PDF; its CSV file has all rows.
MOST_ROWS = 100
# Inches of a figure are made smaller so that one of 504 points fills the width between the margins.
_FULL_WIDTH, _MARGINS_APART = 504, 459
# Points that a figure may be high, so that its caption is on the same page.
_PAGE_HEIGHT = 620
# A table with more columns than this does not fit a page.
_MOST_COLUMNS = 14


def paragraph(text: str, lead: str = "") -> Block:
    """Make a paragraph, with its first words in bold where `lead` gives some."""
    return {"kind": "paragraph", "text": text, "lead": lead}


def small(text: str) -> Block:
    """Make a paragraph that a reader may pass over."""
    return {"kind": "small", "text": text}


def heading(text: str) -> Block:
    """Make a heading inside a section."""
    return {"kind": "heading", "text": text}


def headline(value: str, interval: str) -> Block:
    """Make the one large number, and its interval below."""
    return {"kind": "headline", "value": value, "interval": interval}


def bullets(texts: Sequence[str]) -> Block:
    """Make a list."""
    return {"kind": "bullets", "texts": list(texts)}


def facts(pairs: Sequence[tuple[str, str]]) -> Block:
    """Make a list of terms with what each is."""
    return {"kind": "facts", "pairs": [list(pair) for pair in pairs]}


def code(text: str) -> Block:
    """Make lines to type."""
    return {"kind": "code", "text": text}


def figure(name: str, drawings: dict[str, Drawing], caption: str, scale: float = 1.0) -> list[Block]:
    """Place a figure; nothing where it does not apply to the report. It is taken out of `drawings`.

    At scale 1 it has its own size, or the width of the page where it is wider.
    """
    drawing = drawings.pop(name, None)
    if drawing is None:
        return []
    tallest = _PAGE_HEIGHT * drawing.width / (drawing.height * _MARGINS_APART)
    return [
        {
            "kind": "figure",
            "file": f"{name}.svg",
            "caption": caption,
            "alt": drawing.description,
            "share": min(scale * min(1.0, drawing.width / _FULL_WIDTH), tallest),
        }
    ]


def gallery(rows: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[Block]:
    """Place rows of the dataset's images, each with a label; nothing where no row has one.

    An image is its item and a description.
    """
    shown = [
        {"label": label, "images": [{"item": item, "alt": alt} for item, alt in images]}
        for label, images in rows
        if images
    ]
    return [{"kind": "gallery", "rows": shown}] if shown else []


def table(name: str, tables: dict[str, Table]) -> list[Block]:
    """Place a table; nothing where it does not apply to the report. It is taken out of `tables`."""
    laid = tables.pop(name, None)
    if laid is None:
        return []
    if len(laid.header) > _MOST_COLUMNS:
        return [small(f"{laid.caption} It is too wide for a page: tables/{laid.name}.*.")]
    note = laid.note
    if len(laid.rows) > MOST_ROWS:
        cut = f"The first {MOST_ROWS} of {len(laid.rows):,} rows; the files tables/{laid.name}.* have all."
        note = f"{note} {cut}".strip()
    return [
        {
            "kind": "table",
            "caption": laid.caption,
            "header": list(laid.header),
            "align": laid.align,
            "rows": [list(row) for row in laid.rows[:MOST_ROWS]],
            "note": note,
            "chosen": laid.chosen,
            "slanted": laid.slanted,
        }
    ]
