"""What happened to a study otherwise than its protocol planned, as it was recorded."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from evaluation.deviation import Deviation
from labelling.models import Annotator, Event, Exclusion, Study
from labelling.selectors.label_rows import utc_text


def deviations(*, study: Study) -> tuple[Deviation, ...]:
    """Return a study's deviations in the order that they happened. Three queries.

    Who decided is left out, and so is what was written about a person: a report tells nothing of a person but
    their labels. The reason of an early closing is the researchers' own word to their readers.
    """
    # What happens to a person comes before what it makes of the study at the same moment.
    found = [*_of_exclusions(study), *_of_withdrawals(study), *_of_study(study)]
    found.sort(key=lambda entry: entry[0])
    return tuple(Deviation(kind, utc_text(at), text) for (at, kind, text) in found)


def _of_study(study: Study) -> Iterator[tuple[datetime, str, str]]:
    events = study.events.filter(kind__in=_SENTENCES).order_by("sequence")
    for at, kind, payload in events.values_list("at", "kind", "payload"):
        yield at, kind, _SENTENCES[kind]({} if payload is None else json.loads(payload))


def _of_exclusions(study: Study) -> Iterator[tuple[datetime, str, str]]:
    records = Exclusion.objects.filter(annotator__study=study).select_related("annotator")
    for record in records.order_by("excluded_at", "annotator__pseudonym"):
        name = record.annotator.pseudonym
        yield record.excluded_at, "excluded", f"{name} was excluded: the labels stopped counting."
        if record.lifted_at is not None:
            yield (
                record.lifted_at,
                "reinstated",
                f"{name} was reinstated: the labels count where there was room.",
            )


def _of_withdrawals(study: Study) -> Iterator[tuple[datetime, str, str]]:
    erased = study.withdrawal == Study.Withdrawal.ERASE
    fate = "and the answers were erased, as the protocol says." if erased else "and the answers stay."
    gone = Annotator.objects.filter(study=study, withdrawn_at__isnull=False)
    for annotator in gone.order_by("withdrawn_at", "pseudonym"):
        if annotator.withdrawn_at is not None:
            yield annotator.withdrawn_at, "withdrawn", f"{annotator.pseudonym} withdrew, {fate}"


def _images(count: int) -> str:
    return "One image" if count == 1 else f"{count} images"


def _line(text: Any) -> str:
    return " ".join(str(text).split())


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    Event.Kind.PAUSED: lambda _: "The study was paused: no image was given out.",
    Event.Kind.RESUMED: lambda _: "The study went on.",
    Event.Kind.REOPENED: lambda _: (
        "The complete study ran again, for places had become free. Its accuracy was open to see since it was "
        "complete."
    ),
    Event.Kind.UNSEALED: lambda payload: (
        f"The accuracy was unsealed before the end, when {payload.get('labels', '?')} of "
        f"{payload.get('wanted', '?')} labels were there. The reason given: "
        f"{_line(payload.get('reason', ''))}"
    ),
    Event.Kind.EXTENDED: lambda payload: (
        f"{_images(len(payload.get('items', ())))} ended in a tie, and {payload.get('labels', '?')} further "
        "labels were asked for on them, as the protocol foresaw. The accuracy was open to see since the "
        "study was complete before that."
    ),
    Event.Kind.CLOSED: lambda payload: (
        f"The study was closed early. The reason given: {_line(payload.get('reason', ''))}"
    ),
    Event.Kind.IMPORTED: lambda payload: (
        f"{payload.get('labels', '?')} labels by {payload.get('annotators', '?')} annotators were given "
        "elsewhere and imported from a file."
    ),
}
