"""The ways out and back: the pause, the personal link, the thank-you."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from labelling.errors import NotFinished
from labelling.models import Annotator
from labelling.selectors.annotator_pages import annotator_at, study_at
from labelling.selectors.annotators import standing
from labelling.selectors.recruitment import minutes_left, participant_of, way_out_of
from labelling.services.finishing import finish_annotator
from labelling.services.recruitment import end_if_time_is_over
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, for_anyone, go_on, keep_secret, secret_of, store_name


@for_annotator("GET", "HEAD")
def pause(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Show the personal link, with which the annotator comes back on any device."""
    on_the_way = annotator.guide_read_at is not None and annotator.finished_at is None
    if not on_the_way or annotator.turned_away_at is not None:
        return go_on(annotator)
    way_back = reverse("annotator:back", args=[annotator.study.join_code, secret_of(request)])
    context = {
        "study": annotator.study,
        "from_panel": participant_of(annotator=annotator) is not None,
        "minutes": minutes_left(annotator=annotator, now=steady_now()),
        "standing": standing(annotator=annotator),
        "personal_link": request.build_absolute_uri(way_back),
        "store": store_name(annotator),
    }
    return render(request, "annotator/pause.html", context)


@for_anyone("GET", "HEAD")
def back(request: HttpRequest, join_code: str, secret: str) -> HttpResponse:
    """Let this browser go on as the annotator whose personal link it opened. Stores nothing here.

    It redirects at once and sends no referrer, so that the link stays out of the address bar and of other
    pages' view.
    """
    annotator = annotator_at(join_code=join_code, secret=secret)
    if annotator is None:
        return errors.unknown_personal_link(request, study_at(join_code=join_code))
    response = redirect("annotator:label", join_code)
    response["Referrer-Policy"] = "no-referrer"
    keep_secret(response=response, request=request, study=annotator.study, secret=secret)
    return response


@for_annotator("GET", "HEAD", "POST")
def finish(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Give the annotator a completion code if one is due; else there is something left to do."""
    to = "annotator:label"
    if request.method == "POST":
        now = steady_now()
        end_if_time_is_over(annotator=annotator, now=now)
        try:
            finish_annotator(annotator=annotator, now=now)
            to = "annotator:thanks"
        except NotFinished:
            to = "annotator:label"
    response = redirect(to, annotator.study.join_code)
    response.status_code = 303
    return response


@for_annotator("GET", "HEAD")
def thanks(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Thank the annotator and show the completion code."""
    if annotator.finished_at is None:
        return redirect("annotator:label", annotator.study.join_code)
    context = {
        "study": annotator.study,
        "annotator": annotator,
        "standing": standing(annotator=annotator),
        "store": store_name(annotator),
        "way_out": way_out_of(annotator=annotator),
    }
    return errors.page_with_way_out(request, "annotator/thanks.html", context)
