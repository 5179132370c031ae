"""What a researcher takes away: the report bundle, made as a job, and the raw labels."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from labelling.errors import LabellingError, StudyStateError
from labelling.models import Study
from labelling.selectors.jobs import recent_jobs
from labelling.selectors.sealing import accuracy_visible, require_visible
from labelling.services.jobs import start_job
from labelling.services.label_export import labels_csv
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting


class BundleForm(forms.Form):
    """What the bundle shall hold."""

    images = forms.BooleanField(
        label="With the images that the report shows",
        required=False,
        initial=True,
        help_text="Leave them out where the dataset's images may not be passed on; every figure is the same.",
    )


@permission_required("labelling.view_study", raise_exception=True)
def bundle(request: HttpRequest, study_id: int) -> HttpResponse:
    """Say what a bundle holds, and show those that were made; on POST, make one as a job."""
    study = _study(study_id)
    if study.state == Study.State.DRAFT:
        draft = StudyStateError("A draft has no labels and no report yet. Rehearse it, or launch it first.")
        return _back(request, study, draft)
    form = BundleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            require_visible(study=study)
            job = start_job(
                kind="bundle",
                study=study,
                arguments={"images": form.cleaned_data["images"]},
                by=acting(request),
                now=steady_now(),
            )
        except LabellingError as error:
            return _back(request, study, error)
        return redirect("admin:labelling_job", job.pk)
    context = {
        **admin.site.each_context(request),
        "title": "Report bundle",
        "study": study,
        "here": "dashboard",
        "form": form,
        "sealed": not accuracy_visible(study=study),
        "may_unseal": request.user.has_perm("labelling.unseal_accuracy"),
        "jobs": recent_jobs(study=study, kinds=("bundle",), now=steady_now()),
    }
    return render(request, "researcher/job_bundle.html", context)


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def labels(request: HttpRequest, study_id: int) -> HttpResponse:
    """Give the counted labels as CSV."""
    study = _study(study_id)
    try:
        text = labels_csv(study=study)
    except StudyStateError as error:
        return _back(request, study, error)
    # A short name has only letters, digits, hyphens and underscores, so it needs no quoting beyond this.
    disposition = f'attachment; filename="{study.slug}-labels.csv"'
    return HttpResponse(
        text.encode(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def _study(study_id: int) -> Study:
    return get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)


def _back(request: HttpRequest, study: Study, error: LabellingError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("admin:labelling_study_dashboard", study.pk)
