"""The screening questions, one page each, and the page of those who are not admitted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from labelling.models import Annotator, Study
from labelling.panels import Ending
from labelling.selectors.next_step import next_step
from labelling.selectors.recruitment import ending_of, time_is_over, way_out_of
from labelling.services.screening import record_screening
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, go_on

# Between the first question and the last, the answers are in the annotator's browser and nowhere else.
COOKIE = "screening"


@for_annotator("GET", "HEAD", "POST")
def question(request: HttpRequest, annotator: Annotator, number: int) -> HttpResponse:
    """Ask one question; on POST, take its answer, and after the last one decide."""
    study = annotator.study
    if study.state != Study.State.RUNNING:
        return errors.study_not_running(request, study, annotator)
    if next_step(annotator=annotator) != reverse("annotator:screening", args=[study.join_code, 1]):
        return go_on(annotator)
    answers = _answers(request, study)
    if not 1 <= number <= min(len(answers) + 1, len(study.screening)):
        return redirect("annotator:screening", study.join_code, min(len(answers) + 1, len(study.screening)))
    if request.method != "POST":
        return render(request, "annotator/screening.html", question_page(study, number, answers))
    chosen = _option(request.POST.get("answer", ""), study, number)
    if chosen is None:
        page = question_page(study, number, answers) | {"not_chosen": True}
        return render(request, "annotator/screening.html", page, status=400)
    return _next(request, annotator, [*answers[: number - 1], chosen])


def question_page(study: Study, number: int, answers: list[int]) -> dict[str, object]:
    """Return what the page of a question shows; `answers` are those given so far, to this one maybe too."""
    return {
        "study": study,
        "question": study.screening[number - 1],
        "number": number,
        "before": number - 1,
        "questions": len(study.screening),
        "chosen": answers[number - 1] if len(answers) >= number else None,
    }


def _next(request: HttpRequest, annotator: Annotator, answers: list[int]) -> HttpResponse:
    """Go to the next question with the answers so far; after the last one, decide and forget them."""
    study = annotator.study
    path = reverse("annotator:welcome", args=[study.join_code])
    if len(answers) < len(study.screening):
        response: HttpResponse = redirect("annotator:screening", study.join_code, len(answers) + 1)
        response.status_code = 303
        response.set_cookie(
            COOKIE,
            ".".join(map(str, answers)),
            path=path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
        return response
    record_screening(annotator=annotator, answers=answers, now=steady_now())
    response = go_on(annotator)
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response


def _answers(request: HttpRequest, study: Study) -> list[int]:
    """Return the answers that the browser holds, up to the first one that makes no sense."""
    answers: list[int] = []
    for text in request.COOKIES.get(COOKIE, "").split(".")[: len(study.screening)]:
        chosen = _option(text, study, len(answers) + 1)
        if chosen is None:
            break
        answers.append(chosen)
    return answers


def _option(text: str, study: Study, number: int) -> int | None:
    """Return the place of the option that was chosen at a question; None for anything else."""
    places = [str(place) for place in range(len(study.screening[number - 1]["options"]))]
    return places.index(text) if text in places else None


@for_annotator("GET", "HEAD")
def turned_away(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Tell kindly that there are no pictures for this annotator, and why."""
    ending = ending_of(annotator=annotator)
    if ending is None and time_is_over(annotator=annotator, now=steady_now()):
        ending = Ending.TIMED_OUT  # recorded with the next thing that is sent
    if ending in (None, Ending.COMPLETED):
        return go_on(annotator)
    context = {
        "study": annotator.study,
        "annotator": annotator,
        "reason": annotator.turned_away_for or Annotator.TurnedAway.TIME,
        "way_out": way_out_of(annotator=annotator, ending=ending),
    }
    return errors.page_with_way_out(request, "annotator/turned_away.html", context)
