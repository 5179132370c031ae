"""Compare a study's tables with its record of events."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Q

from labelling.models import Annotator, Assignment, Event, Exclusion, Label, Place, SampleItem, Study
from labelling.models.event import STUDY_CHAIN, moment, sha256
from labelling.selectors.chain_check import Chains, Fault, chain_faults, chains_of, content
from labelling.selectors.check_outcomes import answered_checks
from labelling.selectors.event_record import event_rows, sample_sha256
from labelling.selectors.one_moment import one_moment

Kind = Event.Kind

# What a study is after each event of its own chain; other events leave it as it is.
_STATE_AFTER = {
    Kind.CREATED: Study.State.DRAFT,
    Kind.LAUNCHED: Study.State.RUNNING,
    Kind.PAUSED: Study.State.PAUSED,
    Kind.RESUMED: Study.State.RUNNING,
    Kind.REOPENED: Study.State.RUNNING,
    Kind.EXTENDED: Study.State.RUNNING,
    Kind.COMPLETED: Study.State.COMPLETE,
    Kind.CLOSED: Study.State.CLOSED,
}
# The field of an annotator that keeps when each of these happened.
_TIME_OF = {
    Kind.JOINED: "joined_at",
    Kind.CONSENTED: "consented_at",
    Kind.SCREENED: "screened_at",
    Kind.GUIDE_READ: "guide_read_at",
    Kind.PRACTISED: "practised_at",
    Kind.TURNED_AWAY: "turned_away_at",
    Kind.FINISHED: "finished_at",
    Kind.WITHDRAWN: "withdrawn_at",
}


def verify_study(*, study: Study) -> list[Fault]:
    """Walk every chain of events and compare it with the tables; return what does not agree.

    Everything is read at one moment, so that a running study can be verified too. An empty list means that
    every label, exclusion and step is as it was recorded when it happened, and that the rules of places hold.
    """
    with one_moment():
        study = Study.objects.get(pk=study.pk)
        chains = chains_of(event_rows(study=study))
        return [
            *chain_faults(chains),
            *_study_faults(study, chains),
            *_annotator_faults(study, chains),
            *_label_faults(study, chains),
            *_check_faults(study, chains),
            *_exclusion_faults(study, chains),
            *_place_faults(study, chains),
        ]


def _study_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare the study's state and its frozen protocol with its own chain."""
    events = chains.get(STUDY_CHAIN, ())
    if not events:
        yield Fault("study", "it has no events: it was made before events were recorded")
        return
    unsealed = next((moment(row.at) for row in events if row.kind == Kind.UNSEALED), None)
    stored = None if study.unsealed_at is None else moment(study.unsealed_at)
    if stored != unsealed:
        yield Fault("study", f"its accuracy was unsealed at {stored}; recorded was {unsealed}")
    state = next(_STATE_AFTER[row.kind] for row in reversed(events) if row.kind in _STATE_AFTER)  # type: ignore[index]
    if state != study.state:
        yield Fault("study", f"it is {study.state}, and the last step that was recorded makes it {state}")
    if study.state == Study.State.DRAFT:
        return
    launched = next((content(row) for row in events if row.kind == Kind.LAUNCHED), {})
    digests = {"protocol_sha256": study.protocol_sha256, "sample_sha256": sample_sha256(study=study)}
    for name, digest in digests.items():
        if launched.get(name) != digest:
            yield Fault("study", f"its {name} is {digest}; recorded at launch was {launched.get(name)}")
    if sha256(study.protocol) != study.protocol_sha256:
        yield Fault("study", f"the protocol's text does not have the digest {study.protocol_sha256}")


def _annotator_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare when each annotator joined, consented and so on."""
    known = {annotator.pseudonym: annotator for annotator in Annotator.objects.filter(study=study)}
    for chain in chains:
        if chain not in known and chain != STUDY_CHAIN:
            yield Fault(f"chain {chain}", "there is no such annotator")
    for pseudonym, annotator in known.items():
        recorded: dict[str, str] = {row.kind: moment(row.at) for row in chains.get(pseudonym, ())}
        for kind, field in _TIME_OF.items():
            at = getattr(annotator, field)
            stored = None if at is None else moment(at)
            if stored != recorded.get(kind):
                yield Fault(
                    f"annotator {pseudonym}", f"{field} is {stored}; recorded was {recorded.get(kind)}"
                )


def _label_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare every label with the event of its acceptance."""
    stored = _stored_labels(study)
    for chain in sorted(stored.keys() | chains.keys() - {STUDY_CHAIN}):
        recorded: Counter[tuple[Any, ...]] = Counter()
        for row in chains.get(chain, ()):
            if row.kind == Kind.LABELLED and row.payload is not None:
                said = content(row)
                at = said.get("submitted_at", moment(row.at))
                choice = said.get("label"), said.get("changed_from")
                recorded[said.get("item"), *choice, said.get("response_ms"), at] += 1
        for label in (stored[chain] - recorded).elements():
            yield Fault(f"annotator {chain}", f"a label is stored that no event records: {_words(*label)}")
        for label in (recorded - stored[chain]).elements():
            yield Fault(f"annotator {chain}", f"a label was recorded that is not stored: {_words(*label)}")


def _words(item: int, label: str | None, changed_from: str | None, response_ms: int | None, at: str) -> str:
    first = f", at first {changed_from}," if changed_from is not None else ""
    return f"item {item} as {label or 'one that nobody can tell'}{first} in {response_ms} ms at {at}"


def _stored_labels(study: Study) -> defaultdict[str, Counter[tuple[Any, ...]]]:
    columns = Label.objects.filter(annotator__study=study).order_by()
    stored: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for pseudonym, *label, at in columns.values_list(
        "annotator__pseudonym",
        "assignment__sample_item__item__index",
        "category__name",
        "changed_from__name",
        "response_ms",
        "submitted_at",
    ).iterator(chunk_size=5000):
        stored[pseudonym][*label, moment(at)] += 1
    return stored


def _check_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare every answer to a check with the event of its acceptance."""
    stored: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for check in answered_checks(study=study):
        stored[check.annotator][check.kind, check.passed, moment(check.at)] += 1
    for chain in sorted(stored.keys() | chains.keys()):
        recorded = Counter(
            (content(row).get("check"), content(row).get("passed"), moment(row.at))
            for row in chains.get(chain, ())
            if row.kind == Kind.CHECKED and row.payload is not None
        )
        for kind, passed, at in (stored[chain] - recorded).elements():
            what = f"{kind} at {at}, passed: {passed}"
            yield Fault(f"annotator {chain}", f"a check is stored that no event records: {what}")
        for kind, passed, at in (recorded - stored[chain]).elements():
            what = f"{kind} at {at}, passed: {passed}"
            yield Fault(f"annotator {chain}", f"a check was recorded that is not stored: {what}")


def _exclusion_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare who was excluded and reinstated, when, why and by whom."""
    stored: defaultdict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for exclusion in Exclusion.objects.filter(annotator__study=study).select_related("annotator"):
        history = stored[exclusion.annotator.pseudonym]
        at = moment(exclusion.excluded_at)
        history.append((Kind.EXCLUDED, at, sha256(exclusion.excluded_by), sha256(exclusion.reason)))
        if exclusion.lifted_at is not None:
            at = moment(exclusion.lifted_at)
            history.append((Kind.REINSTATED, at, sha256(exclusion.lifted_by), sha256(exclusion.lift_reason)))
    for chain in sorted(stored.keys() | chains.keys()):
        recorded = [
            (row.kind, moment(row.at), said.get("by_sha256", ""), said.get("reason_sha256", ""))
            for row, said in ((row, content(row)) for row in chains.get(chain, ()))
            if row.kind in (Kind.EXCLUDED, Kind.REINSTATED)
        ]
        if sorted(recorded) != sorted(stored[chain]):
            yield Fault(f"annotator {chain}", f"its exclusions are {stored[chain]}; recorded were {recorded}")


def _place_faults(study: Study, chains: Chains) -> Iterator[Fault]:
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
    if study.state != Study.State.DRAFT:
        yield from _number_faults(study, chains)


def _number_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Check that each item has k places, and those of the recorded extension the further ones too."""
    told = [content(row) for row in chains.get(STUDY_CHAIN, ()) if row.kind == Kind.EXTENDED]
    if len(told) > 1 or (told and told[0].get("labels_per_item") != study.tie_extension):
        yield Fault(
            "study", f"its extension is not one of {study.tie_extension} labels, as the protocol says"
        )
    extended = set(told[0].get("items", ())) if told else set()
    sampled = SampleItem.objects.filter(study=study, role=SampleItem.Role.SAMPLED)
    places = sampled.annotate(wanted=Count("places"), further=Max("places__slot"))
    unequal = places.exclude(wanted=study.redundancy, further=study.redundancy - 1)
    found = {
        index: (wanted, further)
        for index, wanted, further in unequal.values_list("item__index", "wanted", "further")
    }
    full = study.redundancy + study.tie_extension
    right = {item for item, numbers in found.items() if item in extended and numbers == (full, full - 1)}
    if items := len((found.keys() | extended) - right):
        wanted = f"{study.redundancy} places" + (f", or {full} after the extension" if extended else "")
        yield Fault("places", f"{items} items do not have {wanted}")
