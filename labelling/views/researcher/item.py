"""One image's page: what the votes on it say, all its labels with annotators and times, and its places."""

from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from labelling.models import Study
from labelling.selectors.item_record import ItemVote, labels_of, places_at, sample_item_at, vote_on
from labelling.selectors.sealing import accuracy_visible
from labelling.services.steady_clock import steady_now
from labelling.views.researcher.item_pictures import LARGE_SIDE, desk_picture
from labelling.views.researcher.items import majority_name


@dataclass(frozen=True)
class Bar:
    """The votes for one category; `width` is their share in units of a drawing that is 100 wide."""

    category: str
    votes: int
    width: int


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
    vote = vote_on(labels=labels, categories=categories)
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
        "vote": vote,
        "bars": _bars(vote),
        "majority": majority_name(vote.winner, [category.name for category in categories]),
        "labels": labels,
        "places": places_at(sample_item=sample_item, now=steady_now()),
        "previous": position - 1 if position else None,
        "next": position + 1 if position + 1 < study.sample_size else None,
    }
    return render(request, "researcher/item.html", context)


def _bars(vote: ItemVote) -> list[Bar]:
    """Return a bar for each category with votes, the longest first, and one for "can't tell"."""
    most = max([*vote.votes.values(), vote.cant_tell, 1])
    bars = [Bar(name, votes, round(100 * votes / most)) for name, votes in vote.votes.items()]
    if vote.cant_tell:
        bars.append(Bar("can't tell", vote.cant_tell, round(100 * vote.cant_tell / most)))
    return sorted(bars, key=lambda bar: -bar.votes)
