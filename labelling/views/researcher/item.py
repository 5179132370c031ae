"""One image's page: what the votes on it say, all its labels with annotators and times, and its places."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.agreement import normalised_entropy
from evaluation.voting import majority_vote
from labelling.models import Category, Study
from labelling.selectors.item_record import ItemLabel, labels_of, places_at, sample_item_at
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.tally import disagreement
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.item_pictures import LARGE_SIDE, desk_picture
from labelling.views.researcher.items import majority_name


@dataclass(frozen=True)
class Bar:
    """The votes for one category; `width` is their share in units of a drawing that is 100 wide."""

    category: str
    votes: int
    width: int


@dataclass(frozen=True)
class Vote:
    """What the counted votes on an item say."""

    labels: int
    bars: list[Bar]
    majority: str
    disagreement: float | None
    entropy: float | None


@permission_required("labelling.view_study", raise_exception=True)
def item_page(request: HttpRequest, study_id: int, position: int) -> HttpResponse:
    """Show one image of the sample. What stands here is of this moment, whatever the size of the study."""
    study = get_object_or_404(Study.objects.select_related("dataset"), pk=study_id)
    sample_item = sample_item_at(study=study, position=position)
    if sample_item is None:
        raise Http404(f"The sample of {study.slug} has no image at position {position}.")
    visible = accuracy_visible(study=study)
    categories = list(study.dataset.categories.order_by("position"))
    labels = labels_of(sample_item=sample_item)
    context = {
        **admin.site.each_context(request),
        "title": f"Image {position + 1} of the sample",
        "study": study,
        "here": "items",
        "sample_item": sample_item,
        "number": position + 1,
        "picture": desk_picture(
            study=study, sample_item=sample_item.pk, item=sample_item.item, side=LARGE_SIDE
        ),
        "visible": visible,
        "vote": _vote(labels, categories),
        "labels": labels,
        "places": places_at(sample_item=sample_item, now=steady_now()),
        "previous": position - 1 if position else None,
        "next": position + 1 if position + 1 < study.sample_size else None,
    }
    return render(request, "researcher/item.html", context)


def _vote(labels: Sequence[ItemLabel], categories: Sequence[Category]) -> Vote:
    counted = [label for label in labels if label.counts]
    votes = Counter(label.category for label in counted)
    counts = np.array([[votes[category.pk] for category in categories]])
    most = max(int(counts.max(initial=0)), 1)
    names = [category.name for category in categories]
    entropy, differing = float(normalised_entropy(counts)[0]), float(disagreement(counts)[0])
    bars = [
        Bar(category.name, votes[category.pk], round(100 * votes[category.pk] / most))
        for category in categories
        if votes[category.pk]
    ]
    if votes[None]:
        bars.append(Bar("can't tell", votes[None], round(100 * votes[None] / max(most, votes[None]))))
    return Vote(
        labels=len(counted),
        bars=sorted(bars, key=lambda bar: -bar.votes),
        majority=majority_name(int(majority_vote(counts).winner[0]), names),
        disagreement=None if np.isnan(differing) else differing,
        entropy=None if np.isnan(entropy) else entropy,
    )
