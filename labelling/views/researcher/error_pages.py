"""Where there is no page, or a role may not open it: at the desk with a way back, elsewhere plainly.

Only those who are signed in at the desk see its header. Everybody else gets the same few words as on any
other address of the site.
"""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    if not _at_the_desk(request):
        return defaults.page_not_found(request, exception)
    return _desk_page(request, "researcher/not_found.html", "There is no page here", 404)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is not open to this person."""
    if not _at_the_desk(request):
        return defaults.permission_denied(request, exception)
    return _desk_page(request, "researcher/not_allowed.html", "Your role may not do this", 403)


def _at_the_desk(request: HttpRequest) -> bool:
    at_the_desk = request.path.startswith(reverse("admin:index"))
    # A request that ended before the sign-in was looked at has nobody.
    return at_the_desk and hasattr(request, "user") and admin.site.has_permission(request)


def _desk_page(request: HttpRequest, template: str, title: str, status: int) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title}
    return render(request, template, context, status=status)
