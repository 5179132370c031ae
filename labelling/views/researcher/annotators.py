"""The page of a study's annotators.

A table to search, filter and sort, with what each rule of the protocol says.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.quality_rule import QualityRule, quality_rules
from evaluation.quality_signs import LEAST_CHECKS, LEAST_LABELS
from evaluation.render.tables.checks import RULE_NAMES, threshold
from labelling.models import Study
from labelling.selectors.annotator_table import (
    SORTS,
    AnnotatorQuery,
    AnnotatorRow,
    Failed,
    annotator_order,
    annotator_rows,
)
from labelling.selectors.tally import StudyTally
from labelling.selectors.whereabouts import PLACES, short_while
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import tally_now
from labelling.templatetags.report_format import UNDEFINED, percent, seconds, whole

ON_A_PAGE = 50

# Sorted by, title, the rule that looks at it, and the kind of check without which the column is not there.
_COLUMNS = (
    ("labels", "Labels", "", ""),
    ("median", "Median time", "too_fast", ""),
    ("agreement", "Agreement with others", "low_agreement", ""),
    ("commonest", "Commonest category", "straight_lining", ""),
    ("attention", "Attention checks failed", "attention_failed", "attention_every"),
    ("gold", "Gold images wrong", "gold_wrong", "gold_every"),
    ("repeats", "Repeats differ", "repeats_differ", "repeat_every"),
)
# What one looks for first in each column: the slowest is no trouble, the fastest is.
_FIRST_UP = frozenset({"median", "agreement", "pseudonym"})


@dataclass(frozen=True)
class Column:
    """A column's head. `rule` is the threshold of the rule that looks at it, in words; empty without one."""

    sort: str
    title: str
    rule: str
    next: str
    sorted: str


@dataclass(frozen=True)
class Cell:
    """A figure of an annotator, and whether a rule flags it."""

    text: str
    flagged: bool


@dataclass(frozen=True)
class Row:
    """One annotator with the cells of the columns that are shown."""

    entry: AnnotatorRow
    cells: list[Cell]
    flags: list[str]


class AnnotatorFilter(forms.Form):
    """What is asked of the table. Everything may be left out."""

    q = forms.CharField(label="Pseudonym has", required=False, max_length=64)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "any"), *((place, place) for place in PLACES)]
    )
    flag = forms.ChoiceField(label="Flagged by", required=False)
    labelled = forms.BooleanField(label="Only with labels", required=False)
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(f"{s}{n}", "") for n in SORTS for s in ("", "-")]
    )

    def __init__(self, rules: tuple[QualityRule, ...], *given: Any) -> None:
        super().__init__(*given)
        names = [(rule.rule, RULE_NAMES[rule.rule]) for rule in rules]
        flag = self.fields["flag"]
        if isinstance(flag, forms.ChoiceField):
            flag.choices = [("", "does not matter"), ("any", "any rule"), *names]

    def query(self) -> AnnotatorQuery:
        """Return what was asked; what cannot be asked is left out, and said at its field."""
        given = {name: self.cleaned_data.get(name, "") for name in ("q", "state", "flag")}
        sort = self.cleaned_data.get("sort") or "-flags"
        return AnnotatorQuery(
            search=given["q"].strip(),
            state=given["state"],
            flag=given["flag"],
            labelled=bool(self.cleaned_data.get("labelled")),
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )


@permission_required("labelling.view_study", raise_exception=True)
def annotators_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show a page of the annotators who are asked for, at first those whom most rules flag."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    now = steady_now()
    found = tally_now(study=study, now=now)
    rules = quality_rules(study.quality_rules)
    form = AnnotatorFilter(rules, request.GET)
    form.is_valid()
    context = {
        **admin.site.each_context(request),
        "title": "Annotators",
        "study": study,
        "here": "annotators",
        "found": found,
        "form": form,
        "rules": rules,
        "short_while": short_while(study=study) // timedelta(minutes=1),
        "least_labels": LEAST_LABELS,
        "least_checks": LEAST_CHECKS,
        **(_table(request, study, found.tally, form.query()) if found.tally else {}),
    }
    return render(request, "researcher/annotators.html", context)


def _table(request: HttpRequest, study: Study, tally: StudyTally, query: AnnotatorQuery) -> dict[str, Any]:
    """Return what the page says of the tally: numbers of people, columns, and the rows of one page."""
    now = steady_now()
    places = annotator_order(tally=tally, study=study, query=query, now=now)
    page = Paginator(places, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = annotator_rows(tally=tally, study=study, places=[int(p) for p in page.object_list], now=now)
    rules = {rule.rule: rule for rule in quality_rules(study.quality_rules)}
    shown = [column for column in _COLUMNS if not column[3] or getattr(study, column[3])]
    return {
        "page": page,
        "joined": len(tally.annotators.keys),
        "labelled": int((tally.annotators.given > 0).sum()),
        "flagged": int(tally.annotators.flagged.any(axis=0).sum()),
        "first": _column("pseudonym", "Annotator", None, query),
        "columns": [_column(sort, title, rules.get(rule), query) for sort, title, rule, _ in shown],
        "flags_column": _column("flags", "Flags", None, query),
        "seen_column": _column("seen", "Last seen", None, query),
        "rows": [
            Row(
                entry,
                [Cell(_text(entry, sort), rule in entry.flags) for sort, _, rule, _ in shown],
                [RULE_NAMES[flag] for flag in entry.flags],
            )
            for entry in rows
        ],
    }


def _column(sort: str, title: str, rule: QualityRule | None, query: AnnotatorQuery) -> Column:
    """Return a column's head: a click sorts by it, and one more turns the order around."""
    here = query.sort == sort
    descending = not query.descending if here else sort not in _FIRST_UP
    told = ""
    if rule is not None:
        told = f"{rule_figure(rule.rule, rule.threshold)}{', excludes' if rule.exclude else ''}"
    order = ("descending" if query.descending else "ascending") if here else ""
    return Column(sort, title, told, f"{'-' if descending else ''}{sort}", order)


def rule_figure(rule: str, value: float) -> str:
    """Write a rule's threshold, or what it is held against; times in seconds, as elsewhere at the desk.

    >>> rule_figure("too_fast", 300.0), rule_figure("too_fast", 2753.0)
    ('0.3\N{NO-BREAK SPACE}s', '2.75\N{NO-BREAK SPACE}s')
    """
    return f"{value / 1000:.3g}\N{NO-BREAK SPACE}s" if rule == "too_fast" else threshold(rule, value)


def _text(entry: AnnotatorRow, column: str) -> str:
    figures = {
        "median": (seconds, entry.median_ms),
        "agreement": (percent, entry.agreement),
        "commonest": (percent, entry.commonest),
    }
    if column in figures:
        written, value = figures[column]
        return written(value)
    if column == "labels":
        aside = entry.given - entry.counted
        return f"{whole(entry.counted)}{f' of {whole(entry.given)}' if aside else ''}"
    checks = {"attention": entry.attention, "gold": entry.gold, "repeats": entry.repeats}
    return _failed(checks[column])


def _failed(checks: Failed) -> str:
    return f"{checks.failed} of {checks.answered}" if checks.answered else UNDEFINED
