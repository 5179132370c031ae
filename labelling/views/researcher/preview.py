"""The annotators' way through a study as the researcher's preview: the same pages, and nothing is recorded.

The pages live under a namespace of their own with the names of the annotators' addresses, so that the same
templates lead from one previewed page to the next.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import zip_longest
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from labelling.errors import ProtocolError, UnknownStudy
from labelling.forms import category_in, json_object
from labelling.models import Annotator, Item, Study
from labelling.panels import Ending
from labelling.selectors.annotator_pages import study_at
from labelling.selectors.annotators import Standing
from labelling.selectors.practice import PracticeRound
from labelling.selectors.preview import PreviewPictures, drawn_pictures, planned_pictures
from labelling.selectors.recruitment import way_out_of
from labelling.selectors.time_asked import asked_of_one
from labelling.services.role_draws import plan_draw
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.images import image_source
from labelling.views.joining import guide_contents
from labelling.views.labelling import image_page
from labelling.views.practising import feedback_page, picture_page, result_page
from labelling.views.screening import question_page

NAMESPACE = "preview"
_EXAMPLE_CODE = "EXAMPLE23456"
# So many pictures are there to try the labelling page with.
_TO_TRY = 10


class Stop(NamedTuple):
    """One page of the way, by its name for the researcher and its address."""

    name: str
    address: str
    here: bool


def _page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a page of the preview: for staff who may see studies, never for annotators."""

    @permission_required("labelling.view_study", raise_exception=True)
    @wraps(view)
    def page(request: HttpRequest, join_code: str, **more: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        try:
            study = study_at(join_code=join_code)
            return view(request, study, **more)
        except UnknownStudy as error:
            raise Http404(str(error)) from None
        except ProtocolError as error:
            messages.error(request, f"The preview needs a protocol that can be carried out. {error}")
            return redirect("admin:labelling_study_dashboard", study.pk)

    return admin.site.admin_view(page)


def _show(request: HttpRequest, shown: Study, template: str, **context: Any) -> HttpResponse:
    stops = list(_way(request, shown))
    return render(request, f"annotator/{template}.html", {**context, "study": shown, "preview": stops})


def _way(request: HttpRequest, study: Study) -> Iterator[Stop]:
    """Yield the pages that this protocol has, in the order in which annotators meet them."""
    here = request.get_full_path()

    def stop(name: str, page: str, *places: int, query: str = "") -> Stop:
        address = _address(study, page, *places) + query
        return Stop(name, address, address == here)

    yield stop("Welcome", "welcome")
    for number in range(1, len(study.screening) + 1):
        yield stop(f"Question {number}", "screening", number)
    if study.screening:
        yield stop("Not admitted", "turned_away", query="?reason=screening")
    yield stop("Guide", "guide")
    if study.practice_items:
        yield stop("Practice", "practice", 1, 1)
        if study.practice_pass:
            yield stop("First try failed", "practice_result", 1)
        yield stop("Passed", "practice_result", 2)
        if study.practice_pass:
            yield stop("Second try failed", "turned_away", query="?reason=practice")
    yield stop("Labelling", "label")
    yield stop("Pause", "pause")
    yield stop("Thanks", "thanks")
    yield stop("Withdrawal", "withdraw")


def _address(study: Study, page: str, *places: int) -> str:
    return reverse(f"{NAMESPACE}:{page}", args=[study.join_code, *places])


def _to(study: Study, page: str, *places: int) -> HttpResponse:
    """Go to the page that follows a form, of which nothing was kept."""
    return HttpResponseRedirect(_address(study, page, *places), status=303)


def _nobody(study: Study) -> Annotator:
    """Return an annotator who is stored nowhere."""
    return Annotator(study=study, pseudonym="preview", completion_code=_EXAMPLE_CODE)


def _standing(study: Study, labelled: int) -> Standing:
    quota = study.labels_per_annotator
    left = min(quota or study.sample_size, study.sample_size) - labelled
    return Standing(labelled, quota, leased=1, left=left, finished=left == 0, study_state=study.state)


def _pictures(study: Study) -> PreviewPictures:
    if study.state != Study.State.DRAFT:
        return drawn_pictures(study=study)
    draw = plan_draw(study=study)
    return planned_pictures(study=study, examples=draw.keys_of("guide"), practice=draw.keys_of("practice"))


@_page
def welcome(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the consent."""
    if request.method == "POST":
        return _to(study, "screening", 1) if study.screening else _to(study, "guide")
    return _show(request, study, "welcome", asked=asked_of_one(study=study))


@_page
def question(request: HttpRequest, study: Study, number: int) -> HttpResponse:
    """Preview a screening question."""
    if not 1 <= number <= len(study.screening):
        return _to(study, "welcome")
    if request.method == "POST":
        return _to(study, "screening", number + 1) if number < len(study.screening) else _to(study, "guide")
    return _show(request, study, "screening", **question_page(study, number, []))


@_page
def turned_away(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview what they read who are not admitted."""
    return _show(request, study, "turned_away", reason=request.GET.get("reason", ""))


@_page
def guide(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the guide."""
    contents = guide_contents(study, _pictures(study).guide, _nobody(study))
    return _show(request, study, "guide", **contents)


@_page
def start(request: HttpRequest, study: Study) -> HttpResponse:
    """Go on from the guide to the practice, from anywhere else to the pictures."""
    if study.practice_items and request.POST.get("from") == "guide":
        return _to(study, "practice", 1, 1)
    return _to(study, "label")


@_page
def practice(request: HttpRequest, study: Study, attempt: int, place: int) -> HttpResponse:
    """Preview a practice picture and, after an answer, what is said of it. The address holds the answer."""
    round_ = _practice(study)
    if not round_.has(attempt, place):
        return _to(study, "guide")
    chosen = category_in(request.POST if request.method == "POST" else request.GET)
    if chosen is not None and chosen not in range(study.dataset.categories.count()):
        chosen = None
    if request.method == "POST":
        query = "" if chosen is None else f"?category={chosen}"
        return HttpResponseRedirect(_address(study, "practice", attempt, place) + query, status=303)
    if chosen is None:
        return _show(request, study, "practice", **picture_page(_nobody(study), round_, attempt, place))
    return _show(request, study, "practice_feedback", **feedback_page(study, round_, attempt, place, chosen))


@_page
def practice_result(request: HttpRequest, study: Study, attempt: int) -> HttpResponse:
    """Preview how the practice went: failed at the first try where there is a pass mark, else passed."""
    passed = attempt > 1 or not study.practice_pass
    said = {"passed": passed, "right": study.practice_items if passed else study.practice_pass - 1}
    return _show(request, study, "practice_result", **result_page(study, _practice(study), attempt) | said)


def _practice(study: Study) -> PracticeRound:
    """Return a practice of nobody; here both tries have their pictures in the same order."""
    members = _pictures(study).practice
    return PracticeRound(images={1: members, 2: members}, answers={}, wanted=study.practice_pass)


@_page
def label(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the labelling page with a picture of the guide; take answers and forget them."""
    if request.method != "POST":
        items = _to_try(study)
        if not items:
            messages.error(request, "The dataset has no images outside the sample to show.")
            return redirect("admin:labelling_study_dashboard", study.pk)
        page = image_page(_nobody(study), items[0], token=items[0].token, where=_standing(study, 0))
        return _show(request, study, "label", **page)
    if not errors.from_script(request):
        return _to(study, "thanks")
    sent = json_object(request.body) or {}
    answers = sent.get("answers")
    if isinstance(answers, list):
        return JsonResponse({"answers": [{"saved": True} for _ in answers]})
    return JsonResponse({"saved": True})


@_page
def lease(request: HttpRequest, study: Study) -> HttpResponse:  # noqa: ARG001 - every page takes it
    """Give the script pictures of the guide and the practice to try the page with."""
    items = _to_try(study)
    return JsonResponse(
        {"assignments": [{"assignment": item.token, "image": image_source(item)} for item in items]}
    )


def _to_try(study: Study) -> list[Item]:
    """Return a few pictures from outside the sample, the categories taking turns."""
    pictures = _pictures(study)
    turns = zip_longest(*(entry.examples for entry in pictures.guide))
    items = [item for turn in turns for item in turn if item is not None]
    return [*(member.item for member in pictures.practice), *items][:_TO_TRY]


@_page
def pause(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the pause."""
    link = request.build_absolute_uri(reverse("annotator:back", args=[study.join_code, _EXAMPLE_CODE]))
    standing = _standing(study, 1)
    return _show(request, study, "pause", standing=standing, personal_link=link, store=NAMESPACE)


@_page
def thanks(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the thank-you; a form that finishes leads here too."""
    if request.method == "POST":
        return _to(study, "thanks")
    standing = _standing(study, min(study.labels_per_annotator or study.sample_size, study.sample_size))
    way_out = way_out_of(annotator=_nobody(study), ending=Ending.COMPLETED)
    return _show(request, study, "thanks", way_out=way_out, standing=standing, store=NAMESPACE)


@_page
def withdraw(request: HttpRequest, study: Study) -> HttpResponse:
    """Preview the withdrawal and, after the form, its receipt."""
    if request.method != "POST":
        return _show(request, study, "withdraw", standing=_standing(study, 1), store=NAMESPACE)
    annotator = _nobody(study)
    annotator.withdrawn_at = steady_now()
    return _show(request, study, "withdrawn", annotator=annotator)


@_page
def nowhere(request: HttpRequest, study: Study, **more: str) -> HttpResponse:  # noqa: ARG001
    """Stand in for an address that has nothing to show here: a personal link, another language."""
    return _to(study, "welcome")


pages: list[URLPattern] = [
    path("", welcome, name="welcome"),
    path("screening/<int:number>/", question, name="screening"),
    path("turned-away/", turned_away, name="turned_away"),
    path("guide/", guide, name="guide"),
    path("practice/<int:attempt>/<int:place>/", practice, name="practice"),
    path("practice/<int:attempt>/", practice_result, name="practice_result"),
    path("start/", start, name="start"),
    path("label/", label, name="label"),
    path("lease/", lease, name="lease"),
    path("pause/", pause, name="pause"),
    path("back/<str:secret>/", nowhere, name="back"),
    path("leave/", nowhere, name="leave"),
    path("finish/", thanks, name="finish"),
    path("thanks/", thanks, name="thanks"),
    path("withdraw/", withdraw, name="withdraw"),
    path("from/<slug:panel>/", nowhere, name="arrive"),
    path("from/<slug:panel>/tab/", nowhere, name="own_tab"),
    path("language/", nowhere, name="language"),
]
