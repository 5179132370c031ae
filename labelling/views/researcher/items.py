"""The gallery of a study's sample, and the confusion matrix whose cells lead into it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.voting import NO_LABEL
from labelling.models import Study
from labelling.selectors.item_gallery import (
    NO_MAJORITY,
    GalleryItem,
    confusion_counts,
    gallery_items,
    item_order,
)
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.tally import StudyTally
from labelling.services.steady_clock import steady_now
from labelling.services.tallies import tally_now
from labelling.views.researcher.heat_map import HeatMap, heat_map
from labelling.views.researcher.item_filter import ItemFilter, cell_address
from labelling.views.researcher.item_pictures import DeskPicture, desk_picture

ON_A_PAGE = 60
#: A larger matrix would be a page that nobody can read: of more categories, the commonest cells are listed.
MOST_CATEGORIES = 40
MOST_PAIRS = 100


@dataclass(frozen=True)
class Shot:
    """An item of the gallery with its picture. `truth` is empty while it may not be told."""

    item: GalleryItem
    picture: DeskPicture | None
    majority: str
    truth: str
    alt: str


@dataclass(frozen=True)
class Pair:
    """A ground truth that the majority takes for another category, how often, and where its images are."""

    truth: str
    majority: str
    count: int
    address: str


@permission_required("labelling.view_study", raise_exception=True)
def items_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show a page of the images that are asked for, at first all of them in the order of the draw."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    visible = accuracy_visible(study=study)
    found = tally_now(study=study, now=steady_now())
    categories = list(study.dataset.categories.order_by("position").values_list("name", flat=True))
    form = ItemFilter(study, categories, request.GET, visible=visible)
    form.is_valid()
    context = {
        **admin.site.each_context(request),
        "title": "Items",
        "study": study,
        "here": "items",
        "found": found,
        "form": form,
        "visible": visible,
    }
    if found.tally is not None:
        order = item_order(tally=found.tally, query=form.query())
        page = Paginator(order, ON_A_PAGE).get_page(request.GET.get("page"))
        items = gallery_items(tally=found.tally, positions=[int(place) for place in page.object_list])
        context |= {
            "page": page,
            "size": len(found.tally.items.keys),
            "shots": [_shot(study, item, categories, visible=visible) for item in items],
        }
    return render(request, "researcher/items.html", context)


@permission_required("labelling.view_study", raise_exception=True)
def confusion_page(request: HttpRequest, study_id: int) -> HttpResponse:
    """Show the confusion matrix of the majority votes, unless sealed. Each cell leads to its images."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    visible = accuracy_visible(study=study)
    found = tally_now(study=study, now=steady_now()) if visible else None
    context = {
        **admin.site.each_context(request),
        "title": "Confusion matrix",
        "study": study,
        "here": "items",
        "found": found,
        "visible": visible,
        "interim": study.state in (Study.State.RUNNING, Study.State.PAUSED),
        **(_matrix(study, found.tally) if found and found.tally else {}),
    }
    return render(request, "researcher/item_confusion.html", context)


def _shot(study: Study, item: GalleryItem, categories: list[str], *, visible: bool) -> Shot:
    majority = majority_name(item.majority, categories)
    truth = categories[item.truth] if visible else ""
    told = f", ground truth {truth}" if truth else ""
    picture = None
    if item.item is not None:
        picture = desk_picture(study=study, sample_item=item.sample_item, item=item.item)
    return Shot(item, picture, majority, truth, f"Image {item.position + 1}: {majority}{told}")


def majority_name(majority: int, categories: list[str]) -> str:
    """Return a majority in words."""
    if majority == NO_LABEL:
        return "no vote yet"
    return "tie" if majority == NO_MAJORITY else categories[majority]


def _matrix(study: Study, tally: StudyTally) -> dict[str, Any]:
    """Return the matrix as a heat map, or of many categories the commonest confusions."""
    categories = list(study.dataset.categories.order_by("position").values_list("name", flat=True))
    columns = (*categories, "no majority")
    counts = confusion_counts(tally=tally)
    k = len(categories)
    told = {"voted": int(counts.sum()), "categories": k, "right": int(np.trace(counts[:, :k]))}
    if k <= MOST_CATEGORIES:
        table: HeatMap = heat_map(
            rows=categories,
            columns=columns,
            counts=counts.tolist(),
            address=lambda truth, majority: cell_address(study, truth, majority, k),
        )
        return {**told, "map": table}
    counts[np.arange(k), np.arange(k)] = 0
    commonest = np.argsort(-counts, axis=None, kind="stable")[:MOST_PAIRS]
    rows, places = np.unravel_index(commonest, counts.shape)
    pairs = [
        Pair(categories[row], columns[place], int(counts[row, place]), cell_address(study, row, place, k))
        for row, place in zip(rows.tolist(), places.tolist(), strict=True)
        if counts[row, place]
    ]
    return {**told, "pairs": pairs}
