"""Pages for what went wrong, in plain words."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(_request: HttpRequest, **_reason: str) -> HttpResponse:
    """Tell that the form could not be accepted, and what to do."""
    return HttpResponse("Please go back and reload.", status=403)
