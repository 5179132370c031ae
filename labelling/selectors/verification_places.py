"""Check the places of a study: each filled by one counted label or none, and as many as were foreseen."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q

from labelling.models import Assignment, Event, Place, SampleItem, Study
from labelling.models.event import STUDY_CHAIN
from labelling.selectors.chain_check import Chains, Fault, content, plain

Kind = Event.Kind


def place_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Check what the constraints promise: the places of an item, each with one counted label or none."""
    counted = Assignment.objects.filter(sample_item__study=study).counted()
    unlabelled = counted.filter(label=None).count()
    if unlabelled:
        yield Fault("assignments", f"{unlabelled} count and have no label")
    abstained = counted.filter(label__isnull=False, label__category=None).count()
    if abstained and study.cant_tell == Study.CantTell.REPLACED:
        problem = "count although the annotator could not tell, and somebody else is to be asked"
        yield Fault("assignments", f"{abstained} {problem}")
    places = Place.objects.filter(study=study)
    wrong = places.filter(
        Q(available_from=None, assignment=None)
        | Q(available_from=None) & ~Q(assignment__state=Assignment.State.SUBMITTED)
        | Q(available_from__isnull=False, assignment__state=Assignment.State.SUBMITTED)
        | Q(assignment__isnull=False) & ~Q(assignment__sample_item=F("sample_item"))
    ).count()
    if wrong:
        yield Fault("places", f"{wrong} are not filled by exactly the label that they say")
    if study.state == Study.State.COMPLETE and (unfilled := places.unfilled().count()):
        yield Fault("places", f"{unfilled} have no label that counts, and the study is complete")
    if study.state != Study.State.DRAFT:
        yield from _number_faults(study, chains)


def _number_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Check that each item has k places, and those of the recorded extension the further ones too."""
    told = [content(row) for row in chains.get(STUDY_CHAIN, ()) if row.kind == Kind.EXTENDED]
    if len(told) > 1 or (told and told[0].get("labels_per_item") != study.tie_extension):
        yield Fault(
            "study", f"its extension is not one of {study.tie_extension} labels, as the protocol says"
        )
    items = told[0].get("items") if told else None
    extended = {plain(item) for item in items} if isinstance(items, list) else set()
    sampled = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
    places = sampled.annotate(wanted=Count("places"), further=Max("places__slot"))
    unequal = places.exclude(wanted=study.redundancy, further=study.redundancy - 1)
    found = {
        index: (wanted, further)
        for index, wanted, further in unequal.values_list("item__index", "wanted", "further")
    }
    full = study.redundancy + study.tie_extension
    right = {item for item, numbers in found.items() if item in extended and numbers == (full, full - 1)}
    if wrong := len((found.keys() | extended) - right):
        wanted = f"{study.redundancy} places" + (f", or {full} after the extension" if extended else "")
        yield Fault("places", f"{wrong} items do not have {wanted}")
