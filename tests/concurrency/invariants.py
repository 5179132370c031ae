"""Look for broken invariants in the tables themselves, past the constraints that should prevent them."""

import json

from django.db.models import Count, F, Q

from labelling.models import Assignment, Label, Study


def violations(study: Study) -> list[str]:
    """Return a sentence for each broken rule; empty when everything holds."""
    found = []
    counted = Count("assignments", filter=Q(assignments__state=Assignment.State.SUBMITTED))
    told = study.events.filter(kind="extended").values_list("payload", flat=True)
    extended = {index for payload in told for index in json.loads(payload)["items"]}
    if len(told) > 1:
        found.append(f"the study was extended {len(told)} times")
    for item in study.sample.filter(role="sampled").select_related("item").annotate(counted=counted):
        most = study.redundancy + (study.tie_extension if item.item.index in extended else 0)
        if item.counted > most:
            found.append(f"item {item.position} has {item.counted} counted labels")
    pairs = Label.objects.filter(annotator__study=study).values("annotator", "assignment__sample_item")
    found += [f"labelled twice: {pair}" for pair in pairs.annotate(times=Count("pk")).filter(times__gt=1)]
    held = Assignment.objects.filter(annotator__study=study, place__isnull=False)
    found += [
        f"place held twice: {place}"
        for place in held.values("place").annotate(times=Count("pk")).filter(times__gt=1)
    ]
    strayed = held.exclude(sample_item=F("place__sample_item")).count()
    if strayed:
        found.append(f"{strayed} assignments hold a place of another item")
    unlabelled = Assignment.objects.filter(annotator__study=study, label=None).counted().count()
    if unlabelled:
        found.append(f"{unlabelled} counted assignments have no label")
    open_places = study.places.unfilled()
    filled = open_places.filter(assignment__state=Assignment.State.SUBMITTED).count()
    if filled:
        found.append(f"{filled} places hold a counted label and are still given out")
    complete = Study.objects.get(pk=study.pk).state == Study.State.COMPLETE
    if complete == open_places.exists():
        found.append(f"complete is {complete} with {open_places.count()} places open")
    return found
