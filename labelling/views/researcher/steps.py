"""What a researcher may do to a study: launch, pause, resume, close early.

Each step has a page that says what it will do. Only the form there, or its button on the study's page,
does it, by POST.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.services.steady_clock import steady_now
from labelling.services.studies import close_study, launch_study, pause_study, resume_study

State = Study.State


class NoAnswer(forms.Form):
    """A step that needs nothing but a yes."""


class ReasonForm(forms.Form):
    """Why a study ends before every image has its labels."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed in the report, so that readers can judge it.",
        error_messages={"required": "Write why the study is closed early; the report prints it."},
    )


@dataclass(frozen=True)
class Step:
    """One step: its words, the states in which it is offered, and the service that takes it."""

    name: str
    button: str
    question: str
    consequences: tuple[str, ...]
    done: str
    states: frozenset[str]
    act: Callable[[Study, dict[str, str], datetime, str], Study]
    form: type[forms.Form] = NoAnswer
    asks_first: bool = False
    destructive: bool = False


STEPS = {
    step.name: step
    for step in (
        Step(
            name="launch",
            button="Launch",
            question="Launch this study?",
            consequences=(
                "The sample is drawn with the seed of the protocol.",
                "The protocol is frozen and hashed: nobody can change it afterwards.",
                "The annotators' link begins to work.",
            ),
            done="The study is running. Send the annotators' link to your annotators.",
            states=frozenset({State.DRAFT}),
            act=lambda study, _answer, now, by: launch_study(study=study, now=now, by=by),
            asks_first=True,
        ),
        Step(
            name="pause",
            button="Pause",
            question="Pause this study?",
            consequences=(
                "Nobody is given an image until you resume.",
                "Answers to images that were already given out are still taken.",
            ),
            done="The study is paused. Nobody is given an image until you resume.",
            states=frozenset({State.RUNNING}),
            act=lambda study, _answer, now, by: pause_study(study=study, now=now, by=by),
        ),
        Step(
            name="resume",
            button="Resume",
            question="Resume this study?",
            consequences=("Annotators are given images again.",),
            done="The study is running again.",
            states=frozenset({State.PAUSED}),
            act=lambda study, _answer, now, by: resume_study(study=study, now=now, by=by),
        ),
        Step(
            name="close",
            button="Close early",
            question="Close this study before every image has its labels?",
            consequences=(
                "Nobody can join or label any more. This cannot be undone.",
                "The labels there are stay, and the report says that the study was closed early, and why.",
            ),
            done="The study is closed.",
            states=frozenset({State.RUNNING, State.PAUSED}),
            act=lambda study, answer, now, by: close_study(
                study=study, reason=answer["reason"], now=now, by=by
            ),
            form=ReasonForm,
            asks_first=True,
            destructive=True,
        ),
    )
}


def steps_of(study: Study) -> list[Step]:
    """Return the steps that the study's state allows."""
    return [step for step in STEPS.values() if study.state in step.states]


@permission_required("labelling.change_study", raise_exception=True)
def take_step(request: HttpRequest, study_id: int, name: str) -> HttpResponse:
    """Say what a step will do; on POST, do it and go back to the study's page."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    if name not in STEPS:
        raise Http404(f"There is no step {name}.")
    step = STEPS[name]
    form = step.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _act(request, study, step, form.cleaned_data)
        return redirect("admin:labelling_study_dashboard", study.pk)
    context = {
        **admin.site.each_context(request),
        "title": step.question,
        "study": study,
        "step": step,
        "form": form,
        "possible": study.state in step.states,
    }
    return render(request, "researcher/step.html", context)


def acting(request: HttpRequest) -> str:
    """Return how the record of events calls the person: by number, since the record is published."""
    return f"researcher {request.user.pk}"


def _act(request: HttpRequest, study: Study, step: Step, answer: dict[str, str]) -> None:
    """Take the step and tell the person how it went; what was done goes to the admin's own log."""
    try:
        step.act(study, answer, steady_now(), acting(request))
    except LabellingError as error:
        messages.error(request, str(error))
        return
    admin.site.get_model_admin(Study).log_change(request, study, f"{step.button}.")
    messages.success(request, step.done)
