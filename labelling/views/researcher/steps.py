"""What a researcher may do to a study: launch, pause, resume, extend, unseal, close early.

Each step has a page that says what it will do. Only the form there, or its button on the study's page,
does it, by POST.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.selectors.people import recorded_as
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.ties import why_not_extended
from labelling.services.extension import extend_tied_items
from labelling.services.sealing import unseal_accuracy
from labelling.services.steady_clock import steady_now
from labelling.services.studies import close_study, launch_study, pause_study, resume_study
from labelling.services.tallies import tally_now
from labelling.views.researcher.plan_summary import launch_facts

State = Study.State
Person = User | AnonymousUser


class NoAnswer(forms.Form):
    """A step that needs nothing but a yes."""


class ReasonForm(forms.Form):
    """Why something is done that the protocol did not plan."""

    missing = "Write why; the report prints it."
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed in the report, so that readers can judge it.",
    )

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # the posted data, or nothing
        self.fields["reason"].error_messages["required"] = self.missing


class CloseForm(ReasonForm):
    """Why a study ends before every image has its labels."""

    missing = "Write why the study is closed early; the report prints it."


class UnsealForm(ReasonForm):
    """Why somebody looks at the accuracy before the end."""

    missing = "Write why the accuracy must be seen before the end; the report prints it."


@dataclass(frozen=True)
class Step:
    """One step: its words, the states in which it is offered, and the service that takes it.

    `why_not` says of a study in such a state what forbids the step; empty where nothing does. `figures` says
    what the step would come to in this very study, in sentences; `facts` what else its page shows.
    """

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
    permission: str = "labelling.change_study"
    why_not: Callable[[Study], str] = lambda _study: ""
    figures: Callable[[Study], Sequence[str]] = lambda _study: ()
    facts: Callable[[Study], dict[str, Any]] = lambda _study: {}

    def refusal(self, study: Study) -> str:
        """Say why the step is not possible now; empty where it is."""
        if study.state not in self.states:
            return f"This study is {study.get_state_display().lower()}, so that is not possible."
        return self.why_not(study)


def _ties(study: Study) -> Sequence[str]:
    """Say how much an extension comes to. A large study's ties come from its tally."""
    counted = tally_now(study=study, now=steady_now())
    if counted.tally is None or counted.counting:
        return ("The ties are being counted. Look again in a minute for how many there are.",)
    tied, more = int((counted.tally.items.leaders > 1).sum()), study.tie_extension
    labels = f"{more} further label{'s' * (more != 1)}"
    if not tied:
        return ("No image ended in a tie, so there is nothing to extend.",)
    if tied == 1:
        return (f"One image of {study.sample_size} ended in a tie. {labels} on it would be wanted.",)
    return (
        f"{tied} of {study.sample_size} images ended in a tie. {labels} on each would be wanted, "
        f"{tied * more} in all.",
    )


def _open_already(study: Study) -> str:
    """Say that there is nothing to unseal."""
    return "The accuracy of this study is not sealed." if accuracy_visible(study=study) else ""


STEPS = {
    step.name: step
    for step in (
        Step(
            name="launch",
            button="Launch",
            question="Launch this study?",
            consequences=(),
            done="The study is running. Send the annotators' link to your annotators.",
            states=frozenset({State.DRAFT}),
            act=lambda study, _answer, now, by: launch_study(study=study, now=now, by=by),
            asks_first=True,
            facts=launch_facts,
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
            name="extend",
            button="Extend tied images",
            question="Ask for further labels on the tied images?",
            consequences=(
                "Exactly the images whose labels have no unique winner get further places. The ground truth "
                "plays no part in which these are.",
                "The study runs again until those are filled. Send its link to people who have not labelled "
                "these images yet.",
                "This can be done once, and not be undone.",
                "The report says so, and gives the accuracy before and after.",
            ),
            done="The tied images are given out again. The study is complete when they have their labels.",
            states=frozenset({State.COMPLETE}),
            act=lambda study, _answer, now, by: extend_tied_items(study=study, now=now, by=by),
            asks_first=True,
            why_not=lambda study: why_not_extended(study=study),
            figures=_ties,
        ),
        Step(
            name="unseal",
            button="Unseal the accuracy",
            question="Look at the accuracy before the study has ended?",
            consequences=(
                "Everybody at this desk sees the accuracy from now on. This cannot be undone.",
                "The report says that it was unsealed, when, why, and how many labels there were.",
                "Whoever knows the accuracy and may end the study can end it on a good day. "
                "That is why it is sealed.",
            ),
            done="The accuracy is unsealed. The record keeps when and why.",
            states=frozenset({State.RUNNING, State.PAUSED}),
            act=lambda study, answer, now, by: unseal_accuracy(
                study=study, reason=answer["reason"], now=now, by=by
            ),
            form=UnsealForm,
            asks_first=True,
            destructive=True,
            permission="labelling.unseal_accuracy",
            why_not=_open_already,
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
            form=CloseForm,
            asks_first=True,
            destructive=True,
        ),
    )
}


def steps_of(study: Study, person: Person | None = None) -> list[Step]:
    """Return the steps that study and person allow; without a person, those of whoever changes studies."""
    return [step for step in STEPS.values() if _may_take(person, step) and not step.refusal(study)]


def take_step(request: HttpRequest, study_id: int, name: str) -> HttpResponse:
    """Say what a step will do; on POST, do it and go back to the study's page."""
    if name not in STEPS:
        raise Http404(f"There is no step {name}.")
    return permission_required(STEPS[name].permission, raise_exception=True)(_take)(request, study_id, name)


def acting(request: HttpRequest) -> str:
    """Return how the record of events calls the person: by number, since the record is published."""
    return recorded_as(person=request.user)


def _take(request: HttpRequest, study_id: int, name: str) -> HttpResponse:
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    step = STEPS[name]
    form = step.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if _done(request, study, step, form) or not step.asks_first:
            return redirect("admin:labelling_study_dashboard", study.pk)
        study.refresh_from_db()
    refusal = step.refusal(study)
    context = {
        **admin.site.each_context(request),
        "title": step.question,
        "study": study,
        "step": step,
        "form": form,
        "refusal": refusal,
        "figures": () if refusal else step.figures(study),
        "facts": {} if refusal else step.facts(study),
    }
    return render(request, "researcher/step.html", context)


def _done(request: HttpRequest, study: Study, step: Step, form: forms.Form) -> bool:
    """Take the step and tell the person how it went; what was done goes to the admin's own log.

    A refusal is told in the form, or by a message where the step has no form of its own.
    """
    try:
        step.act(study, form.cleaned_data, steady_now(), acting(request))
    except LabellingError as error:
        if step.asks_first:
            form.add_error(None, str(error))
        else:
            messages.error(request, str(error))
        return False
    admin.site.get_model_admin(Study).log_change(request, study, f"{step.button}.")
    messages.success(request, step.done)
    return True


def _may_take(person: Person | None, step: Step) -> bool:
    if person is None:
        return step.permission == "labelling.change_study"
    return person.has_perm(step.permission)
