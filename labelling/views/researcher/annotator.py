"""One annotator's page: where they stand, their answers in order, their checks, and what happened to them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.quality_rule import quality_rules
from evaluation.render.tables.checks import RULE_NAMES
from labelling.models import Annotator, Study
from labelling.panels import panel_named
from labelling.selectors.annotator_record import (
    GivenAnswer,
    given_answers,
    given_checks,
    happenings,
)
from labelling.selectors.annotator_table import AnnotatorRow, Failed, annotator_rows
from labelling.selectors.people import name_at_desk
from labelling.selectors.recruitment import participant_of, way_out_of
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.tally import StudyTally
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import tally_now
from labelling.templatetags.pseudonyms import short_pseudonym
from labelling.views.researcher.annotator_message import Message, messages_to
from labelling.views.researcher.annotators import rule_figure
from labelling.views.researcher.item_pictures import DeskPicture, desk_picture

ON_A_PAGE = 60


@dataclass(frozen=True)
class Shown:
    """An answer with its picture."""

    answer: GivenAnswer
    picture: DeskPicture


@dataclass(frozen=True)
class Sign:
    """What a rule of the protocol says: its name, the annotator's figure, where the rule draws the line."""

    rule: str
    value: str
    threshold: str
    flagged: bool


@dataclass(frozen=True)
class ToPanel:
    """Who the annotator is to the panel, and what one may write to them. Empty for whom no panel sent."""

    panel: str
    participant: str
    drafts: list[Message]


@permission_required("labelling.view_study", raise_exception=True)
def annotator_page(request: HttpRequest, study_id: int, annotator_id: int) -> HttpResponse:
    """Show one annotator with a page of their answers."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    annotator = get_object_or_404(
        Annotator.objects.select_related("panel_participant__recruitment"), pk=annotator_id, study=study
    )
    annotator.study = study
    visible = accuracy_visible(study=study)
    found = tally_now(study=study, now=steady_now())
    row = _row(found.tally, study, annotator)
    exclusion = annotator.exclusions.in_force().first()
    page = Paginator(annotator.labels.order_by("submitted_at", "pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    start = max(page.start_index() - 1, 0)
    answers = given_answers(annotator=annotator, start=start, end=start + ON_A_PAGE, visible=visible)
    may_exclude = request.user.has_perm("labelling.exclude_annotator")
    context = {
        **admin.site.each_context(request),
        "title": f"Annotator {short_pseudonym(annotator.pseudonym)}",
        "study": study,
        "here": "annotators",
        "annotator": annotator,
        "found": found,
        "row": row,
        "signs": _signs(found.tally, study, annotator),
        "exclusion": exclusion,
        "excluded_by": name_at_desk(author=exclusion.excluded_by) if exclusion else "",
        "visible": visible,
        "page": page,
        "answers": [_shown(study, answer) for answer in answers],
        "checks": given_checks(annotator=annotator),
        "happenings": happenings(annotator=annotator),
        "may_exclude": may_exclude,
        "to_panel": _to_panel(annotator, study, row, exclusion) if may_exclude else None,
    }
    return render(request, "researcher/annotator.html", context)


def _shown(study: Study, answer: GivenAnswer) -> Shown:
    return Shown(answer, desk_picture(study=study, sample_item=answer.sample_item, item=answer.item))


def _place(tally: StudyTally | None, annotator: Annotator) -> int | None:
    """Return where the annotator stands in the tally; None for somebody who joined since."""
    if tally is None:
        return None
    found = np.flatnonzero(tally.annotators.keys == annotator.pk)
    return int(found[0]) if found.size else None


def _row(tally: StudyTally | None, study: Study, annotator: Annotator) -> AnnotatorRow | None:
    place = _place(tally, annotator)
    if tally is None or place is None:
        return None
    return annotator_rows(tally=tally, study=study, places=[place], now=steady_now())[0]


def _signs(tally: StudyTally | None, study: Study, annotator: Annotator) -> list[Sign]:
    place = _place(tally, annotator)
    if tally is None or place is None:
        return []
    people = tally.annotators
    return [
        Sign(
            RULE_NAMES[rule.rule],
            rule_figure(rule.rule, float(people.signs[line, place])) if people.judged[line, place] else "",
            f"{rule_figure(rule.rule, rule.threshold)}{', excludes' if rule.exclude else ''}",
            bool(people.flagged[line, place]),
        )
        for line, rule in enumerate(quality_rules(study.quality_rules))
    ]


def _to_panel(annotator: Annotator, study: Study, row: AnnotatorRow | None, exclusion: Any) -> ToPanel:
    """Return what somebody who may exclude can write to the annotator, and under which name."""
    way = way_out_of(annotator=annotator)
    drafts = messages_to(
        annotator=annotator,
        study=study,
        attention=row.attention if row else Failed(0, 0),
        exclusion=exclusion,
        code=way.code if way else "",
    )
    sent = participant_of(annotator=annotator)
    if sent is None:
        return ToPanel("", "", drafts)
    return ToPanel(panel_named(sent.recruitment.panel).title, sent.participant, drafts)
