"""Long work at the desk: a page that says how far it is and what came of it, and can be left."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from labelling.errors import JobError
from labelling.job_folder import folder_of
from labelling.jobs import kind_named
from labelling.jobs.bundle import REPORT
from labelling.models import Job
from labelling.selectors.jobs import JobStanding, job_standing
from labelling.services.jobs import start_again
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.report_response import report_response
from labelling.views.researcher.steps import acting


@dataclass(frozen=True)
class Link:
    """Where a job's result is to be seen."""

    text: str
    address: str


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far a job is, or what came of it."""
    job = _job(job_id)
    kind = kind_named(job.kind)
    standing = job_standing(job=job, now=steady_now())
    context = {
        **admin.site.each_context(request),
        "title": job.title,
        "study": job.study,
        "standing": standing,
        "job": job,
        "kept": kind.keeps,
        "links": _links(standing),
        "may_start": request.user.has_perm(kind.permission),
    }
    return render(request, "researcher/job.html", context)


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def job_state(_request: HttpRequest, job_id: int) -> JsonResponse:
    """Tell the page's script how far a job is. One query."""
    standing = job_standing(job=get_object_or_404(Job, pk=job_id), now=steady_now())
    job = standing.job
    told = {"ended": standing.ended, "state": standing.state_in_words, "percent": standing.percent}
    told["heading"] = standing.heading
    return JsonResponse({**told, "doing": job.doing, "done": job.done, "total": job.total})


@require_POST
@permission_required("labelling.view_study", raise_exception=True)
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Start the same work once more."""
    job = _job(job_id)
    if not request.user.has_perm(kind_named(job.kind).permission):
        raise PermissionDenied
    try:
        job = start_again(job=job, by=acting(request), now=steady_now())
    except JobError as error:
        messages.error(request, str(error))
    return redirect("admin:labelling_job", job.pk)


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def job_file(_request: HttpRequest, job_id: int) -> HttpResponseBase:
    """Give the file that a job left."""
    job = _job(job_id)
    name = str(job.result.get("file", ""))
    path = folder_of(job.token) / name
    if not name or not path.is_file():
        raise Http404("This file was removed after a day, or was never made. Make it again.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def job_report(_request: HttpRequest, job_id: int) -> HttpResponse:
    """Show the report of a bundle that was made."""
    path = folder_of(_job(job_id).token) / REPORT
    if not path.is_file():
        raise Http404("This report was removed after a day, or was never made. Make it again.")
    return report_response(path.read_text(encoding="utf-8"))


def _job(job_id: int) -> Job:
    return get_object_or_404(Job.objects.select_related("study__dataset"), pk=job_id)


def _links(standing: JobStanding) -> list[Link]:
    if standing.state != Job.State.DONE:
        return []
    found: list[Link] = []
    for text, name, arguments in standing.job.result.get("links", []):
        if name == "admin:labelling_job_report" and not standing.file:
            continue  # it was removed with the bundle
        found.append(Link(text, reverse(name, args=arguments)))
    return found
