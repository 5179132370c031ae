"""The record of a study: who did what and when, whether its chains hold, and the record as a file."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from labelling.errors import JobError
from labelling.models import Study
from labelling.selectors.event_heads import event_facts
from labelling.selectors.event_record import event_batches
from labelling.selectors.jobs import recent_jobs
from labelling.selectors.record import record_page as read_record
from labelling.services.jobs import start_job
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.steps import acting

ON_A_PAGE = 50


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def record_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the events, newest first; `kind` and `page` of the address say which."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    kind, number = request.GET.get("kind", ""), request.GET.get("page", "")
    asked = int(number) if number.isdecimal() and len(number) < 7 else 1
    found = read_record(study=study, kind=kind, first=(max(asked, 1) - 1) * ON_A_PAGE, size=ON_A_PAGE)
    # Only the numbers of pages are the paginator's; the rows were read for this page alone.
    page = Paginator(range(found.total), ON_A_PAGE).get_page(asked)
    context = {
        **admin.site.each_context(request),
        "title": "Record",
        "study": study,
        "here": "record",
        "found": found,
        "kind": kind,
        "page": page,
        "facts": event_facts(study=study),
        "checks": recent_jobs(study=study, kinds=("verify",), now=steady_now()),
    }
    return render(request, "researcher/record.html", context)


@require_POST
@permission_required("labelling.view_study", raise_exception=True)
def check(request: HttpRequest, study_id: int) -> HttpResponse:
    """Walk every chain, in a process of its own: it takes a minute for a million labels."""
    study = get_object_or_404(Study, pk=study_id)
    try:
        job = start_job(kind="verify", study=study, arguments={}, by=acting(request), now=steady_now())
    except JobError as error:
        messages.error(request, str(error))
        return redirect("admin:labelling_study_record", study.pk)
    return redirect("admin:labelling_job", job.pk)


@require_safe
@permission_required("labelling.view_study", raise_exception=True)
def events(_request: HttpRequest, study_id: int) -> StreamingHttpResponse:
    """Give the record as it is in a bundle: events.jsonl. No name of an account is in it."""
    study = get_object_or_404(Study, pk=study_id)
    return StreamingHttpResponse(
        event_batches(study=study),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{study.slug}-events.jsonl"'},
    )
