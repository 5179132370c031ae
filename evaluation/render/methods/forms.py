"""The methods as Markdown, as LaTeX, and their sources as BibTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from evaluation.notices import Notice
from evaluation.render.latex import escaped
from evaluation.render.methods.passage import Cite, Code, Part, Passage, Section, cited
from evaluation.render.methods.sources import SOURCES, Source
from evaluation.render.text_as_markdown import as_markdown

_Writer: TypeAlias = Callable[[Part], str]
_FROM = (
    "Written by human-baseline from the numbers in report.json. Copy it, cut it, and add what it cannot know."
)


def markdown(sections: Sequence[Section], notices: Sequence[Notice]) -> str:
    """Write the methods as Markdown.

    Parameters
    ----------
    sections : sequence of Section
        From `methods`.
    notices : sequence of Notice
        What stands before all else.

    Returns
    -------
    str
        Ends with a newline. No letter of a name is markup.
    """
    lines = [f"*{_FROM}*", ""]
    for notice in notices:
        lines += [f"> **{as_markdown(notice.title)}.** {as_markdown(notice.text)}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for paragraph in section.paragraphs:
            lines += [_paragraph(paragraph, _markdown_part), ""]
    lines += ["## References", ""]
    lines += [f"- {as_markdown(_in_words(SOURCES[key]))}" for key in sorted(cited(sections))]
    return "\n".join(lines) + "\n"


def latex(sections: Sequence[Section], notices: Sequence[Notice]) -> str:
    r"""Write the methods as LaTeX for ``\input``, with ``\cite`` into `methods.bib`.

    Parameters
    ----------
    sections, notices
        As for `markdown`.

    Returns
    -------
    str
        Ends with a newline. No letter of a name is a command.
    """
    lines = [f"% {_FROM}", "% \\usepackage{textcomp} \\bibliography{methods}", ""]
    for notice in notices:
        lines += [f"\\noindent\\textbf{{{escaped(notice.title)}.}} {escaped(notice.text)}\\par", ""]
    for section in sections:
        lines += [f"\\section{{{escaped(section.title)}}}", ""]
        for paragraph in section.paragraphs:
            lines += [_paragraph(paragraph, _latex_part), ""]
    return "\n".join(lines[:-1]) + "\n"


def bibtex(sections: Sequence[Section]) -> str:
    """Write the sources that the methods cite as BibTeX, sorted by key."""
    return "\n".join(_entry(SOURCES[key]) for key in sorted(cited(sections)))


def _paragraph(paragraph: Sequence[Passage], write: _Writer) -> str:
    return " ".join("".join(write(part) for part in passage) for passage in paragraph)


def _markdown_part(part: Part) -> str:
    if isinstance(part, Code):
        return f"`{part.text}`"
    if isinstance(part, Cite):
        return f"({'; '.join(SOURCES[key].short for key in part.keys)})"
    return as_markdown(part)


def _latex_part(part: Part) -> str:
    if isinstance(part, Code):
        # A long word may break after each eighth letter.
        pieces = (part.text[place : place + 8] for place in range(0, len(part.text), 8))
        word = "\\hspace{0pt}".join(map(escaped, pieces))
        return f"\\texttt{{{word}}}"
    if isinstance(part, Cite):
        return f"\\cite{{{','.join(part.keys)}}}"
    return escaped(part)


def _entry(source: Source) -> str:
    lines = [f"  {name} = {{{_bibtex_value(name, value)}}}," for name, value in source.fields]
    return "\n".join([f"@{source.kind}{{{source.key},", *lines, "}", ""])


def _bibtex_value(name: str, value: str) -> str:
    text = value.replace("-", "--") if name == "pages" else escaped(value)
    # Braces keep BibTeX from making capitals small.
    return f"{{{text}}}" if name == "title" else text


def _in_words(source: Source) -> str:
    fields = dict(source.fields)
    where = [fields[name] for name in ("journal", "booktitle", "publisher", "howpublished") if name in fields]
    numbers = ", ".join(fields[name] for name in ("volume", "pages") if name in fields)
    authors = fields["author"].replace(" and others", " et al.").replace(" and ", "; ")
    place = " ".join([*where, numbers]).strip().replace("-", "\N{EN DASH}")
    return f"{authors} ({fields['year']}). {fields['title']}. {place}."
