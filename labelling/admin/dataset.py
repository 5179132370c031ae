"""Datasets in the admin site: a list, and each one's card with its images. Nothing can be changed here."""
# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from labelling.models import Dataset
from labelling.views.researcher import dataset_page


@admin.register(Dataset)
class DatasetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Look at datasets. Importing makes them, whole or not at all."""

    list_display = ("title", "name", "split", "size", "kind", "imported")
    search_fields = ("name", "title")
    actions = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Call the list by what it lists."""
        return super().changelist_view(request, self._context(request, extra_context))

    def _context(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> dict[str, Any]:
        may_import = request.user.has_perm("labelling.add_dataset")
        return {"title": "Datasets", "may_import": may_import, **(extra_context or {})}

    @admin.display(description="Kind", ordering="drawn")
    def kind(self, dataset: Dataset) -> str:
        """Tell drawn data from real data."""
        return "DRAWN DATA" if dataset.drawn else "Real data"

    @admin.display(description="Imported", ordering="imported_at")
    def imported(self, dataset: Dataset) -> str:
        """Show the moment, UTC."""
        return f"{dataset.imported_at:%Y-%m-%d %H:%M}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: datasets are imported."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        """Refuse: a dataset is what it was when it was imported."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        """Refuse: studies and their labels rest on it."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the dataset's own page in the place of a form."""
        return dataset_page.dataset_page(request, object_id)
