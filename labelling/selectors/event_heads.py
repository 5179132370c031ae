"""The ends of a study's chains of events, and the one digest that stands for all of them."""

from collections.abc import Sequence

from django.db import models

from evaluation.event_facts import EventFacts
from labelling.models import Annotator, Event, Study
from labelling.models.event import STUDY_CHAIN, sha256

Head = tuple[str, int, str]  # a chain's name, its length and its last digest


def chain_heads(*, study: Study) -> list[Head]:
    """Return the end of each annotator's chain, by name. One query."""
    last = Event.objects.filter(annotator=models.OuterRef("pk")).order_by("-sequence")
    annotators = Annotator.objects.filter(study=study).annotate(
        length=models.Subquery(last.values("sequence")[:1]) + 1,
        head=models.Subquery(last.values("sha256")[:1]),
    )
    heads = annotators.exclude(head=None).order_by().values_list("pseudonym", "length", "head")
    return sorted(heads)


def root_of(*, heads: Sequence[Head]) -> str:
    """Return the SHA-256 of the lines `chain length digest` in the order of the chains' names."""
    return sha256("".join(f"{chain} {length} {digest}\n" for chain, length, digest in sorted(heads)))


def event_facts(*, study: Study) -> EventFacts | None:
    """Return what a report says of the record, the study's own chain included; None where there is none.

    Two queries.
    """
    heads = chain_heads(study=study)
    own = study.events.order_by("-sequence").values_list("sequence", "sha256").first()
    if own is not None:
        heads.append((STUDY_CHAIN, own[0] + 1, own[1]))
    if not heads:
        return None
    return EventFacts(
        events=sum(length for _, length, _ in heads), chains=len(heads), root=root_of(heads=heads)
    )
