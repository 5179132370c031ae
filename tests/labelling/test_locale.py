"""The catalogues of the annotators' pages: every text in every language, none out of date."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template import engines
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import to_locale

LOCALE = Path(settings.LOCALE_PATHS[0])
TEMPLATES = Path(settings.TEMPLATES[0]["DIRS"][0])
# What annotators read beside the pages of their own folder.
OTHERS = ("watermark.html", "400.html", "403_csrf.html")
LANGUAGES = [to_locale(code) for code, _ in settings.LANGUAGES if code != "en"]


def of_types(nodes: NodeList, wanted: tuple[type[Node], ...]) -> list[Node]:
    return [node for kind in wanted for node in nodes.get_nodes_by_type(kind)]


@cache
def texts() -> frozenset[tuple[str, str]]:
    """Return every text of the annotators' pages, with its plural where it has one."""
    found = set()
    for path in (*map(TEMPLATES.joinpath, OTHERS), *TEMPLATES.glob("annotator/*.html")):
        name = str(path.relative_to(TEMPLATES))
        template = engines["django"].get_template(name).template
        for node in of_types(template.nodelist, (TranslateNode, BlockTranslateNode)):
            if isinstance(node, TranslateNode):
                found.add((str(node.filter_expression.var.literal), ""))
            else:
                singular, _ = node.render_token_list(node.singular)
                plural, _ = node.render_token_list(node.plural) if node.plural else ("", None)
                found.add((singular, plural))
    return frozenset(found)


def catalogue(locale: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / locale / "LC_MESSAGES" / "django.po"))


def holes(text: str) -> list[str]:
    """Return the placeholders and tags of a text."""
    return sorted(set(re.findall(r"%\(\w+\)s|\{\w+\}|<[^>]+>", text)))


def test_the_templates_have_texts() -> None:
    assert ("Thank you", "") in texts()


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_text_has_a_translation(locale: str) -> None:
    translated = {(entry.msgid, entry.msgid_plural) for entry in catalogue(locale) if entry.translated()}
    assert texts() - translated == set()


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_translation_is_left_over_or_in_doubt(locale: str) -> None:
    entries = catalogue(locale)
    assert {(entry.msgid, entry.msgid_plural) for entry in entries} - texts() == set()
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_translation_has_the_placeholders_and_tags_of_its_text(locale: str) -> None:
    for entry in catalogue(locale):
        for translation in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert holes(translation) == holes(entry.msgid), entry.msgid


@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_is_read_is_compiled_from_the_catalogue(locale: str) -> None:
    compiled = (LOCALE / locale / "LC_MESSAGES" / "django.mo").read_bytes()
    assert compiled == catalogue(locale).to_binary()
