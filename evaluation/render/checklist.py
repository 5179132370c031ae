"""The checklist as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from evaluation.checklist_facts import ChecklistEntry
from evaluation.render.text_as_markdown import as_markdown

SOURCE = (
    "Wei et al. (2025), Position: Human Baselines in Model Evaluations Need Rigor and Transparency (With "
    "Recommendations & Reporting Checklist), ICML 2025, arXiv 2506.13776"
)
_BY = {"record": "from the study's record", "researcher": "by the researcher"}


def checklist_markdown(entries: Sequence[ChecklistEntry], marks: Sequence[str] = ()) -> str:
    r"""Write the checklist.

    Parameters
    ----------
    entries : sequence of ChecklistEntry
        From `answered_checklist`.
    marks : sequence of str
        What a reader must know before, such as that a study is a rehearsal; each a sentence.

    Returns
    -------
    str
        Markdown that ends with a newline. Marks and answers stand as they were written: no sign in them is
        markup.

    Examples
    --------
    >>> entry = ChecklistEntry("1.1", "Design", "People", "How many?", "record", None, "3 people.")
    >>> print(checklist_markdown([entry]).splitlines()[-1])
    - **1.1 People.** How many? — 3 people. *(from the study's record)*
    """
    lines = ["# Checklist for reporting a human baseline", ""]
    lines += [f"By the numbers of {SOURCE}; in our own words.", ""]
    lines += [line for mark in marks for line in (f"> **{_plain(mark)}**", "")]
    open_ones = sum(entry.answered_by is None for entry in entries)
    lines += [f"{len(entries) - open_ones} of {len(entries)} items are answered, {open_ones} are open.", ""]
    for section, group in groupby(entries, key=lambda entry: (entry.number.partition(".")[0], entry.section)):
        lines += [f"## {section[0]} {section[1]}", "", *map(_line, group), ""]
    return "\n".join(lines[:-1] if entries else lines) + "\n"


def _line(entry: ChecklistEntry) -> str:
    asked = f"- **{entry.number} {entry.title}.** {entry.question} \N{EM DASH} "
    if entry.answered_by is None:
        return f"{asked}*Open: {entry.reason}*"
    told = ". ".join(part for part in (entry.choice_in_words, _plain(entry.words or "")) if part)
    return f"{asked}{told} *({_BY[entry.answered_by]})*"


def _plain(text: str) -> str:
    return as_markdown(" ".join(text.split()))
