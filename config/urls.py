"""Where each page lives. /healthz and /metrics come before it: see labelling/views/operations.py."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

handler403 = "labelling.views.researcher.error_pages.not_allowed"
handler404 = "labelling.views.researcher.error_pages.not_found"

urlpatterns = [
    # Annotators come by their study's link; whoever types the bare address is the researcher.
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    # Before the admin site, which answers for every other address below its own.
    path("", include("labelling.urls")),
    path("admin/", admin.site.urls),
]
