"""Who is asking: the study from the link, the annotator from the cookie.

The cookie holds the annotator's secret. It goes to the study's own pages only and no script can read it.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from labelling.errors import ImagesUnavailable, UnknownStudy
from labelling.models import Annotator, Study
from labelling.selectors.annotator_pages import annotator_at, study_at, who_labels
from labelling.selectors.next_step import next_step
from labelling.views import errors

COOKIE = "annotator"
COOKIE_AGE = 90 * 24 * 3600

View = Callable[..., HttpResponse]


def for_anyone(*methods: str) -> Callable[[View], View]:
    """Make a view of a study's link: never cached, these methods only, in the language that is asked for.

    An unknown study has its page; so has a database or an image storage that is out of order for a moment.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def page(request: HttpRequest, join_code: str, **more: Any) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if errors.from_script(request):
                return _shown(view, request, join_code, **more)
            with translation.override(translation.get_language_from_request(request)):
                return _shown(view, request, join_code, **more)

        return page

    return decorate


def _shown(view: View, request: HttpRequest, join_code: str, **more: Any) -> HttpResponse:
    try:
        return view(request, join_code, **more)
    except UnknownStudy:
        if errors.from_script(request):
            return errors.reason("unknown_study", status=404)
        return errors.unknown_study(request)
    except (OperationalError, InterfaceError, ImagesUnavailable) as error:
        return errors.storage_unavailable(request, error)


def for_annotator(*methods: str, withdrawn_too: bool = False) -> Callable[[View], View]:
    """Make a view for somebody who has joined: it gets the annotator; others read what to do.

    Who has withdrawn gets the receipt instead, unless the view is for them too.
    """

    def decorate(view: View) -> View:
        @for_anyone(*methods)
        @wraps(view)
        def page(request: HttpRequest, join_code: str, **more: Any) -> HttpResponse:
            whose = who_labels if errors.from_script(request) else annotator_at
            annotator = whose(join_code=join_code, secret=secret_of(request))
            if annotator is not None and (annotator.withdrawn_at is None or withdrawn_too):
                return view(request, annotator, **more)
            if annotator is not None:
                return errors.withdrawn(request, annotator)
            study = study_at(join_code=join_code)
            if errors.from_script(request):
                return errors.reason("unknown_annotator", status=403)
            return errors.unknown_browser(request, study)

        return page

    return decorate


def go_on(annotator: Annotator) -> HttpResponse:
    """Lead to the page where the annotator stands, from any other; by GET also after a POST."""
    return HttpResponseRedirect(next_step(annotator=annotator), status=303)


def secret_of(request: HttpRequest) -> str:
    """Return the secret that this browser holds for the study it asks about, or nothing."""
    return request.COOKIES.get(COOKIE, "")


def keep_secret(*, response: HttpResponse, request: HttpRequest, study: Study, secret: str) -> None:
    """Let the browser hold the annotator's secret for 90 days."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_AGE,
        path=reverse("annotator:welcome", args=[study.join_code]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget_secret(*, response: HttpResponse, study: Study) -> None:
    """Let the browser forget the annotator's secret."""
    response.delete_cookie(COOKIE, path=reverse("annotator:welcome", args=[study.join_code]), samesite="Lax")


def store_name(annotator: Annotator) -> str:
    """Return the name under which a browser keeps this annotator's unsent answers.

    Two people at one browser must not send each other's answers. The name is no way back to the pseudonym
    that exports print.
    """
    return hashlib.sha256(b"store" + annotator.secret_sha256.encode()).hexdigest()[:16]
