"""What the preview of a study shows: its guide and its practice, drawn already or about to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelling.models import Item, SampleItem, Study
from labelling.selectors.annotator_pages import GuideEntry, categories_of, guide


@dataclass(frozen=True)
class PreviewPictures:
    """The guide's entries and the practice items. Items of the sample are nobody's to see beforehand."""

    guide: list[GuideEntry]
    practice: list[SampleItem]


def drawn_pictures(*, study: Study) -> PreviewPictures:
    """Return the pictures of a launched study, as they were drawn."""
    members = SampleItem.objects.filter(study=study, role=SampleItem.Role.PRACTICE).order_by("position")
    return PreviewPictures(guide(study=study), list(members.select_related("item__ground_truth")))


def planned_pictures(*, study: Study, examples: Sequence[int], practice: Sequence[int]) -> PreviewPictures:
    """Return the pictures of a draft, by the keys of the items that its launch would draw; none is stored."""
    items = Item.objects.select_related("ground_truth").in_bulk([*examples, *practice])
    entries = [
        GuideEntry(category, [items[key] for key in examples if items[key].ground_truth_id == category.pk])
        for category in categories_of(study=study)
    ]
    members = [
        # A key of its own, as a stored one has, by which answers find it.
        SampleItem(pk=-1 - place, study=study, item=items[key], role=SampleItem.Role.PRACTICE, position=place)
        for place, key in enumerate(practice)
    ]
    return PreviewPictures(entries, members)
