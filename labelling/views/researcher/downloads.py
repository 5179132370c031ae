"""What a researcher takes away: the report bundle, and the raw labels."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from labelling.errors import StudyStateError
from labelling.models import Study
from labelling.services.bundle import zipped_bundle
from labelling.services.label_export import labels_csv


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def bundle(request: HttpRequest, study_id: int) -> HttpResponse:
    """Give the bundle as a zip: report, raw labels, sample, protocol and checksums."""
    study = _study(study_id)
    try:
        packed = zipped_bundle(study=study)
    except StudyStateError as error:
        return _back(request, study, error)
    return _file(packed, "application/zip", f"{study.slug}.zip")


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def labels(request: HttpRequest, study_id: int) -> HttpResponse:
    """Give the counted labels as CSV."""
    study = _study(study_id)
    try:
        text = labels_csv(study=study)
    except StudyStateError as error:
        return _back(request, study, error)
    return _file(text.encode(), "text/csv; charset=utf-8", f"{study.slug}-labels.csv")


def _study(study_id: int) -> Study:
    return get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    # A short name has only letters, digits, hyphens and underscores, so it needs no quoting beyond this.
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _back(request: HttpRequest, study: Study, error: StudyStateError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("admin:labelling_study_dashboard", study.pk)
