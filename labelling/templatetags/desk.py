"""What every page of the desk has."""

from typing import Any

from django import template

from labelling.models import Study
from labelling.selectors.jobs import recent_jobs
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.signing_in_typed import typed_for
from labelling.views.researcher.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("researcher/tabs.html")
def study_tabs(study: Study, here: str) -> dict[str, Any]:
    """Show the tabs of the study's pages, that of `here` marked."""
    return {"tabs": tabs_of(study, here)}


@register.inclusion_tag("researcher/typed_again.html", takes_context=True)
def typed_again(context: dict[str, Any]) -> dict[str, Any]:
    """Put what was typed before a sign-in expired into the page's form again; on other pages, nothing."""
    request = context.get("request")
    typed = typed_for(request) if request else None
    return {"typed": typed, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("researcher/jobs_recent.html")
def recent_work(study: Study) -> dict[str, Any]:
    """Show the long work that was started for the study of late. One query."""
    return {"jobs": recent_jobs(study=study, now=steady_now())}
