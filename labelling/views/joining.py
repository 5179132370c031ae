"""The way in: the study's link, the consent, the guide."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from labelling.errors import NotRunning
from labelling.models import Annotator, Study
from labelling.selectors.annotator_pages import GuideEntry, annotator_at, guide, study_at
from labelling.selectors.category_order import order_for
from labelling.selectors.next_step import next_step
from labelling.selectors.time_asked import asked_of_one
from labelling.services.annotators import Join, join_and_consent, join_study
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, for_anyone, go_on, keep_secret, secret_of
from labelling.views.images import EXAMPLE_SIDE, shown_size, sources_there


@for_anyone("GET", "HEAD", "POST")
def welcome(request: HttpRequest, join_code: str) -> HttpResponse:
    """Show what the study asks of people; on POST, let one who agrees join it.

    A browser that has joined goes straight to where it was, so a second click makes no second annotator.
    """
    annotator = annotator_at(join_code=join_code, secret=secret_of(request))
    if annotator is not None and annotator.consented_at is not None:
        return go_on(annotator)
    study = study_at(join_code=join_code)

    def join(*, now: datetime) -> tuple[Annotator, str]:
        """Return somebody who was known before consenting, else somebody new."""
        if annotator is not None:
            return annotator, secret_of(request)
        return join_study(study=study, now=now, panel="direct")

    return invite(request, study, join=join)


def invite(request: HttpRequest, study: Study, *, join: Join, minutes: int | None = None) -> HttpResponse:
    """Show what the study asks of people; on POST, let in one who agrees, by `join`.

    `minutes` is the time limit of those whom a panel sends.
    """
    if study.state != Study.State.RUNNING or study.rehearsal:
        return errors.study_not_running(request, study)
    context = {"study": study, "minutes": minutes, "asked": asked_of_one(study=study)}
    if request.method != "POST":
        return render(request, "annotator/welcome.html", context)
    missing = {
        "not_agreed": request.POST.get("agree") != "yes",
        "not_of_age": study.minimum_age is not None and request.POST.get("of_age") != "yes",
    }
    if any(missing.values()):
        return render(request, "annotator/welcome.html", context | missing, status=400)
    try:
        annotator, secret = join_and_consent(join=join, now=steady_now(), of_age=True)
    except NotRunning:
        return errors.study_not_running(request, study)
    response = go_on(annotator)
    keep_secret(response=response, request=request, study=study, secret=secret)
    return response


# So many small pictures travel in it. Its only secret, the form's mark, is masked anew each time, and the
# compressed page is padded at random. Pages with pictures of the sample are never compressed: their lengths
# would hint at what is on the pictures.
@gzip_page
@for_annotator("GET", "HEAD")
def guide_page(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Show every category with examples, before the first image and whenever it is wanted again."""
    study = annotator.study
    unread = annotator.guide_read_at is None
    if annotator.turned_away_at is not None or (unread and next_step(annotator=annotator) != request.path):
        return go_on(annotator)
    return render(request, "annotator/guide.html", guide_contents(study, guide(study=study), annotator))


def guide_contents(study: Study, entries: list[GuideEntry], annotator: Annotator) -> dict[str, object]:
    """Return what the guide's page shows, the categories in the order of the labelling page."""
    order = order_for(annotator=annotator)
    return {
        "study": study,
        "annotator": annotator,
        "practises": study.practice_items > 0 and annotator.practised_at is None,
        "entries": [
            {"category": entry.category, "examples": sources_there(entry.examples)}
            for entry in sorted(entries, key=lambda entry: order(entry.category))
        ],
        **shown_size(study=study, side=EXAMPLE_SIDE),
    }
