"""The admin site itself: its name, and its first page.

It stands outside the package `labelling.admin`, which registers its models on it while it is being imported.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from labelling.models import Dataset, Study
from labelling.views.researcher import live_studies, signing_in, signing_in_typed


class ResearcherSite(AdminSite):
    """Django's admin site, opening on the studies and where they stand."""

    site_header = "Human Baseline"
    site_title = "Human Baseline"
    index_title = "Studies"
    index_template = "researcher/index.html"
    site_url = None
    login_form = signing_in.SignInForm
    # The first page leads everywhere; the study's page needs the width.
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Let nothing that was typed be lost where a form comes after its sender's sign-in expired."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request):
                signing_in_typed.forget_typed(request)
            elif request.method == "POST" and not request.user.is_authenticated and not _leaves(request):
                return signing_in.keep_typed(request)
            return inner(request, *args, **kwargs)

        return keeping

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in, and go back to what was typed before."""
        typed = signing_in_typed.typed_context(request.POST.get(signing_in_typed.TYPED, ""))
        response = super().login(request, {"title": "Sign in", **typed, **(extra_context or {})})
        return signing_in_typed.put_back(request, response)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Sign out, and say so in the desk's words."""
        return super().logout(request, {"title": "You are signed out", **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Call the people of the desk by that name, and not as Django does."""
        apps = super().get_app_list(request, app_label)
        for model in (model for app in apps for model in app["models"] if model["object_name"] == "User"):
            model["name"] = "People of the desk"
        return apps

    def get_urls(self) -> list[Any]:
        """Put the desk's pages that belong to no one model before Django's."""
        # Imported here: the site is made before any of its pages can be.
        from labelling.admin.desk_pages import PAGES

        own = [
            path(address, self.admin_view(view), name=f"labelling_{name}") for address, view, name in PAGES
        ]
        return own + super().get_urls()

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the newest studies with their state and progress, or what to do first."""
        context: dict[str, Any] = {
            "may_view": request.user.has_perm("labelling.view_study"),
            "may_plan": request.user.has_perm("labelling.add_study"),
        }
        if context["may_view"]:
            context |= live_studies.studies_context()
            shown = len(context["overview"])
            context |= {
                "more": Study.objects.count() - shown,
                "any_dataset": shown > 0 or Dataset.objects.exists(),
            }
        return super().index(request, context | (extra_context or {}))


def _leaves(request: HttpRequest) -> bool:
    """Tell whether somebody signs out, who has typed nothing."""
    return request.path == reverse("admin:logout")
