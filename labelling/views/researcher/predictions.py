"""A study's machines: what they were compared with, how they fare, and the form that takes another."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from labelling.errors import PredictionsError
from labelling.models import Predictions, Study
from labelling.models.predictions import NAME_RULE
from labelling.selectors.machine_comparison import machine_rows
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.study_size import too_large
from labelling.services.predictions import LARGEST_FILE, add_predictions, check_size, remove_predictions
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting


class PredictionsForm(forms.Form):
    """A machine's name and its file."""

    name = forms.CharField(label="Name", max_length=50, help_text=NAME_RULE)
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # told by the reader, in the same words as any other file without rows
        help_text=f"CSV or npy, at most {LARGEST_FILE // 2**20} MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.npy"}),
    )
    as_they_are = forms.BooleanField(
        label="Take them as they are",
        required=False,
        help_text="Only where predictions that are right no more often than chance are meant to be so.",
    )


@permission_required("labelling.view_study", raise_exception=True)
def predictions_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the machines beside the people; on POST, take another machine's predictions."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    if study.state == Study.State.DRAFT:
        messages.error(request, "A draft has no sample yet. Launch the study, then compare machines on it.")
        return redirect("admin:labelling_study_dashboard", study.pk)
    may_change = request.user.has_perm("labelling.change_study")
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = PredictionsForm()
    if request.method == "POST":
        form = PredictionsForm(request.POST, request.FILES)
        if form.is_valid() and _added(request, study, form):
            return redirect("admin:labelling_study_predictions", study.pk)
    rows = machine_rows(study=study)
    context = {
        **admin.site.each_context(request),
        "title": "People against machines",
        "study": study,
        "here": "predictions",
        "rows": rows,
        "compared": [row for row in rows if row.compared],
        "sealed": not accuracy_visible(study=study),
        "large": too_large(study=study),
        "categories": list(study.dataset.categories.values_list("name", flat=True)),
        "form": form,
        "may_change": may_change,
    }
    return render(request, "researcher/predictions.html", context)


@require_POST
@permission_required("labelling.change_study", raise_exception=True)
def remove(request: HttpRequest, study_id: int, machine_id: int) -> HttpResponse:
    """Take a machine out of the comparison."""
    machine = get_object_or_404(Predictions.objects.without_codes(), pk=machine_id, study=study_id)
    name = machine.name
    remove_predictions(machine=machine, now=steady_now(), by=acting(request))
    messages.success(request, f"{name} was removed. The record of events keeps that it was there.")
    return redirect("admin:labelling_study_predictions", study_id)


def _added(request: HttpRequest, study: Study, form: PredictionsForm) -> bool:
    """Store the predictions, or say at the field what is wrong."""
    given: dict[str, Any] = form.cleaned_data
    try:
        check_size(size=given["file"].size)
        machine = add_predictions(
            study=study,
            name=given["name"],
            file_name=given["file"].name,
            content=given["file"].read(),
            now=steady_now(),
            as_they_are=given["as_they_are"],
            by=acting(request),
        )
    except PredictionsError as error:
        form.add_error(error.field, str(error))
        return False
    messages.success(request, f"{machine.name} is compared on the images that people label.")
    return True
