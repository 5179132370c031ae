"""A study's overview: where it stands, what may be done next, and what the labels say as far as it may be
seen."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from labelling.models import Study
from labelling.selectors.label_table import study_report
from labelling.selectors.overview import Overview, study_overview
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.study_size import MOST_LABELS
from labelling.selectors.whereabouts import short_while
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import tally_now
from labelling.views.researcher.charts import hour_lines, label_lines
from labelling.views.researcher.join_link import annotators_link
from labelling.views.researcher.report_numbers import ReportNumbers, report_numbers
from labelling.views.researcher.steps import steps_of

# A page asks for new figures so often, in seconds; less often for a study that takes longer to ask.
EVERY = 5
EVERY_LARGE = 15


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def study_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the study with its progress and, once there is a label and it may be seen, the report's
    numbers."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    may_change = request.user.has_perm("labelling.change_study")
    context = {
        **admin.site.each_context(request),
        **_figures(study),
        "title": study.title,
        "here": "dashboard",
        "annotators_link": annotators_link(request, study),
        "steps": steps_of(study, request.user),
        "may_edit": may_change and study.state == Study.State.DRAFT,
    }
    if study.state != Study.State.DRAFT:
        context |= _result(study, context["overview"])
    return render(request, "researcher/study.html", context)


@require_safe
@never_cache
@permission_required("labelling.view_study", raise_exception=True)
def live(request: HttpRequest, study_id: int) -> HttpResponse:
    """Return the figures of the page as they are now, for the script that puts them in."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    # Said where the page still has another state than the study by now.
    return render(request, "researcher/study_progress.html", {**_figures(study), "later": True})


@require_safe
@never_cache
@permission_required("labelling.view_study", raise_exception=True)
def line(request: HttpRequest, study_id: int) -> HttpResponse:
    """Return what a list of many studies tells of one besides its counts: forecast and flags."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    return render(request, "researcher/studies_line.html", _figures(study))


def _figures(study: Study) -> dict[str, Any]:
    """Return what the live part of the page shows; of a draft, nothing."""
    if study.state == Study.State.DRAFT:
        return {"study": study, "every": 0}
    now = steady_now()
    counted = tally_now(study=study, now=now)
    overview = study_overview(
        study=study, tally=counted.tally, kept=counted.kept, counting=counted.counting, now=now
    )
    goes_on = study.state in (Study.State.RUNNING, Study.State.PAUSED)
    return {
        "study": study,
        "overview": overview,
        "progress": overview.progress,
        "by_labels": label_lines(overview.progress),
        "hours": hour_lines(overview.progress),
        "over": not goes_on,
        "short_while": short_while(study=study) // timedelta(minutes=1),
        "every": (EVERY_LARGE if counted.kept else EVERY) if goes_on or counted.counting else 0,
    }


def _result(study: Study, overview: Overview) -> dict[str, Any]:
    """Return what the labels say of the accuracy, or why the page does not tell it."""
    counted = overview.progress.labels.counted
    sealed = not accuracy_visible(study=study)
    large = counted > MOST_LABELS  # those that there are: a large study shows its first ones
    numbers = None if sealed or large or not counted else _numbers(study)
    return {"sealed": sealed, "large": large, "numbers": numbers}


def _numbers(study: Study) -> ReportNumbers:
    """Evaluate the labels there are. The bootstrap is left to the bundle: a page should not take a minute."""
    return report_numbers(report=study_report(study=study, resamples=0), study=study)
