"""What every page of the desk has."""

from typing import Any

from django import template

from labelling.models import Study
from labelling.selectors.jobs import recent_jobs
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("researcher/tabs.html")
def study_tabs(study: Study, here: str) -> dict[str, Any]:
    """Show the tabs of the study's pages, that of `here` marked."""
    return {"tabs": tabs_of(study, here)}


@register.inclusion_tag("researcher/jobs_recent.html")
def recent_work(study: Study) -> dict[str, Any]:
    """Show the long work that was started for the study of late. One query."""
    return {"jobs": recent_jobs(study=study, now=steady_now())}
