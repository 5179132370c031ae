"""Walks a study's record of events, by the published rule and not by the code that wrote it."""

import hashlib
from collections import Counter

from django.db.models import Count

from labelling.models import Label, Study
from labelling.selectors.event_record import event_rows

_FIRST = "0" * 64


def broken_chains(study: Study) -> list[str]:
    """Return a sentence for each way in which the record is broken, or tells other labels than the tables."""
    found: list[str] = []
    labelled: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    before: dict[str, tuple[int, str]] = {}
    for row in event_rows(study=study):
        sequence, previous = before.get(row.chain, (-1, _FIRST))
        at = row.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        lines = [previous, row.chain, str(row.sequence), at, row.kind, row.payload_sha256]
        if row.sequence != sequence + 1:
            found.append(f"the chain {row.chain} goes from event {sequence} to {row.sequence}")
        if hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest() != row.sha256:
            found.append(f"event {row.sequence} of the chain {row.chain} does not follow from the one before")
        if row.payload is not None and hashlib.sha256(row.payload.encode()).hexdigest() != row.payload_sha256:
            found.append(f"event {row.sequence} of the chain {row.chain} has another payload")
        before[row.chain] = (row.sequence, row.sha256)
        labelled[row.chain] += row.kind == "labelled"
        kinds[row.kind] += 1
    stored = Label.objects.filter(annotator__study=study).values_list("annotator__pseudonym")
    for pseudonym, labels in stored.annotate(labels=Count("pk")).order_by():
        if labelled.pop(pseudonym, 0) != labels:
            found.append(f"{pseudonym} has {labels} labels and another number of events about them")
    found += [f"{chain} has events about labels and no label" for chain in +labelled]
    complete = Study.objects.get(pk=study.pk).state == Study.State.COMPLETE
    if kinds["completed"] - kinds["reopened"] != complete:
        found.append(f"complete is {complete} after {kinds['completed']} completions")
    return found
