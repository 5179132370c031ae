"""What researchers write for annotators, as Markdown."""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

register = template.Library()

_SCHEMES = ("https://", "http://", "mailto:")


class _Prose(MarkdownIt):
    """A parser whose texts link to the open web and to mailboxes, and never to our own pages."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Tell whether a text may link to an address."""
        return url.strip().lower().startswith(_SCHEMES)


def _parser() -> MarkdownIt:
    """Return a parser for CommonMark without HTML and without images.

    An image would be asked of another host, which would then know who takes part. A line's end is kept, as
    people write lists of facts in lines.
    """
    parser = _Prose("commonmark", {"html": False, "breaks": True})
    parser.disable("image")
    return parser


_PARSER = _parser()


@register.filter
def markdown(text: str) -> SafeString:
    """Return a text's Markdown as HTML. HTML inside it stays text; a link opens beside the page."""
    return mark_safe(_rendered(text))  # noqa: S308 - the parser escapes all HTML that is not its own


@lru_cache(maxsize=100)
def _rendered(text: str) -> str:
    tokens = _PARSER.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        for inner in token.children or ():
            _open_beside(inner)
    environment: dict[str, Any] = {}
    return str(_PARSER.renderer.render(tokens, _PARSER.options, environment))


def _lower_headings(tokens: list[Token]) -> None:
    """Put a text's headings below the page's own: its highest become h2, its next h3, whatever they were."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    orders = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(orders.index(token.tag) + 2, 6)}"


def _open_beside(token: Token) -> None:
    """Let a link open in a tab of its own, which learns nothing of this one: the study's page stays."""
    if token.type == "link_open":
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer")
