"""The admin site itself: its name, and its first page.

It stands outside the package `labelling.admin`, which registers its models on it while it is being imported.
"""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path

from labelling.models import Dataset, Study
from labelling.selectors.progress import studies_overview
from labelling.services.steady_clock import steady_now

NEWEST = 20


class ResearcherSite(AdminSite):
    """Django's admin site, opening on the studies and where they stand."""

    site_header = "Human Baseline"
    site_title = "Human Baseline"
    index_title = "Studies"
    index_template = "researcher/index.html"
    site_url = None
    # The first page leads everywhere; the study's page needs the width.
    enable_nav_sidebar = False

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
            studies = list(Study.objects.select_related("dataset")[:NEWEST])
            context |= {
                "overview": studies_overview(studies=studies, now=steady_now()),
                "more": Study.objects.count() - len(studies),
                "any_dataset": bool(studies) or Dataset.objects.exists(),
            }
        return super().index(request, context | (extra_context or {}))
