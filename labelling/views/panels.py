"""People whom a panel sends: how they come in, and how they give their place back.

What a panel says of somebody stands in the address and is read from there at every request, also when the
form on the page is sent. It is in no cookie, and looking stores nothing.
"""

from collections.abc import Callable
from functools import partial, wraps

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt

from labelling.errors import ArrivalError, PlacesTaken, UnknownPanel
from labelling.models import Annotator, PanelParticipant, Recruitment, Study
from labelling.panels import Arrival, Ending, panel_named
from labelling.selectors.annotator_pages import annotator_at, study_at
from labelling.selectors.annotators import standing
from labelling.selectors.recruitment import (
    ending_of,
    no_place_left,
    participant_at,
    participant_of,
    recruitment_at,
    way_out,
)
from labelling.services.recruitment import give_place_back, join_from_panel
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, for_anyone, go_on, keep_secret, secret_of
from labelling.views.joining import invite

PanelView = Callable[[HttpRequest, Recruitment, Arrival], HttpResponse]


def _for_panel(*methods: str) -> Callable[[PanelView], Callable[..., HttpResponse]]:
    """Make a view of an address that a panel leads to: it gets how the panel recruits, and who comes.

    A panel that the study is not offered through, and parameters that cannot be read, have their pages.
    """

    def decorate(view: PanelView) -> Callable[..., HttpResponse]:
        @for_anyone(*methods)
        @wraps(view)
        def page(request: HttpRequest, join_code: str, panel: str) -> HttpResponse:
            study = study_at(join_code=join_code)
            try:
                known = panel_named(panel)
                if not known.identifies:
                    return redirect("annotator:welcome", join_code)
                recruitment = recruitment_at(study=study, panel=panel)
                arrival = known.arrival(sent=dict(request.GET.lists()), settings=recruitment.settings)
            except UnknownPanel:
                return render(request, "annotator/panel_unknown.html", {"study": study}, status=404)
            except ArrivalError as error:
                context = {"study": study, "panel": known, "error": error}
                return render(request, "annotator/panel_problem.html", context, status=400)
            return view(request, recruitment, arrival)

        return page

    return decorate


def _framable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the panel's own pages show the view in a frame, and nobody else's; most panels have none."""

    @wraps(view)
    def page(request: HttpRequest, join_code: str, panel: str) -> HttpResponse:
        try:
            origins = panel_named(panel).framed_by
        except UnknownPanel:
            origins = ()
        response = view(request, join_code, panel=panel)
        if origins:
            csp_replace({"frame-ancestors": origins})(lambda _request: response)(request)
            xframe_options_exempt(lambda _request: response)(request)
        return response

    return page


@_framable
@_for_panel("GET", "HEAD", "POST")
def arrive(request: HttpRequest, recruitment: Recruitment, arrival: Arrival) -> HttpResponse:
    """Meet somebody where the panel leads them: in the panel's own frame, or at the welcome page."""
    if panel_named(recruitment.panel).framed_by:
        return _in_frame(request, recruitment, arrival)
    return _let_in(request, recruitment, arrival)


@_for_panel("GET", "HEAD", "POST")
def own_tab(request: HttpRequest, recruitment: Recruitment, arrival: Arrival) -> HttpResponse:
    """Meet somebody who opened the study out of the panel's frame."""
    if arrival.preview:
        return redirect("annotator:welcome", recruitment.study.join_code)
    return _let_in(request, recruitment, arrival)


def _in_frame(request: HttpRequest, recruitment: Recruitment, arrival: Arrival) -> HttpResponse:
    """Show what a panel's frame holds: a look at the study, the link to it, or the form that hands it in.

    Browsers keep cookies from a frame of another site, so nothing else happens in it.
    """
    context = {"study": recruitment.study, "panel": panel_named(recruitment.panel)}
    if arrival.preview:
        return render(request, "annotator/panel_preview.html", context)
    known = participant_at(recruitment=recruitment, participant=arrival.participant)
    ending = ending_of(annotator=known.annotator) if known else None
    if known is not None and ending is not None:
        same = known.session == arrival.session
        context["way_out"] = way_out(
            recruitment=recruitment, arrival=arrival, ending=ending if same else Ending.RETURNED
        )
        context["took_part_before"] = not same
    context["query"] = request.GET.urlencode()
    return errors.page_with_way_out(request, "annotator/panel_frame.html", context)


def _let_in(request: HttpRequest, recruitment: Recruitment, arrival: Arrival) -> HttpResponse:
    """Bring back whom the panel sent before; else invite, where somebody new is wanted."""
    study = recruitment.study
    known = participant_at(recruitment=recruitment, participant=arrival.participant)
    if known is not None:
        return _welcome_back(request, recruitment, arrival, known)
    wanted = study.state == Study.State.RUNNING and not study.rehearsal
    if not wanted or no_place_left(recruitment=recruitment, now=steady_now()):
        return _not_wanted(request, recruitment, arrival)
    try:
        join = partial(join_from_panel, recruitment=recruitment, arrival=arrival)
        return invite(request, study, join=join, minutes=recruitment.time_limit_minutes)
    except PlacesTaken:
        return _not_wanted(request, recruitment, arrival)


def _welcome_back(
    request: HttpRequest, recruitment: Recruitment, arrival: Arrival, known: PanelParticipant
) -> HttpResponse:
    """Let somebody go on where they were: at once in the same browser, else after a press of a button."""
    study = recruitment.study
    here = annotator_at(join_code=study.join_code, secret=secret_of(request))
    nothing_new = known.session == arrival.session or ending_of(annotator=known.annotator) is not None
    if here == known.annotator and nothing_new:
        return go_on(here)
    if request.method != "POST":
        context = {"study": study, "standing": standing(annotator=known.annotator)}
        return render(request, "annotator/welcome_back.html", context)
    annotator, secret = join_from_panel(recruitment=recruitment, arrival=arrival, now=steady_now())
    response = go_on(annotator)
    keep_secret(response=response, request=request, study=study, secret=secret)
    return response


def _not_wanted(request: HttpRequest, recruitment: Recruitment, arrival: Arrival) -> HttpResponse:
    """Tell somebody new that nobody more is wanted, and how to give back what the panel holds for them."""
    study = recruitment.study
    over = study.state in (Study.State.COMPLETE, Study.State.CLOSED)
    context = {
        "study": study,
        "full": study.state == Study.State.RUNNING,
        "over": over,
        "way_out": way_out(recruitment=recruitment, arrival=arrival, ending=Ending.RETURNED),
    }
    page = "annotator/panel_not_wanted.html"
    return errors.page_with_way_out(request, page, context, status=410 if over else 403)


@for_annotator("GET", "HEAD", "POST")
def leave(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Ask whether somebody wants to leave for good; on POST, give their place back to the panel."""
    if participant_of(annotator=annotator) is None or ending_of(annotator=annotator) is not None:
        return go_on(annotator)
    if request.method != "POST":
        context = {"study": annotator.study, "standing": standing(annotator=annotator)}
        return render(request, "annotator/leave.html", context)
    give_place_back(annotator=annotator, now=steady_now())
    return go_on(annotator)
