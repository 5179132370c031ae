"""Checks the numbers that `report.html` prints against a report that was computed again.

The page is rendered by the web application, which is not here: ``manage.py verify_bundle`` renders it
again and compares it byte for byte. Here its numbers are compared: it names the digest of `report.json`,
each figure in it is one of the report's, and every row of figures that it must print stands in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from evaluation.render.figures.registry import drawings
from evaluation.report import Report
from evaluation.verification.faults import Fault

PAGE = "report.html"
#: The name under which the page's head has the SHA-256 of `report.json`.
DIGEST = "report-sha256"

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NOT_TEXT = frozenset({"style", "svg", "title"})
_UNDEFINED = "\N{EN DASH}"


def check_page(page: bytes | None, report: Report, report_json: bytes, strata_kind: str = "") -> list[Fault]:
    """Compare the page with the report.

    Parameters
    ----------
    page : bytes or None
        The content of `report.html`; None where it is missing.
    report : Report
        Computed from the raw labels.
    report_json : bytes
        The same as `report.json`.
    strata_kind : str
        What the dataset divides its items by.

    Returns
    -------
    list of Fault
        Empty where the page prints what the report says.
    """
    if page is None:
        return [Fault(PAGE, "the file is missing.")]
    text = page.decode(errors="replace")
    faults = []
    named = re.search(rf'<meta name="{DIGEST}" content="([^"]*)">', text)
    digest, found = hashlib.sha256(report_json).hexdigest(), named[1] if named else "(nothing)"
    if found != digest:
        faults.append(Fault(PAGE, "it was not made from this report.", f"meta {DIGEST}", digest, found))
    drawn = {drawing.svg.strip() for drawing in drawings(report, strata_kind or "stratum").values()}
    for match in _SVG.finditer(text):
        if match[0].strip() not in drawn:
            line = text.count("\n", 0, match.start()) + 1
            faults.append(Fault(PAGE, "the figure is none that the raw labels give.", f"line {line}"))
    rows = _printed(text)
    faults += [
        Fault(PAGE, f"it does not print {what} as the raw labels give it.", "", ", ".join(cells))
        for what, cells in _rows(report)
        if not any(_in_order(cells, row) for row in rows)
    ]
    return faults


class _Rows(HTMLParser):
    """Gathers the text of every table row, and of the page's other elements."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's name
        self.hidden += tag in _NOT_TEXT
        if tag in ("tr", "p", "dl", "section"):
            self.rows.append("")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _NOT_TEXT

    def handle_data(self, data: str) -> None:
        if self.rows and not self.hidden:
            self.rows[-1] += f" {data} "


def _printed(text: str) -> list[str]:
    parser = _Rows()
    parser.feed(text)
    return parser.rows


def _in_order(cells: Iterable[str], row: str) -> bool:
    """Tell whether a row has all these texts, one after the other, each by itself."""
    place = 0
    for cell in cells:
        match = re.compile(rf"(?<![\w.]){re.escape(cell)}(?![\w.]\w)").search(row, place)
        if match is None:
            return False
        place = match.end()
    return True


def _rows(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield what the page must print: what it is, and its texts in their order."""
    majority, ledger = report.accuracy.majority, report.accuracy.tie_ledger
    if majority.value is None:
        return
    yield "the accuracy", [_percent(majority.value)]
    for name in vars(majority.intervals):
        interval = getattr(majority.intervals, name)
        if interval.low is not None:
            yield f"the interval {name}", [_percent(interval.low), _percent(interval.high)]
    for rule in ("random", "wrong", "optimistic", "seeded"):
        yield f"the tie rule {rule}", [rule, _percent(getattr(ledger, rule))]
    for point in report.accuracy.by_labels_per_item:
        yield f"the accuracy of {point.k} labels", [str(point.k), _percent(point.value)]
    for score in report.per_category:
        scores = [_percent(value) for value in (score.recall, score.precision, score.f1)]
        yield f"the category {score.category}", [score.category, *scores]
    for person in report.annotators:
        cells = [person.annotator, f"{person.labels:,}", _percent(person.accuracy)]
        yield f"the annotator {person.annotator}", cells
    matrix = report.confusion_matrix
    if matrix.majority is not None:
        for name, counts in zip(matrix.categories, matrix.majority.tolist(), strict=True):
            yield f"the confusion of {name}", [name, *(f"{count:.0f}" for count in counts)]


def _percent(value: float | None) -> str:
    return _UNDEFINED if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"
