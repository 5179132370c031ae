"""The page of a study's annotators: whom the protocol's rules flag, and how their checks went."""

from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.quality_rule import quality_rules
from evaluation.render import words
from evaluation.render.tables.checks import RULE_NAMES, threshold
from labelling.models import Study
from labelling.selectors.check_schedule import has_checks
from labelling.selectors.quality import AnnotatorSigns, annotator_signs


@dataclass(frozen=True)
class RuleColumn:
    """A rule of the protocol as the head of a column."""

    name: str
    threshold: str
    excludes: bool


@dataclass(frozen=True)
class Cell:
    """What a rule says of an annotator."""

    text: str
    flagged: bool


@dataclass(frozen=True)
class Row:
    """One annotator."""

    entry: AnnotatorSigns
    cells: list[Cell]


@permission_required("labelling.view_study", raise_exception=True)
def annotators_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show every annotator who has a label, those whom a rule flags first."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    entries = annotator_signs(study=study)
    entries.sort(key=lambda entry: (-len(entry.flags), entry.annotator.pseudonym))
    context = {
        **admin.site.each_context(request),
        "title": "Annotators",
        "study": study,
        "here": "annotators",
        "columns": [
            RuleColumn(RULE_NAMES[rule.rule], threshold(rule.rule, rule.threshold), rule.exclude)
            for rule in quality_rules(study.quality_rules)
        ],
        "rows": [Row(entry, _cells(entry)) for entry in entries],
        "flagged": sum(bool(entry.flags) for entry in entries),
        "has_checks": has_checks(study),
    }
    return render(request, "researcher/annotators.html", context)


def _cells(entry: AnnotatorSigns) -> list[Cell]:
    return [
        Cell(words.DASH if sign.value is None else threshold(sign.rule.rule, sign.value), sign.flagged)
        for sign in entry.signs
    ]
