"""A matplotlib figure as SVG that can stand in a page or in a file of its own.

The text stays text, the bytes depend on the figure alone, and no element has a ``style`` attribute, because
pages under a strict Content-Security-Policy drop those. Black becomes ``currentColor``, so that a figure
follows the page from light to dark; in a file of its own it stands on white.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from evaluation.render.figures.style import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"#([A-Za-z][\w.-]*)")

# matplotlib keeps its settings in one global dictionary: two threads that draw at once would mix them up.
_ONE_AT_A_TIME = threading.Lock()
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar in a name is a dollar
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so text is measured alike everywhere
    "font.size": 10.0,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "grid.color": "#808080",
    "grid.alpha": 0.35,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
}


@contextmanager
def _style(name: str) -> Iterator[None]:
    """Hold matplotlib's settings still while one figure is drawn."""
    import matplotlib as mpl

    with _ONE_AT_A_TIME, mpl.rc_context(), warnings.catch_warnings():
        # The font only measures: the reader's own browser has letters that it lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        mpl.rcdefaults()
        settings: dict[Any, Any] = {**_STYLE, "svg.hashsalt": name}
        mpl.rcParams.update(settings)
        yield


@dataclass(frozen=True)
class Drawing:
    """One figure, drawn once and written in several forms.

    Parameters
    ----------
    name : str
        The figure's name; ids inside it begin with it, so that several figures may stand in one page.
    description : str
        What the figure shows, for readers who do not see it.
    width, height : float
        Size in points, 72 an inch.
    body : str
        The elements inside ``<svg>``.
    """

    name: str
    description: str
    width: float
    height: float
    body: str

    @property
    def svg(self) -> str:
        """Return one ``<svg>`` element for a page: it takes the page's ink, font and width."""
        return f'<svg xmlns="{_SVG[1:-1]}" {self._shape} font-family="sans-serif">{self.body}</svg>'

    @property
    def file(self) -> str:
        """Return an SVG file of its own: black on white, in the font that it was measured in."""
        return self._standing('<rect width="100%" height="100%" fill="#ffffff" />')

    @property
    def clear_file(self) -> str:
        """Return an SVG file that lets through what it is laid upon."""
        return self._standing("")

    def _standing(self, ground: str) -> str:
        return (
            f'<svg xmlns="{_SVG[1:-1]}" width="{self.width:g}pt" height="{self.height:g}pt" {self._shape} '
            f'font-family="DejaVu Sans, Verdana, sans-serif" color="{INK}">'
            f"<title>{escape(self.description)}</title>"
            f"{ground}{self.body}</svg>\n"
        )

    @property
    def _shape(self) -> str:
        return (
            f'viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-label={quoteattr(self.description)} fill="currentColor" stroke-linejoin="round"'
        )


def draw(
    name: str, description: str, paint: Callable[[Figure], None], *, width: float, height: float
) -> Drawing:
    """Draw one figure.

    Parameters
    ----------
    name : str
        The figure's name.
    description : str
        What the figure shows, for readers who do not see it.
    paint : callable
        Puts the contents on the empty figure.
    width, height : float
        Size in inches.

    Returns
    -------
    Drawing
        The figure, the same to the byte for the same arguments.

    Examples
    --------
    >>> def paint(figure):
    ...     figure.add_subplot().plot([0], [0], "o")
    >>> drawing = draw("dot", "One dot", paint, width=2, height=2)
    >>> drawing.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"'), "style=" in drawing.svg
    (True, False)
    """
    with _style(name):
        from matplotlib.figure import Figure as EmptyFigure

        figure = EmptyFigure(figsize=(width, height))
        paint(figure)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    root = _cleaned(file.getvalue(), name)
    _, _, points_wide, points_high = map(float, root.attrib["viewBox"].split())
    body = "".join(ET.tostring(element, encoding="unicode") for element in root)
    return Drawing(name, description, points_wide, points_high, body)


def _cleaned(svg: bytes, name: str) -> ET.Element:
    root = ET.fromstring(svg)  # noqa: S314 - matplotlib wrote it a moment ago
    for metadata in root.findall(f"{_SVG}metadata"):
        root.remove(metadata)
    for definitions in root.findall(f"{_SVG}defs"):
        if definitions.find(f"{_SVG}style") is not None:
            root.remove(definitions)
    used = set(
        _REFERENCE.findall(" ".join(value for element in root.iter() for value in element.attrib.values()))
    )
    for element in root.iter():
        _clean(element, used, name)
    _drop_empty_groups(root)
    return root


def _clean(element: ET.Element, used: set[str], name: str) -> None:
    """Turn one element's style into attributes, and its ids into the figure's own."""
    attributes: dict[str, str] = {}
    style = element.attrib.pop("style", "")
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        key, _, value = declaration.partition(":")
        if key != "font-family":
            attributes[key] = value.strip()
    for key, value in element.attrib.items():
        if key == "id":
            if value in used:
                attributes["id"] = f"{name}-{value}"
        elif key == "transform":
            kept = re.sub(r"rotate\(-?0(?: [^)]*)?\)", "", value).strip()
            if kept:
                attributes["transform"] = kept
        else:
            plain = "href" if key == _XLINK_HREF else key
            attributes[plain] = (
                _REFERENCE.sub(rf"#{name}-\1", value) if "#" in value else " ".join(value.split())
            )
    for paint in ("fill", "stroke"):
        if attributes.get(paint) == INK:
            attributes[paint] = "currentColor"
    if "opacity" in attributes and attributes.get("stroke", "none") == "none":
        # An opacity of the fill alone is a number in a PDF; one of the element is a group of its own.
        attributes["fill-opacity"] = attributes.pop("opacity")
    element.attrib.clear()
    element.attrib.update(attributes)
    element.tag = element.tag.removeprefix(_SVG)
    element.tail = None
    if element.text is not None and not element.text.strip():
        element.text = None


def _drop_empty_groups(parent: ET.Element) -> None:
    for child in list(parent):
        _drop_empty_groups(child)
        if child.tag in {"g", "defs"} and not len(child):
            parent.remove(child)
