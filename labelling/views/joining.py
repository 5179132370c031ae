"""The way in: the study's link, the consent, the guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from labelling.errors import NotRunning
from labelling.models import Annotator, Study
from labelling.selectors.annotator_pages import annotator_at, guide, study_at
from labelling.services.annotators import join_study, record_consent
from labelling.services.steady_clock import steady_now
from labelling.views import errors
from labelling.views.access import for_annotator, for_anyone, keep_secret, secret_of
from labelling.views.images import EXAMPLE_SIDE, image_source, shown_size


@for_anyone("GET", "HEAD", "POST")
def welcome(request: HttpRequest, join_code: str) -> HttpResponse:
    """Show what the study asks of people; on POST, let one who agrees join it.

    A browser that has joined goes straight to where it was, so a second click makes no second annotator.
    """
    if annotator_at(join_code=join_code, secret=secret_of(request)) is not None:
        return redirect("annotator:label", join_code)
    study = study_at(join_code=join_code)
    if study.state != Study.State.RUNNING:
        return errors.study_not_running(request, study)
    if request.method != "POST":
        return render(request, "annotator/welcome.html", {"study": study})
    if request.POST.get("agree") != "yes":
        return render(request, "annotator/welcome.html", {"study": study, "not_agreed": True}, status=400)
    return _join(request, study)


def _join(request: HttpRequest, study: Study) -> HttpResponse:
    now = steady_now()
    try:
        annotator, secret = join_study(study=study, now=now)
    except NotRunning:
        return errors.study_not_running(request, study)
    record_consent(annotator=annotator, now=now)
    response = redirect("annotator:guide", study.join_code)
    response.status_code = 303
    keep_secret(response=response, request=request, study=study, secret=secret)
    return response


@for_annotator("GET", "HEAD")
def guide_page(request: HttpRequest, annotator: Annotator) -> HttpResponse:
    """Show every category with examples, before the first image and whenever it is wanted again."""
    study = annotator.study
    entries = [
        {"category": entry.category, "examples": [image_source(item) for item in entry.examples]}
        for entry in guide(study=study)
    ]
    context = {"study": study, "annotator": annotator, "entries": entries}
    return render(request, "annotator/guide.html", context | shown_size(study=study, side=EXAMPLE_SIDE))
