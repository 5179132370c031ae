"""Labelling: one image, one answer, the next image. As plain pages, and as JSON for the script."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from labelling.errors import (
    AlreadyLabelled,
    ConsentMissing,
    LabellingError,
    NotAdmitted,
    NotFinished,
    NotRunning,
    SubmissionConflict,
    UnknownAssignment,
    UnknownCategory,
    Withdrawn,
)
from labelling.forms import LARGEST_BODY, answer_in, answers_in, count_in, json_object
from labelling.models import Annotator, Assignment, Category, Check, Item, Study
from labelling.selectors.annotator_pages import anything_free
from labelling.selectors.annotators import Standing, standing
from labelling.selectors.category_order import categories_for
from labelling.selectors.checks import Shown, current_shown, item_of
from labelling.selectors.next_step import next_step
from labelling.selectors.recruitment import participant_of, time_is_over
from labelling.services.annotators import record_guide_read
from labelling.services.answer import Answer
from labelling.services.finishing import finish_annotator
from labelling.services.recruitment import end_if_time_is_over
from labelling.services.steady_clock import steady_now
from labelling.services.stream import Taken, submit_answer, submit_answers
from labelling.views import errors
from labelling.views.access import for_annotator, go_on, store_name
from labelling.views.choices import choices, crowd, spare_keys
from labelling.views.images import LARGEST_SIDE, image_source, shown_size
from labelling.views.leasing import lease_images, source_of


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
    step = next_step(annotator=annotator)
    if step == reverse("annotator:guide", args=[annotator.study.join_code]):
        record_guide_read(annotator=annotator, now=steady_now())
        step = next_step(annotator=annotator)
    if step != _own_page(annotator):
        return go_on(annotator)
    return _go_on(annotator)


def _own_page(annotator: Annotator) -> str:
    return reverse("annotator:label", args=[annotator.study.join_code])


@for_annotator("POST")
def lease(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Give the script the images that are promised to it, small ones inside the reply."""
    count = count_in(_sent(request))
    if count is None:
        return errors.reason("malformed", status=400)
    now = steady_now()
    end_if_time_is_over(annotator=annotator, now=now)
    try:
        leased = lease_images(annotator=annotator, count=count, now=now)
    except NotRunning:
        annotator.study.refresh_from_db(fields=["state"])
        paused = annotator.study.state == Study.State.PAUSED
        return errors.reason("paused" if paused else "over", status=409)
    except (ConsentMissing, NotAdmitted):
        return errors.reason("not_admitted", status=409)
    return JsonResponse({"assignments": [_as_json(shown, image) for shown, image in leased]})


def _as_json(shown: Shown, image: str) -> dict[str, Any]:
    """Return what the script is given to show: an image, or what to choose in the place of one."""
    if image:
        return {"assignment": shown.token, "image": image}
    instructed = _instructed(shown)
    return {
        "assignment": shown.token,
        "instruction": {"category": None if instructed is None else instructed.position},
    }


def _instructed(shown: Shown) -> Category | None:
    return shown.instructed if isinstance(shown, Check) else None


# What the script is told of an answer that was not taken: a word, and the status of a single one.
_REFUSED: dict[type[LabellingError], tuple[str, int]] = {
    UnknownAssignment: ("unknown_assignment", 404),
    UnknownCategory: ("unknown_category", 400),
    SubmissionConflict: ("conflict", 409),
    AlreadyLabelled: ("already_labelled", 409),
    Withdrawn: ("withdrawn", 409),
}


def _submit_from_script(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Take an answer and say what was saved. A replay gets the identical reply.

    When answers have piled up in the browser, several come at once, under the name `answers`.
    """
    sent = _sent(request)
    if "answers" in sent:
        return _submit_several(sent["answers"], annotator)
    answer = answer_in(sent)
    if answer is None:
        return errors.reason("malformed", status=400)
    try:
        submit_answer(annotator=annotator, answer=answer, now=steady_now())
    except tuple(_REFUSED) as refusal:
        word, status = _REFUSED[type(refusal)]
        return errors.reason(word, status=status)
    return JsonResponse(_saved(answer))


def _submit_several(sent: object, annotator: Annotator) -> HttpResponse:
    """Take several answers in one transaction and say of each, in their order, what became of it."""
    answers = answers_in(sent)
    if answers is None:
        return errors.reason("malformed", status=400)
    sound = [answer for answer in answers if answer is not None]
    results = iter(submit_answers(annotator=annotator, answers=sound, now=steady_now()))
    return JsonResponse({"answers": [_told(answer, next(results) if answer else None) for answer in answers]})


def _told(answer: Answer | None, result: Taken | None) -> dict[str, Any]:
    """Return what the script is told of one of several answers."""
    if answer is None:
        return {"saved": False, "reason": "malformed"}
    if isinstance(result, LabellingError):
        return {"saved": False, "reason": _REFUSED[type(result)][0]}
    return _saved(answer)


def _saved(answer: Answer) -> dict[str, Any]:
    return {"assignment": answer.token, "category": answer.category_position, "saved": True}


def _submit_from_form(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Take an answer and go on. One that cannot be taken is no dead end: the page shows what is next."""
    answer = answer_in(request.POST)
    if answer is None:
        return render(request, "400.html", status=400)
    try:
        submit_answer(annotator=annotator, answer=answer, now=steady_now())
    except (AlreadyLabelled, SubmissionConflict):
        return _go_on(annotator, kept=True)
    except Withdrawn:
        return _go_on(annotator)
    except (UnknownAssignment, UnknownCategory):
        return render(request, "400.html", status=400)
    return _go_on(annotator)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; an empty one where it is too large or something else."""
    return (json_object(request.body) if len(request.body) <= LARGEST_BODY else None) or {}


def _go_on(annotator: Annotator, *, kept: bool = False) -> HttpResponse:
    """Lease the next image and go to it; where there is none, finish if the annotator has finished."""
    now = steady_now()
    study = annotator.study
    to = "annotator:label"
    end_if_time_is_over(annotator=annotator, now=now)
    try:
        done = not lease_images(annotator=annotator, count=1, now=now)
    except (ConsentMissing, NotAdmitted):
        return go_on(annotator)
    except NotRunning:
        study.refresh_from_db(fields=["state"])
        done = study.state != Study.State.PAUSED
    if done:
        try:
            finish_annotator(annotator=annotator, now=now)
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
    if annotator.finished_at is not None or annotator.turned_away_at is not None:
        return go_on(annotator)
    if time_is_over(annotator=annotator, now=steady_now()):
        return redirect("annotator:turned_away", study.join_code)
    if study.state != Study.State.RUNNING:
        return errors.study_not_running(request, study, annotator)
    if next_step(annotator=annotator) != _own_page(annotator):
        return go_on(annotator)
    waiting = current_shown(annotator=annotator)
    for shown in waiting:
        if source_of(shown, annotator) is not None:
            return _show_image(request, annotator, shown)
    where = standing(annotator=annotator)
    if any(isinstance(shown, Assignment) for shown in waiting):
        page = "annotator/go_on.html"  # its image is lost; to go on gives it back and leases another
    elif where.left == 0 or where.quota_reached:
        page = "annotator/nothing_left.html"
    elif anything_free(annotator=annotator, now=steady_now()):
        page = "annotator/go_on.html"
    else:
        page = "annotator/wait.html"
    from_panel = participant_of(annotator=annotator) is not None
    return render(request, page, {"study": study, "standing": where, "from_panel": from_panel})


def _show_image(request: HttpRequest, annotator: Annotator, shown: Shown) -> HttpResponse:
    page = image_page(annotator, item_of(shown), token=shown.token, where=standing(annotator=annotator)) | {
        "kept": "kept" in request.GET
    }
    instructed = _instructed(shown)
    if instructed is not None:
        page["instructed"] = next(each for each in page["choices"] if each.category.pk == instructed.pk)
    return render(request, "annotator/label.html", page)


def image_page(annotator: Annotator, item: Item | None, *, token: str, where: Standing) -> dict[str, Any]:
    """Return what the page of an image, or of an instruction, shows to an annotator who stands there."""
    study = annotator.study
    offered = choices(categories_for(annotator=annotator))
    return {
        "study": study,
        "standing": where,
        "assignment": token,
        # The plain form has one answer for one image, however often it is sent.
        "submission_key": f"form-{token}",
        "image": "" if item is None else image_source(item),
        "choices": offered,
        "crowd": crowd(offered),
        "keys": spare_keys(offered),
        # For the plain form; the script counts for itself.
        "rest_due": bool(study.break_every and where.answered and where.answered % study.break_every == 0),
        "store": store_name(annotator),
        **shown_size(study=study, side=LARGEST_SIDE),
    }
