"""How django-axes counts failures here: by name alone, and knowing no address, no browser and no name."""
# ruff: noqa: ARG002 - the signatures are django-axes'

import logging
from typing import Any

from axes.handlers.base import AxesHandler
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from labelling.selectors.sign_in import cool_off, failures_of
from labelling.services.sign_in import forget_all_failures, forget_failures, record_failure
from labelling.services.steady_clock import steady_now

# When a sign-in was last renewed, in its session.
RENEWED = "renewed_at"

logger = logging.getLogger(__name__)


def nobody(*_anything: object) -> str:
    """Return what django-axes is told in the place of an address or a description of the browser."""
    return ""


class NameThrottle(AxesHandler):  # type: ignore[misc]  # the package has no types
    """Locks a name for a while after failures in a row; a success starts anew."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures in a row under the name that is tried."""
        name = _name(credentials) or request.POST.get("username", "")
        return failures_of(name=name, now=steady_now()) if name else 0

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **_more: object,
    ) -> None:
        """Count the failure. Trying while the name is locked does not prolong the lock."""
        name = _name(credentials)
        if request is None or not name:
            return
        if not request.axes_locked_out:  # type: ignore[attr-defined]  # django-axes' own
            failures = record_failure(name=name, now=steady_now())
            if failures < settings.AXES_FAILURE_LIMIT:
                return
            minutes = cool_off().seconds // 60
            logger.warning("Signing in under a name failed %d times; it waits %d min.", failures, minutes)
        request.axes_locked_out = True  # type: ignore[attr-defined]
        request.axes_credentials = credentials  # type: ignore[attr-defined]

    def user_logged_in(
        self,
        sender: object,
        request: HttpRequest,
        user: AbstractBaseUser,
        **_more: object,
    ) -> None:
        """Forget the failures of whoever signs in, and let the time of the sign-in begin."""
        forget_failures(name=user.get_username())
        request.session[RENEWED] = steady_now().isoformat()

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """Unlock a name, or all: `manage.py axes_reset_username NAME` and `manage.py axes_reset`."""
        return forget_all_failures() if username is None else forget_failures(name=username)


def _name(credentials: dict[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "")
