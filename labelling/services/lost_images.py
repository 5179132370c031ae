"""Promises whose images could not be shown are given back: nobody waits for an image that does not come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from labelling.models import Annotator, Assignment, Place
from labelling.services import statements
from labelling.services.write_queue import short_transaction

# Long enough for everybody to go on with other images, short enough for one that is put back to be used soon.
PUT_OFF = timedelta(minutes=1)


def put_lost_items_off(*, annotator: Annotator, tokens: Sequence[str], now: datetime) -> None:
    """Give back the promises of images that the storage has lost; nobody is given their items for a minute.

    Without that the next lease would promise the same items again: they come first. What others hold stays.
    """
    with short_transaction():
        statements.lock_annotator(annotator=annotator.pk)
        given = annotator.assignments.leased().filter(token__in=tokens)
        places = Place.objects.filter(sample_item__in=given.values("sample_item")).unfilled()
        keys = list(places.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        held = list(given.values_list("place", flat=True))
        free_or_held = Place.objects.filter(pk__in=keys).filter(Q(pk__in=held) | Q(available_from__lte=now))
        free_or_held.update(available_from=now + PUT_OFF)
        given.update(state=Assignment.State.RELEASED, place=None)


def take_leases_back(*, annotator: Annotator, leased_at: datetime) -> None:
    """Undo what was promised or renewed at this moment: no reply told of it, since no image could be read.

    What the annotator was promised before stays until its lease runs out.
    """
    with short_transaction():
        statements.lock_annotator(annotator=annotator.pk)
        given = annotator.assignments.leased().filter(leased_at=leased_at)
        places = Place.objects.filter(assignment__in=given).order_by("pk")
        keys = list(places.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
        held = list(given.filter(place__in=keys).values_list("place", flat=True))
        Place.objects.filter(pk__in=held).update(available_from=leased_at)
        Assignment.objects.leased().filter(place__in=held).update(state=Assignment.State.RELEASED, place=None)
