"""Signing in to the desk: the page, its lock after many failures, and how long a sign-in lasts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from labelling.selectors.sign_in import cool_off, locked_until
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.signing_in_throttle import RENEWED
from labelling.views.researcher.signing_in_typed import (
    TYPED,
    came_from_here,
    sign,
    to_form,
    typed_context,
    typed_in,
)

GetResponse = Callable[[HttpRequest], HttpResponse]

# A sign-in is renewed no more often than this: a row is not written at every page.
_RENEW_EVERY = timedelta(minutes=5)


class SignInForm(AdminAuthenticationForm):
    """Name and password, and in the desk's words why they do not open it."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "This name and this password do not open the desk. Capital letters matter in both.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Name"


def stay_signed_in(get_response: GetResponse) -> GetResponse:
    """Middleware that counts a sign-in's time from the last page that the person opened.

    What a page asks for by itself, such as how far a job is, does not count: a screen that nobody sits at
    signs itself out.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if _opens_a_page(request) and request.user.is_authenticated:
            now = steady_now()
            renewed = request.session.get(RENEWED)
            if not renewed or abs(now - datetime.fromisoformat(renewed)) >= _RENEW_EVERY:
                request.session[RENEWED] = now.isoformat()
        return get_response(request)

    return answer


def _opens_a_page(request: HttpRequest) -> bool:
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    by_itself = request.headers.get("Sec-Fetch-Dest", "document") == "empty"
    return signed_in and not by_itself and request.path.startswith(reverse("admin:index"))


def login_page(request: HttpRequest, *, status: int, **context: Any) -> HttpResponse:
    """Show the page on which people sign in, with what they had typed elsewhere."""
    context = {
        **admin.site.each_context(request),
        "title": "Sign in",
        "form": SignInForm(request, initial={"username": request.POST.get("username", "")}),
        "app_path": reverse("admin:login"),
        "next": request.POST.get("next") or reverse("admin:index"),
        **typed_context(request.POST.get(TYPED, "")),
        **context,
    }
    return render(request, "admin/login.html", context, status=status)


def keep_typed(request: HttpRequest) -> HttpResponse:
    """Answer a form that comes when its sender's sign-in has expired: ask to sign in, and lose nothing."""
    typed = typed_in(request)
    text = sign(typed)
    if not text:
        return login_page(request, status=403, typed_too_long=True, next=typed["page"])
    return login_page(request, status=403, **typed_context(text))


def form_of_an_earlier_sign_in(request: HttpRequest) -> HttpResponse | None:
    """Answer a desk's form that a page from before this sign-in sent; None for any other form.

    Signing in gives every form a new mark, so that a page in another tab has an old one.
    """
    if not request.path.startswith(reverse("admin:index")) or request.path == reverse("admin:login"):
        return None
    if not came_from_here(request):
        return None
    return to_form(request, typed_in(request)) if request.user.is_authenticated else keep_typed(request)


def locked_out(
    request: HttpRequest, _response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Say that a name has to wait, and how long. Nothing typed before is lost meanwhile."""
    now = steady_now()
    until = locked_until(name=str((credentials or {}).get("username") or ""), now=now)
    wait = max(until - now, timedelta(0)) if until else cool_off()
    page = login_page(request, status=429, locked_minutes=max(1, ceil(wait / timedelta(minutes=1))))
    page["Retry-After"] = str(ceil(wait.total_seconds()))
    return page
