"""What somebody typed while their sign-in ran out: carried through signing in, and put into the form again.

The page on which people sign in carries it, signed, and the sign-in keeps it until the form is sent. Nothing
is sent by itself. Passwords are never carried, and files cannot be: the browser gives them to no page.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

# The name of the hidden field, of the entry in the session, and of the mark in the page's address.
TYPED = "typed"
_SALT = "labelling.typed"
# As long as somebody may take to sign in, a lock of the name included.
_MAX_AGE = 12 * 3600
# A plan with long texts has some ten thousand characters.
LARGEST = 1_000_000


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """Return what a form sent: the page that it is on, its address, its fields, and which had files."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", TYPED) and "password" not in name.lower()
    }
    return {
        "page": _page_of(request),
        "action": request.path,
        "fields": fields,
        "files": sorted(request.FILES),
    }


def sign(typed: dict[str, Any]) -> str:
    """Return it as text for a hidden field, which nobody can change; empty when it is too long to carry."""
    text = signing.dumps(typed, salt=_SALT, compress=True)
    return text if len(text) <= LARGEST else ""


def typed_context(text: str) -> dict[str, Any]:
    """Return what the page needs to carry a hidden field on and to say so."""
    typed = _read(text)
    if typed is None:
        return {}
    return {TYPED: text, "typed_files": bool(typed["files"]), "next": typed["page"]}


def put_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lead whoever has signed in to the form that they had typed in; others where they wanted to go."""
    typed = _read(request.POST.get(TYPED, ""))
    if typed is None or not isinstance(response, HttpResponseRedirect) or not request.user.is_authenticated:
        return response
    return to_form(request, typed)


def to_form(request: HttpRequest, typed: dict[str, Any]) -> HttpResponse:
    """Keep what was typed with the sign-in, and lead to its form, marked so that the page fills it in."""
    request.session[TYPED] = typed
    page = urlsplit(typed["page"])
    query = [(name, value) for name, value in parse_qsl(page.query) if name != TYPED]
    return HttpResponseRedirect(f"{page.path}?{urlencode([*query, (TYPED, '1')])}")


def typed_for(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is to be put into a form of this page; None for nearly every page."""
    if TYPED not in request.GET or not hasattr(request, "session"):
        return None
    typed: dict[str, Any] | None = request.session.get(TYPED)
    return typed if typed and urlsplit(typed["page"]).path == request.path else None


def forget_typed(request: HttpRequest) -> None:
    """Forget what was typed, once its form was sent by somebody who is signed in."""
    if request.method == "POST" and settings.SESSION_COOKIE_NAME in request.COOKIES:
        typed = request.session.get(TYPED)
        if typed and typed["action"] == request.path:
            del request.session[TYPED]


def came_from_here(request: HttpRequest) -> bool:
    """Tell whether the browser says that a form of our own pages sent this."""
    return bool(_own_referer(request))


def _page_of(request: HttpRequest) -> str:
    """Return the page that the form stands on: some addresses take forms and show nothing."""
    return _own_referer(request) or request.get_full_path()


def _own_referer(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    desk = parts.path.startswith(reverse("admin:index")) and parts.path != reverse("admin:login")
    return f"{parts.path}?{parts.query}" if desk and parts.query else parts.path if desk else ""


def _read(text: str) -> dict[str, Any] | None:
    if not text or len(text) > LARGEST:
        return None
    try:
        typed: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature:
        return None
    return typed
