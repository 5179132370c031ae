"""Planning a study step by step. The first step makes the draft; each other revises it and goes on."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import (
    DraftChanged,
    LabellingError,
    PlanError,
    ProtocolError,
    RecruitmentError,
    StudyStateError,
)
from labelling.models import Study
from labelling.selectors.plan_pages import dataset_choices
from labelling.selectors.plans import still_to_assume, unfit_pilot
from labelling.selectors.recruitment import recruitments_of
from labelling.services.drafts import PLANNED, new_seed, revise_draft
from labelling.services.panel_plan import plan_panel
from labelling.services.steady_clock import steady_now
from labelling.services.studies import create_study
from labelling.views.researcher.plan_forms import AssumptionsForm, DataForm, PanelForm, study_part
from labelling.views.researcher.plan_steps import DATA, NAMED, PANEL, STEPS, SUMMARY, PlanStep, after, before
from labelling.views.researcher.plan_summary import summary
from labelling.views.researcher.planner import planner_page
from labelling.views.researcher.steps import acting
from labelling.views.researcher.study_form import StudyForm

_WORK_OUT = "work-out"
_PREVIEW = "preview"


@dataclass
class _Forms:
    """The forms of one step, of which any may be missing."""

    study: StudyForm
    assumptions: AssumptionsForm | None = None
    panel: PanelForm | None = None

    def are_valid(self) -> bool:
        """Look at every form, so that all faults are shown at once."""
        given = [form for form in (self.study, self.assumptions, self.panel) if form is not None]
        return [form for form in given if not form.is_valid()] == []

    def tell(self, error: LabellingError) -> None:
        """Show what a service refused, at its field where it has one."""
        if isinstance(error, DraftChanged):
            self.study.tell(error)
            planned = [field.removeprefix(PLANNED) for field in error.fields if field.startswith(PLANNED)]
            for field in planned:
                self._at(field, "Somebody else has changed this meanwhile.")
        elif isinstance(error, PlanError | RecruitmentError):
            self._at(error.field, str(error))
        else:
            self.study.add_error(None, str(error))

    def _at(self, field: str, problem: str) -> None:
        for form in (self.assumptions, self.panel):
            if form is not None and field in form.fields:
                form.add_error(field, problem)
                return
        self.study.add_error(None, problem)


@permission_required("labelling.add_study", raise_exception=True)
def begin(request: HttpRequest) -> HttpResponse:
    """Ask for dataset and title; on POST make the draft and go on to the next step."""
    form = DataForm(request.POST or None, initial=DataForm.first_values(request.GET.get("dataset", "")))
    if request.method == "POST" and form.is_valid():
        draft = _make_draft(request, form)
        if draft is not None:
            admin.site.get_model_admin(Study).log_addition(request, draft, "Planned.")
            return redirect("admin:labelling_study_plan", draft.pk, after(DATA).name)
    context = {
        **admin.site.each_context(request),
        "title": "Plan a study",
        "step": DATA,
        "steps": STEPS,
        "forms": _Forms(study=form),
        "datasets": dataset_choices(),
    }
    return render(request, "researcher/plan_begin.html", context, status=400 if form.errors else 200)


def _make_draft(request: HttpRequest, form: DataForm) -> Study | None:
    try:
        return create_study(
            now=steady_now(),
            by=acting(request),
            seed=new_seed(),
            sample_size=form.instance.sample_size,
            **form.chosen(),
        )
    except ProtocolError as error:
        form.add_error(None, str(error))
        return None


@permission_required("labelling.change_study", raise_exception=True)
def plan_step(request: HttpRequest, study_id: int, name: str) -> HttpResponse:
    """Show one step; on POST store it and go where the button leads. What cannot be stored stays typed."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    if name not in NAMED:
        raise Http404(f"There is no step {name}.")
    if study.state != Study.State.DRAFT:
        messages.info(request, "The study has been launched: its protocol is frozen, and can be read here.")
        return redirect("admin:labelling_study_protocol", study.pk)
    step = NAMED[name]
    to = request.POST.get("to", "")
    forms = _forms_of(request, study, step)
    if request.method == "POST" and to != _WORK_OUT and _stored(request, study, step, forms):
        if to == _PREVIEW:
            return redirect("preview:welcome", study.join_code)
        there = {"back": before(step), "": after(step)}.get(to) or NAMED.get(to, after(step))
        return redirect("admin:labelling_study_plan", study.pk, there.name)
    return _page(request, study, step, forms)


def _forms_of(request: HttpRequest, study: Study, step: PlanStep) -> _Forms:
    given = request.POST if request.method == "POST" else None
    forms = _Forms(study=study_part(step)(given, instance=study))
    if step.assumptions:
        forms.assumptions = AssumptionsForm(study, given, fields=step.assumptions)
    if step is PANEL:
        forms.panel = PanelForm(study, given)
    return forms


def _stored(request: HttpRequest, study: Study, step: PlanStep, forms: _Forms) -> bool:
    """Store a step through the service that owns it, or say at the field what it refuses."""
    if step is SUMMARY:
        return True
    if not forms.are_valid():
        return False
    # The form has put its dataset into the study by now.
    lost = unfit_pilot(study=study) if "dataset" in forms.study.changed_data else None
    assumptions = {}
    if forms.assumptions is not None:
        # What other pages of the plan would ask begins as they show it.
        assumptions = still_to_assume(study=study) | forms.assumptions.cleaned_data
    more: dict[str, Any] = {
        "study": study,
        "assumptions": assumptions,
        "now": steady_now(),
        "by": acting(request),
        "made_from": forms.study.cleaned_data["made_from"],
    }
    try:
        if forms.panel is not None:
            plan_panel(**more, **forms.panel.cleaned_data)
        else:
            revise_draft(**more, **forms.study.chosen())
    except StudyStateError as error:
        messages.error(request, str(error))
        return True
    except LabellingError as error:
        forms.tell(error)
        return False
    tell_of_lost_pilot(request, lost)
    return True


def tell_of_lost_pilot(request: HttpRequest, pilot: Study | None) -> None:
    """Say which pilot was taken out of the plan with its dataset; nothing where there was none."""
    if pilot is not None:
        messages.info(
            request, f"{pilot.title} is of another dataset, and is not the pilot of this plan any more."
        )


def _page(request: HttpRequest, study: Study, step: PlanStep, forms: _Forms) -> HttpResponse:
    typed = request.POST.dict() if request.method == "POST" else {}
    faulty = any(form is not None and form.errors for form in (forms.study, forms.assumptions, forms.panel))
    # A fault in a form changes its instance; what is shown around the form is what is stored.
    shown = Study.objects.select_related("dataset").get(pk=study.pk) if typed else study
    context = {
        **admin.site.each_context(request),
        "title": f"Plan: {step.title}",
        "study": shown,
        "here": "plan",
        "step": step,
        "steps": STEPS,
        "forms": forms,
        "typed": bool(typed),
        "groups": [
            (group.title, group.lead, [forms.study[field] for field in group.fields]) for group in step.groups
        ],
        "planner": planner_page(study=shown, typed=typed, step=step) if step.planner else None,
        "datasets": dataset_choices() if step is DATA else [],
        "recruitments": recruitments_of(study=study) if step in (PANEL, SUMMARY) else {},
    }
    if step is SUMMARY:
        context |= summary(study=shown, recruitments=list(context["recruitments"].values()))
    return render(request, "researcher/plan_step.html", context, status=400 if faulty else 200)
