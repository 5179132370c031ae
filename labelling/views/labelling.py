"""Labelling: one image, one answer, the next image. As plain pages, and as JSON for the script."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from labelling.errors import (
    AlreadyLabelled,
    NotFinished,
    NotRunning,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
)
from labelling.forms import LARGEST_BODY, LeaseForm, SubmissionForm, json_object
from labelling.models import Annotator, Assignment, Label, Study
from labelling.selectors.annotator_pages import anything_free, categories_of, current_assignment
from labelling.selectors.annotators import standing
from labelling.services.annotators import finish, record_guide_read
from labelling.services.assignment import lease_items, submit_label
from labelling.views import errors
from labelling.views.access import for_annotator, store_name
from labelling.views.choices import choices, crowd
from labelling.views.images import LARGEST_SIDE, image_source, shown_size


@for_annotator("GET", "HEAD", "POST")
def label(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Show the image that waits for an answer; on POST, take an answer."""
    if request.method != "POST":
        return _show(request, annotator)
    if errors.from_script(request):
        return _submit_from_script(request, annotator)
    return _submit_from_form(request, annotator)


@for_annotator("GET", "HEAD", "POST")
def start(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Go on from the guide, a pause or a wait: lease the next image."""
    if request.method != "POST":
        return redirect("annotator:label", annotator.study.join_code)
    record_guide_read(annotator=annotator, now=timezone.now())
    return _go_on(annotator)


@for_annotator("POST")
def lease(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Give the script the images that are promised to it, small ones inside the reply."""
    form = LeaseForm(_sent(request) or {})
    if not form.is_valid():
        return errors.reason("malformed", status=400)
    try:
        leased = lease_items(annotator=annotator, count=form.cleaned_data["count"], now=timezone.now())
    except NotRunning:
        annotator.study.refresh_from_db(fields=["state"])
        paused = annotator.study.state == Study.State.PAUSED
        return errors.reason("paused" if paused else "over", status=409)
    pictures = [
        {"assignment": assignment.token, "image": image_source(assignment.sample_item.item)}
        for assignment in leased
    ]
    return JsonResponse({"assignments": pictures})


def _submit_from_script(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Take an answer and say what was saved. A replay gets the identical reply."""
    form = SubmissionForm(_sent(request) or {})
    if not form.is_valid():
        return errors.reason("malformed", status=400)
    try:
        _submit(form, annotator)
    except UnknownAssignment:
        return errors.reason("unknown_assignment", status=404)
    except UnknownCategory:
        return errors.reason("unknown_category", status=400)
    except SubmissionConflict:
        return errors.reason("conflict", status=409)
    except AlreadyLabelled:
        return errors.reason("already_labelled", status=409)
    saved = {"assignment": form.cleaned_data["assignment"], "category": form.cleaned_data["category"]}
    return JsonResponse(saved | {"saved": True})


def _submit_from_form(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Take an answer and go on. One that cannot be taken is no dead end: the page shows what is next."""
    form = SubmissionForm(request.POST)
    if not form.is_valid():
        return render(request, "400.html", status=400)
    try:
        _submit(form, annotator)
    except (AlreadyLabelled, SubmissionConflict):
        return _go_on(annotator, kept=True)
    except (UnknownAssignment, UnknownCategory):
        return render(request, "400.html", status=400)
    return _go_on(annotator)


def _submit(form: SubmissionForm, annotator: Annotator) -> Label:
    return submit_label(
        annotator=annotator,
        token=form.cleaned_data["assignment"],
        category_position=form.cleaned_data["category"],
        submission_key=form.cleaned_data["submission_key"],
        response_ms=form.cleaned_data["response_ms"],
        now=timezone.now(),
    )


def _sent(request: HttpRequest) -> dict[str, object] | None:
    """Return the JSON object that was sent; None where it is too large or something else."""
    return json_object(request.body) if len(request.body) <= LARGEST_BODY else None


def _go_on(annotator: Annotator, *, kept: bool = False) -> HttpResponse:
    """Lease the next image and go to it; where there is none, finish if the annotator has finished."""
    now = timezone.now()
    study = annotator.study
    to = "annotator:label"
    try:
        done = not lease_items(annotator=annotator, count=1, now=now)
    except NotRunning:
        study.refresh_from_db(fields=["state"])
        done = study.state != Study.State.PAUSED
    if done:
        try:
            finish(annotator=annotator, now=now)
            to = "annotator:thanks"
        except NotFinished:
            to = "annotator:label"
    response = redirect(to, study.join_code)
    response.status_code = 303
    if kept:
        response["Location"] += "?kept"
    return response


def _show(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Show the waiting image, or what there is instead of it. Nothing is leased by looking."""
    study = annotator.study
    if annotator.finished_at is not None:
        return redirect("annotator:thanks", study.join_code)
    if study.state != Study.State.RUNNING:
        return errors.study_not_running(request, study, annotator)
    if annotator.guide_read_at is None:
        return redirect("annotator:guide", study.join_code)
    assignment = current_assignment(annotator=annotator)
    if assignment is not None:
        return _show_image(request, annotator, assignment)
    where = standing(annotator=annotator)
    if where.left == 0 or where.quota_reached:
        page = "annotator/nothing_left.html"
    elif anything_free(annotator=annotator, now=timezone.now()):
        page = "annotator/go_on.html"
    else:
        page = "annotator/wait.html"
    return render(request, page, {"study": study, "standing": where})


def _show_image(request: HttpRequest, annotator: Annotator, assignment: Assignment) -> HttpResponse:
    study = annotator.study
    categories = categories_of(study=study)
    context = {
        "study": study,
        "standing": standing(annotator=annotator),
        "assignment": assignment.token,
        # The plain form has one answer for one image, however often it is sent.
        "submission_key": f"form-{assignment.token}",
        "image": image_source(assignment.sample_item.item),
        "choices": choices(categories),
        "crowd": crowd(categories),
        "store": store_name(annotator),
        "kept": "kept" in request.GET,
    }
    return render(request, "annotator/label.html", context | shown_size(study=study, side=LARGEST_SIDE))
