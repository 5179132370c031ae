"""A study's page: where it stands, what it is, what may be done next, and what the labels say so far."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from labelling.models import Study
from labelling.selectors.label_table import study_report
from labelling.selectors.progress import Progress, study_progress
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.charts import hour_columns, labels_bar
from labelling.views.researcher.join_link import annotators_link
from labelling.views.researcher.report_numbers import ReportNumbers, report_numbers
from labelling.views.researcher.steps import steps_of


@permission_required("labelling.view_study", raise_exception=True)
def study_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the study with its progress and, once there is a label, the report's numbers."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    progress = study_progress(study=study, now=steady_now())
    columns = hour_columns(progress)
    may_change = request.user.has_perm("labelling.change_study")
    context = {
        **admin.site.each_context(request),
        "title": study.title,
        "study": study,
        "here": "dashboard",
        "progress": progress,
        "bar": labels_bar(progress),
        "columns": columns,
        "busiest": max((column.labels for column in columns), default=0),
        "annotators_link": annotators_link(request, study),
        "numbers": _numbers(study, progress),
        "steps": steps_of(study) if may_change else [],
        "may_edit": may_change and study.state == Study.State.DRAFT,
    }
    return render(request, "researcher/study.html", context)


def _numbers(study: Study, progress: Progress) -> ReportNumbers | None:
    """Evaluate the labels there are. The bootstrap is left to the bundle: a page should not take a minute."""
    if not progress.counted:
        return None
    return report_numbers(report=study_report(study=study, resamples=0), study=study)
