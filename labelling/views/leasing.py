"""Leasing what can be shown: an image that the storage has lost stops nobody."""

import logging
from datetime import datetime

from labelling.errors import ImageMissing, ImagesUnavailable
from labelling.models import Annotator, Assignment
from labelling.selectors.checks import Shown, item_of
from labelling.services.lost_images import put_lost_items_off, take_leases_back
from labelling.services.stream import lease_shown
from labelling.views.images import image_source

logger = logging.getLogger(__name__)

# So often other images are leased where all of them are lost; then the storage itself is taken to be away.
_ROUNDS = 3


def lease_images(*, annotator: Annotator, count: int, now: datetime) -> list[tuple[Shown, str]]:
    """Promise up to `count` images, and return each with what an <img> takes; empty for an instruction.

    The rules are those of `lease_shown`. What is lost is given back, logged and left out.

    Raises
    ------
    ImagesUnavailable
        When the image storage does not answer; nothing was then promised or renewed.
    """
    for _ in range(_ROUNDS):
        shown = lease_shown(annotator=annotator, count=count, now=now)
        try:
            found = [(each, source) for each in shown if (source := source_of(each, annotator)) is not None]
        except ImagesUnavailable:
            take_leases_back(annotator=annotator, leased_at=now)
            raise
        there = {each.token for each, _ in found}
        lost = [each.token for each in shown if isinstance(each, Assignment) and each.token not in there]
        if lost:
            put_lost_items_off(annotator=annotator, tokens=lost, now=now)
        if found or not lost:
            return found
    raise ImagesUnavailable("Of all the images that were to be shown the image storage has none.")


def source_of(shown: Shown, annotator: Annotator) -> str | None:
    """Return what an <img> takes, empty for an instruction; None, and a line in the log, for a lost image."""
    item = item_of(shown)
    if item is None:
        return ""
    try:
        return image_source(item)
    except ImageMissing:
        logger.error(
            "The image of item %d of the study %s is not in the image storage. Put it back from a backup; "
            "until then people are given other images.",
            item.index,
            annotator.study.slug,
        )
        return None
