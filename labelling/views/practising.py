"""The practice round: a picture, what the collection says of it, the next picture; then how it went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from labelling.errors import PracticeError, UnknownCategory
from labelling.forms import category_in
from labelling.models import Annotator, SampleItem, Study
from labelling.selectors.annotator_pages import categories_of
from labelling.selectors.category_order import categories_for
from labelling.selectors.next_step import next_step
from labelling.selectors.practice import PracticeRound, practice_round
from labelling.services.practice import answer_practice
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, go_on
from labelling.views.choices import choices, crowd
from labelling.views.images import LARGEST_SIDE, image_source, shown_size


@for_annotator("GET", "HEAD", "POST")
def picture(request: HttpRequest, annotator: Annotator, attempt: int, place: int) -> HttpResponse:
    """Show a practice picture, or the feedback once it was answered; on POST, take the answer."""
    study = annotator.study
    if study.state != Study.State.RUNNING:
        return errors.study_not_running(request, study, annotator)
    if request.method == "POST":
        return _answer(request, annotator, attempt, place)
    practice = practice_round(annotator=annotator)
    given = practice.answer_at(attempt, place) if practice.has(attempt, place) else None
    if given is not None:
        page = feedback_page(study, practice, attempt, place, given.category.position)
        return render(request, "annotator/practice_feedback.html", page)
    if next_step(annotator=annotator, practice=practice) != request.path:
        return go_on(annotator)
    return render(request, "annotator/practice.html", picture_page(annotator, practice, attempt, place))


def _answer(request: HttpRequest, annotator: Annotator, attempt: int, place: int) -> HttpResponse:
    """Take the answer and show its feedback at the same address."""
    category = category_in(request.POST)
    if category is None:
        return render(request, "400.html", status=400)
    try:
        answer_practice(
            annotator=annotator,
            attempt=attempt,
            place=place,
            category_position=category,
            now=steady_now(),
        )
    except UnknownCategory:
        return render(request, "400.html", status=400)
    except PracticeError:
        return go_on(annotator)
    response = redirect("annotator:practice", annotator.study.join_code, attempt, place)
    response.status_code = 303
    return response


@for_annotator("GET", "HEAD")
def result(request: HttpRequest, annotator: Annotator, attempt: int) -> HttpResponse:
    """Tell how an attempt went, and what comes now."""
    practice = practice_round(annotator=annotator)
    if annotator.turned_away_at is not None or not practice.has(attempt, 1) or not practice.complete(attempt):
        return go_on(annotator)
    return render(request, "annotator/practice_result.html", result_page(annotator.study, practice, attempt))


def picture_page(
    annotator: Annotator, practice: PracticeRound, attempt: int, place: int
) -> dict[str, object]:
    """Return what the page of a practice picture shows before it is answered."""
    offered = choices(categories_for(annotator=annotator))
    return {
        **_place(annotator.study, practice, attempt, place),
        "choices": offered,
        "crowd": crowd(offered),
    }


def feedback_page(
    study: Study, practice: PracticeRound, attempt: int, place: int, chosen: int
) -> dict[str, object]:
    """Return what the page of a practice picture shows once the category at `chosen` was the answer.

    Only here does an annotator learn a ground truth, and only of practice items.
    """
    categories = {category.position: category for category in categories_of(study=study)}
    truth = _member(practice, attempt, place).item.ground_truth
    return {
        **_place(study, practice, attempt, place),
        "truth": truth,
        "chosen": categories[chosen],
        "right": truth.position == chosen,
        "last": place == practice.length,
        "next": place + 1,
    }


def result_page(study: Study, practice: PracticeRound, attempt: int) -> dict[str, object]:
    """Return what the page after an attempt shows."""
    return {
        "study": study,
        "attempt": attempt,
        "right": practice.right(attempt),
        "length": practice.length,
        "wanted": practice.wanted,
        "passed": practice.passed(attempt),
        "next": attempt + 1,
    }


def _place(study: Study, practice: PracticeRound, attempt: int, place: int) -> dict[str, object]:
    return {
        "study": study,
        "attempt": attempt,
        "place": place,
        "length": practice.length,
        "image": image_source(_member(practice, attempt, place).item),
        **shown_size(study=study, side=LARGEST_SIDE),
    }


def _member(practice: PracticeRound, attempt: int, place: int) -> SampleItem:
    return practice.images[attempt][place - 1]
