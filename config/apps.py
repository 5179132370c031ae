"""Puts the researcher's pages in the place of Django's own admin site."""

from django.contrib.admin.apps import AdminConfig


class ResearcherAdminConfig(AdminConfig):
    """Django's admin, with our site as the one that every model is registered on."""

    default_site = "labelling.admin_site.ResearcherSite"
