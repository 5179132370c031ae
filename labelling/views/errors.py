"""Pages for what went wrong, in plain words."""

import logging
from typing import Any

from csp.decorators import csp_update
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from labelling.errors import ImagesUnavailable
from labelling.models import Annotator, Study
from labelling.panels import WayOut
from labelling.selectors.annotators import standing
from labelling.selectors.recruitment import participant_of
from labelling.views.researcher.signing_in import form_of_an_earlier_sign_in

logger = logging.getLogger(__name__)

# Seconds after which it is worth sending the same thing again.
_TRY_AGAIN_AFTER = 5


def from_script(request: HttpRequest) -> bool:
    """Tell whether our script asks, which wants JSON, or a person, who wants a page."""
    return request.content_type == "application/json"


def reason(word: str, *, status: int) -> JsonResponse:
    """Return a reply to the script: nothing was saved, and why, in one word."""
    return JsonResponse({"saved": False, "reason": word}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - for developers
    """Tell that the form came back without its mark, and what to do."""
    if from_script(request):
        return JsonResponse({"saved": False, "reason": "csrf"}, status=403)
    if request.resolver_match and request.resolver_match.namespace == "annotator":
        # Refused before the page's own view could choose the language.
        with translation.override(translation.get_language_from_request(request)):
            return render(request, "403_csrf.html", status=403)
    return form_of_an_earlier_sign_in(request) or render(request, "403_csrf.html", status=403)


def storage_unavailable(
    request: HttpRequest, error: DatabaseError | InterfaceError | ImagesUnavailable
) -> HttpResponse:
    """Tell that nothing could be stored just now, and that sending it again is safe and enough.

    A full disk, a locked database, a lost connection and an image storage that is away pass; what was sent is
    sent again, by our script on its own, by a person with the page's button. The reply asks the database
    nothing.
    """
    _log(error)
    if from_script(request):
        response: HttpResponse = reason("unavailable", status=503)
    else:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        response = render(request, "annotator/unavailable.html", {"sent": sent}, status=503)
    response["Retry-After"] = str(_TRY_AGAIN_AFTER)
    return response


def image_unavailable(error: ImagesUnavailable) -> HttpResponse:
    """Tell a browser that an image cannot be had just now."""
    _log(error)
    return HttpResponse(
        status=503, headers={"Retry-After": str(_TRY_AGAIN_AFTER), "Cache-Control": "no-store"}
    )


def _log(error: DatabaseError | InterfaceError | ImagesUnavailable) -> None:
    what = "image storage" if isinstance(error, ImagesUnavailable) else "database"
    logger.error("The %s does not answer as it should: %s", what, " ".join(str(error).split()))


def unknown_study(request: HttpRequest) -> HttpResponse:
    """Tell that a link leads to no study."""
    return render(request, "annotator/unknown_study.html", status=404)


def unknown_browser(request: HttpRequest, study: Study) -> HttpResponse:
    """Tell that this browser has not joined the study, and both ways on."""
    return render(request, "annotator/unknown_browser.html", {"study": study}, status=403)


def unknown_personal_link(request: HttpRequest, study: Study) -> HttpResponse:
    """Tell that nobody has this personal link."""
    return render(request, "annotator/unknown_personal_link.html", {"study": study}, status=404)


def withdrawn(request: HttpRequest, annotator: Annotator, way_out: WayOut | None = None) -> HttpResponse:
    """Show who has withdrawn their receipt; tell a script that its answers are not wanted any more.

    `way_out` is where a panel waits for them, known at the withdrawal itself and never again.
    """
    if from_script(request):
        return reason("withdrawn", status=410)
    context = {"study": annotator.study, "annotator": annotator, "way_out": way_out}
    return page_with_way_out(request, "annotator/withdrawn.html", context)


def page_with_way_out(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page that may lead people back to a panel, where need be by a form that goes there."""
    way_out: WayOut | None = context.get("way_out")
    hosts = way_out.form_hosts if way_out else ()
    response = render(request, template, context, status=status)
    csp_update({"form-action": hosts})(lambda _request: response)(request)
    return response


def study_not_running(request: HttpRequest, study: Study, annotator: Annotator | None = None) -> HttpResponse:
    """Tell why a study gives out no images, and thank who took part: 403 for now, 410 for good."""
    context = {
        "study": study,
        "standing": standing(annotator=annotator) if annotator else None,
        "from_panel": annotator is not None and participant_of(annotator=annotator) is not None,
    }
    if study.state in (Study.State.COMPLETE, Study.State.CLOSED) and not study.rehearsal:
        return render(request, "annotator/over.html", context, status=410)
    return render(request, "annotator/not_now.html", context, status=403)
