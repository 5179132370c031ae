"""A study's report at the desk: the very page that the bundle holds."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from labelling.errors import StudyStateError
from labelling.models import Study
from labelling.report_page import page_of_study
from labelling.selectors.study_size import too_large
from labelling.views.researcher.report_response import report_response


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def report(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the report as the bundle's report.html would be now."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    if too_large(study=study):
        messages.info(
            request, "A report of so many labels takes a while. Make the bundle; it holds the report."
        )
        return redirect("admin:labelling_study_bundle", study.pk)
    try:
        page = page_of_study(study=study)
    except StudyStateError as error:
        messages.error(request, str(error))
        return redirect("admin:labelling_study_dashboard", study.pk)
    return report_response(page)
