"""Which images ended in a tie, by counts alone: the ground truth plays no part in it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from labelling.models import Assignment, Event, Label, SampleItem, Study


@dataclass(frozen=True)
class TiedItem:
    """A sampled item whose votes have no unique winner: its key, and its index in the dataset."""

    key: int
    index: int


def tied_items(*, study: Study) -> list[TiedItem]:
    """Return the items whose counted labels are led by two categories or more, in drawn order. Two queries.

    An item on which everybody could not tell has no vote and is no tie, as in the report.
    """
    votes = (
        Label.objects.filter(
            assignment__place__study=study,
            assignment__state=Assignment.State.SUBMITTED,
            category__isnull=False,
        )
        .order_by()
        .values_list("assignment__sample_item")
        .annotate(Count("pk"))
        .values_list("assignment__sample_item", "pk__count", "category")
    )
    leaders: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for item, count, _category in votes.iterator(chunk_size=5000):
        most, leading = leaders[item]
        if count > most:
            leaders[item] = (count, 1)
        elif count == most:
            leaders[item] = (most, leading + 1)
    tied = {item for item, (_, leading) in leaders.items() if leading > 1}
    sample = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED).order_by("position")
    columns = sample.values_list("pk", "item__index")
    return [TiedItem(*row) for row in columns if row[0] in tied]


def why_not_extended(*, study: Study) -> str:
    """Say why the tied items get no further labels now; empty where they may. At most one query."""
    if study.rehearsal:
        return (
            f"The study {study.slug} is a rehearsal: its simulated people are gone, and nobody would label."
        )
    if not study.tie_extension:
        return (
            f"The protocol of the study {study.slug} foresaw no further labels for tied images, and a "
            "decision after the fact would depend on the result."
        )
    if study.events.filter(kind=Event.Kind.EXTENDED).exists():
        return (
            f"The tied images of the study {study.slug} were given further labels already; that is done once."
        )
    if study.state != Study.State.COMPLETE:
        now = study.get_state_display().lower()
        return f"The study {study.slug} is {now}; ties are known when it is complete."
    return ""
