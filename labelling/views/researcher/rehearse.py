"""Rehearse a draft from the desk: simulated people label a copy, and its report is seen before any person."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from labelling.errors import LabellingError
from labelling.models import Study
from labelling.selectors.jobs import recent_jobs
from labelling.selectors.studies import rehearsals_of
from labelling.services.crowd import crowd_of_accuracy, read_confusion
from labelling.services.jobs import start_job
from labelling.services.rehearsal import check_crowd
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting

LIKE_PEOPLE, AS_ACCURATE = "people", "accuracy"
MOST_PEOPLE = 5000


class RehearseForm(forms.Form):
    """The simulated crowd."""

    annotators = forms.IntegerField(
        label="Simulated people",
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=40,
        help_text="How many take part. Each has a skill and a pace of its own.",
    )
    how = forms.ChoiceField(label="How well they do", widget=forms.RadioSelect)
    accuracy = forms.FloatField(
        label="How often they are right (%)",
        min_value=0,
        max_value=100,
        required=False,
        initial=83.5,
        help_text="On average, for one label. Their errors fall on all other categories alike.",
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text="The same seed gives the same labels. An earlier rehearsal of this seed is replaced.",
    )

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study = study
        choices = [(AS_ACCURATE, "Right as often as I say")]
        if _is_known(study):
            choices.insert(
                0,
                (LIKE_PEOPLE, "Like the people who labelled Fashion-MNIST: they mistake what people mistake"),
            )
        how = self.fields["how"]
        how.choices = choices  # type: ignore[attr-defined]  # a choice field's
        how.initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Check the crowd against the protocol, so that what cannot be is told at its field."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("how") == AS_ACCURATE and "accuracy" in given:
            self._check_accuracy(given["accuracy"])
        if "annotators" in given:
            try:
                check_crowd(study=self.study, annotators=given["annotators"])
            except LabellingError as error:
                self.add_error("annotators", str(error))
        return given

    def _check_accuracy(self, accuracy: float | None) -> None:
        if accuracy is None:
            self.add_error("accuracy", "Say how often they are right, in per cent.")
            return
        try:
            crowd_of_accuracy(accuracy=accuracy / 100, categories=self.study.dataset.categories.count())
        except LabellingError as error:
            self.add_error("accuracy", str(error))

    def arguments(self) -> dict[str, Any]:
        """Return what the job is told."""
        given = self.cleaned_data
        accuracy = given["accuracy"] / 100 if given["how"] == AS_ACCURATE else None
        return {"annotators": given["annotators"], "seed": given["seed"], "accuracy": accuracy}


@permission_required("labelling.view_study", raise_exception=True)
def rehearse_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the rehearsals and the form; on POST, start one as a job."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    may_change = request.user.has_perm("labelling.change_study")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    draft = study.state == Study.State.DRAFT and not study.rehearsal
    form = RehearseForm(study, request.POST if request.method == "POST" and draft else None)
    if form.is_valid():
        try:
            job = start_job(
                kind="rehearse", study=study, arguments=form.arguments(), by=acting(request), now=steady_now()
            )
            return redirect("admin:labelling_job", job.pk)
        except LabellingError as error:
            form.add_error(None, str(error))
    context = {
        **admin.site.each_context(request),
        "title": "Rehearse",
        "study": study,
        "here": "dashboard",
        "form": form,
        "draft": draft,
        "may_change": may_change,
        "jobs": recent_jobs(study=study, kinds=("rehearse",), now=steady_now()),
        "rehearsals": rehearsals_of(study=study),
    }
    return render(request, "researcher/rehearse.html", context)


def _is_known(study: Study) -> bool:
    """Tell whether it is known how people answer on the study's categories."""
    names = list(study.dataset.categories.values_list("name", flat=True))
    try:
        read_confusion(settings.HUMAN_CONFUSION, categories=names)
    except LabellingError:
        return False
    return True
