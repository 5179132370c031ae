"""Where a study's annotators come from: the links to share, and how the study is offered through panels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from labelling.errors import RecruitmentError, UnknownPanel
from labelling.models import Recruitment, Study
from labelling.panels import Panel, ToPaste, panel_named, panels
from labelling.selectors.recruitment import Turnout, recruitments_of, turnout
from labelling.services.recruitment import CODES, Offer, offer_study
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.join_link import annotators_link
from labelling.views.researcher.steps import acting

_MADE_UP = "Empty: one is made up, and stays."
_FIELDS = {
    "completion_code": ("Completion code", f"For those who finish. {_MADE_UP}"),
    "screen_out_code": ("Code for those not admitted", f"After screening or practice. {_MADE_UP}"),
    "time_out_code": ("Code for those whose time is over", _MADE_UP),
    "return_code": ("Code for those who leave early", f"Or withdraw, or find no place left. {_MADE_UP}"),
}


class OfferForm(forms.Form):
    """What one panel is told, and what it tells us to expect."""

    def __init__(self, panel: Panel, there: Recruitment | None, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # the posted data, or nothing
        self.panel, self.prefix = panel, panel.name
        stored = there.settings if there else {}
        for setting in panel.settings:
            self.fields[setting.name] = forms.CharField(
                label=setting.label,
                help_text=setting.help_text,
                required=setting.required,
                initial=stored.get(setting.name, setting.initial),
            )
        self.fields["places"] = forms.IntegerField(
            label="Places",
            required=False,
            initial=there.places if there else None,
            help_text="So many people are let in. Who leaves early makes room. Empty: no limit.",
        )
        self.fields["time_limit_minutes"] = forms.IntegerField(
            label="Time limit in minutes",
            required=False,
            initial=there.time_limit_minutes if there else None,
            help_text="From joining. Afterwards no image is given out; the answers stay. Empty: none.",
        )
        for name in CODES:
            label, help_text = _FIELDS[name]
            self.fields[name] = forms.CharField(
                label=label,
                help_text=help_text,
                required=False,
                initial=getattr(there, name, ""),
            )

    def offer(self) -> Offer:
        """Return what was filled in."""
        given: dict[str, Any] = self.cleaned_data
        settings = {setting.name: given[setting.name] for setting in self.panel.settings}
        plain = {name: given[name] for name in (*CODES, "places", "time_limit_minutes")}
        return Offer(**plain, settings=settings)


@dataclass(frozen=True)
class Card:
    """One panel on the page: its form and what it needs and who came."""

    panel: Panel
    form: OfferForm
    recruitment: Recruitment | None = None
    to_paste: tuple[ToPaste, ...] = ()
    turnout: Turnout | None = None
    codes: tuple[tuple[str, str], ...] = ()


@permission_required("labelling.view_study", raise_exception=True)
def recruit_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the study's own link, and for each panel what to do there and how many came."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    return _page(request, study, None)


@require_POST
@permission_required("labelling.change_study", raise_exception=True)
def offer(request: HttpRequest, study_id: int, panel: str) -> HttpResponse:
    """Offer the study through a panel, or change how; say at the field what cannot be used."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    try:
        known = panel_named(panel)
    except UnknownPanel as error:
        messages.error(request, str(error))
        return redirect("admin:labelling_study_recruit", study.pk)
    if over := _why_over(study):
        messages.error(request, over)
        return redirect("admin:labelling_study_recruit", study.pk)
    form = OfferForm(known, recruitments_of(study=study).get(panel), request.POST)
    if form.is_valid():
        try:
            offer_study(study=study, panel=panel, offer=form.offer(), now=steady_now(), by=acting(request))
        except RecruitmentError as error:
            if error.field not in form.fields:
                messages.error(request, str(error))
                return redirect("admin:labelling_study_recruit", study.pk)
            form.add_error(error.field, str(error))
    if form.errors:
        return _page(request, study, form)
    admin.site.get_model_admin(Study).log_change(request, study, f"Offered through {known.title}.")
    messages.success(request, f"Saved. The study is offered through {known.title}.")
    return redirect("admin:labelling_study_recruit", study.pk)


def _page(request: HttpRequest, study: Study, faulty: OfferForm | None) -> HttpResponse:
    there, now, over = recruitments_of(study=study), steady_now(), _why_over(study)
    context = {
        **admin.site.each_context(request),
        "title": "Recruit",
        "study": study,
        "here": "recruit",
        "annotators_link": annotators_link(request, study),
        "over": over,
        "may_change": request.user.has_perm("labelling.change_study"),
        "faulty": faulty,
        "cards": [
            _card(request, study, panel, there.get(panel.name), faulty, now)
            for panel in panels()
            if panel.identifies and (panel.name in there or not over)
        ],
    }
    return render(request, "researcher/recruit.html", context, status=400 if faulty else 200)


def _why_over(study: Study) -> str:
    """Say why nobody can take part in the study any more; empty while somebody can, or will."""
    if study.rehearsal:
        return "This is a rehearsal: its people are simulated, and nobody else can take part in it."
    if study.state == Study.State.CLOSED:
        return "The study is closed: nobody can take part any more."
    if study.state == Study.State.COMPLETE:
        return "The study is complete: every image has its labels, and nobody can take part any more."
    return ""


def _card(
    request: HttpRequest,
    study: Study,
    panel: Panel,
    there: Recruitment | None,
    faulty: OfferForm | None,
    now: datetime,
) -> Card:
    form = faulty if faulty and faulty.panel is panel else OfferForm(panel, there)
    if there is None:
        return Card(panel, form)
    entry = request.build_absolute_uri(reverse("annotator:arrive", args=[study.join_code, panel.name]))
    return Card(
        panel,
        form,
        recruitment=there,
        to_paste=panel.to_paste(entry=entry, settings=there.settings),
        turnout=turnout(recruitment=there, now=now),
        codes=tuple((_FIELDS[name][0], getattr(there, name)) for name in CODES),
    )
