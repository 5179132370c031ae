"""What every page of the desk has."""

from typing import Any

from django import template

from labelling.models import Study
from labelling.views.researcher.tabs import tabs_of

register = template.Library()


@register.inclusion_tag("researcher/tabs.html")
def study_tabs(study: Study, here: str) -> dict[str, Any]:
    """Show the tabs of the study's pages, that of `here` marked."""
    return {"tabs": tabs_of(study, here)}
