"""A dataset's page: its card and its images."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from labelling.models import Dataset
from labelling.selectors.datasets import dataset_card, image_grid

IMAGES_PER_CATEGORY = 10


@permission_required("labelling.view_dataset", raise_exception=True)
def dataset_page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Show name, split, categories, counts and checksum, and the first images of each category."""
    try:
        dataset = Dataset.objects.get(pk=dataset_id)
    except (Dataset.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(f"There is no dataset {dataset_id}.") from error
    card = dataset_card(dataset=dataset)
    grid = image_grid(dataset=dataset, per_category=IMAGES_PER_CATEGORY)
    counts = {category.position: category.items for category in card.categories}
    context = {
        **admin.site.each_context(request),
        "title": dataset.title,
        "dataset": dataset,
        "card": card,
        "grid": [(row, counts[row.category.position]) for row in grid],
        "may_plan": request.user.has_perm("labelling.add_study"),
    }
    return render(request, "researcher/dataset.html", context)
