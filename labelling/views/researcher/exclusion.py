"""Excluding an annotator, and reinstating them.

What it would do is shown first, and a reason is asked for.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import ExclusionError
from labelling.models import Annotator, Exclusion, Study
from labelling.selectors.exclusion_effect import (
    Effect,
    effect_of_exclusion,
    effect_of_reinstatement,
    why_not_excluded,
)
from labelling.selectors.people import name_at_desk
from labelling.selectors.sealing import accuracy_visible
from labelling.services.exclusions import exclude_annotator
from labelling.services.reinstatement import reinstate_annotator
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import tally_now
from labelling.views.researcher.steps import acting


class DecisionForm(forms.Form):
    """Why, and where the study would be left without a label, that this is meant."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the decision and shown on the desk. It is not published; the report tells how "
        "many annotators were excluded.",
        error_messages={"required": "Write why. The reason is kept with the decision."},
    )
    empties = forms.BooleanField(
        required=False, label="I know that no label of the study will count any more"
    )

    def __init__(self, *given: Any, empties: bool) -> None:
        super().__init__(*given)
        self.last = empties
        if not empties:
            del self.fields["empties"]

    def clean_empties(self) -> bool:
        """Refuse to empty a study by mistake."""
        if not self.cleaned_data["empties"]:
            raise forms.ValidationError(
                "This is the only annotator who has labels that count: without them the study has none. "
                "Tick this if it is what you want."
            )
        return True


@permission_required("labelling.exclude_annotator", raise_exception=True)
def exclude(request: HttpRequest, study_id: int, annotator_id: int) -> HttpResponse:
    """Show what excluding an annotator would do; on POST, do it."""
    study, annotator = _asked_for(study_id, annotator_id)
    found = tally_now(study=study, now=steady_now())
    visible = accuracy_visible(study=study)
    effect = effect_of_exclusion(annotator=annotator, study=study, tally=found.tally, visible=visible)
    form = DecisionForm(request.POST if request.method == "POST" else None, empties=effect.empties)
    exclusion = annotator.exclusions.in_force().first()
    refusal = why_not_excluded(study=study)
    if exclusion is None and not refusal and form.is_valid():
        done = _done(request, study, annotator, form, excluding=True)
        if done is not None:
            return done
    more = {"found": found, "excluding": True, "refusal": refusal}
    return _page(request, study, annotator, form, effect, exclusion, **more)


@permission_required("labelling.exclude_annotator", raise_exception=True)
def reinstate(request: HttpRequest, study_id: int, annotator_id: int) -> HttpResponse:
    """Show what reinstating an annotator would do; on POST, do it."""
    study, annotator = _asked_for(study_id, annotator_id)
    now = steady_now()
    found = tally_now(study=study, now=now)
    visible = accuracy_visible(study=study)
    effect = effect_of_reinstatement(
        annotator=annotator, study=study, tally=found.tally, visible=visible, now=now
    )
    form = DecisionForm(request.POST if request.method == "POST" else None, empties=False)
    exclusion = annotator.exclusions.in_force().first()
    if exclusion is not None and form.is_valid():
        done = _done(request, study, annotator, form, excluding=False)
        if done is not None:
            return done
    return _page(request, study, annotator, form, effect, exclusion, found=found, excluding=False)


def _asked_for(study_id: int, annotator_id: int) -> tuple[Study, Annotator]:
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    return study, get_object_or_404(study.annotators, pk=annotator_id, withdrawn_at=None)


def _done(
    request: HttpRequest, study: Study, annotator: Annotator, form: DecisionForm, *, excluding: bool
) -> HttpResponse | None:
    """Take the decision and go to the annotator's page.

    None, with the error at the field, where it is refused.
    """
    decide = exclude_annotator if excluding else reinstate_annotator
    try:
        decide(annotator=annotator, reason=form.cleaned_data["reason"], by=acting(request), now=steady_now())
    except ExclusionError as error:
        form.add_error("reason", str(error))
        return None
    told = "Excluded" if excluding else "Reinstated"
    admin.site.get_model_admin(Study).log_change(request, study, f"{told} annotator {annotator.pseudonym}.")
    messages.success(
        request,
        "The annotator is excluded. Their labels are kept and do not count."
        if excluding
        else "The annotator is reinstated. Their labels count where there was room.",
    )
    return redirect("admin:labelling_study_annotator", study.pk, annotator.pk)


def _page(
    request: HttpRequest,
    study: Study,
    annotator: Annotator,
    form: DecisionForm,
    effect: Effect,
    exclusion: Exclusion | None,
    **more: Any,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Exclude this annotator?" if more["excluding"] else "Reinstate this annotator?",
        "study": study,
        "here": "annotators",
        "annotator": annotator,
        "form": form,
        "effect": effect,
        "exclusion": exclusion,
        "excluded_by": name_at_desk(author=exclusion.excluded_by) if exclusion else "",
        "possible": (exclusion is None) == more["excluding"] and not more.get("refusal"),
        "state_after": Study.State(effect.state).label.lower(),
        **more,
    }
    return render(request, "researcher/exclusion.html", context, status=400 if form.errors else 200)
