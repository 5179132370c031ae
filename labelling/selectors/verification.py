"""Compare a study's tables with its record of events."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelling.models import Annotator, Event, Exclusion, Study
from labelling.models.event import STUDY_CHAIN, moment, sha256
from labelling.selectors.chain_check import Chains, Fault, chain_faults, chains_of, content, plain
from labelling.selectors.check_outcomes import answered_checks
from labelling.selectors.event_record import EventRow, event_rows
from labelling.selectors.one_moment import one_moment
from labelling.selectors.verification_labels import label_faults, untold_reinstatements
from labelling.selectors.verification_places import place_faults
from labelling.selectors.verification_root import Root, moment_of, root_now
from labelling.selectors.verification_study import later_settings, study_faults

Kind = Event.Kind

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
# What else an annotator's row keeps of these, and how the event calls it.
_TOLD_BY = {
    Kind.CONSENTED: ("consent_version", "consent_version"),
    Kind.TURNED_AWAY: ("turned_away_for", "reason"),
}
_DECIDED = ("by_sha256", "reason_sha256")


@dataclass(frozen=True)
class Verification:
    """What came of comparing a study with its record.

    `faults` are what does not agree. `remarks` say what cannot be compared, because the record is older than
    that. `root` stands for all chains. `kept` says of which moment a root is that was kept elsewhere; empty
    where none was given, or where it was not found, which is a fault.
    """

    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]
    root: Root
    kept: str = ""


def verify_study(*, study: Study) -> list[Fault]:
    """Return what does not agree between a study's tables and its record; see `verification_of`."""
    return list(verification_of(study=study).faults)


def verification_of(*, study: Study, kept_root: str = "") -> Verification:
    """Walk every chain of events and compare it with the tables.

    Everything is read at one moment, so that a running study can be verified too. Without a fault every
    label, with what counts, every exclusion and every step is as it was recorded when it happened, the
    settings are those of the frozen protocol, and the rules of places hold. A record whose digests were all
    computed anew, or whose chains were all cut short before the last seal, agrees with itself: only
    `kept_root`, a root that was kept elsewhere, tells that one.
    """
    with one_moment():
        study = Study.objects.defer(None).select_related("dataset").get(pk=study.pk)
        chains = chains_of(event_rows(study=study))
        faults = [
            *chain_faults(chains),
            *study_faults(study, chains),
            *_annotator_faults(study, chains),
            *label_faults(study, chains),
            *_check_faults(study, chains),
            *_exclusion_faults(study, chains),
            *place_faults(study, chains),
        ]
        remarks = [*untold_reinstatements(chains), *_older_protocol(study)]
    kept = moment_of(root=kept_root, chains=chains) if kept_root else ""
    if kept_root and not kept:
        faults.append(Fault("record", f"at no moment that was looked at was its root {kept_root}"))
    return Verification(tuple(faults), tuple(remarks), root_now(chains), kept)


def _older_protocol(study: Study) -> Iterator[str]:
    if later := later_settings(study):
        yield (
            f"The frozen protocol is older than these settings, which cannot be compared: {', '.join(later)}."
        )


def _annotator_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare when each annotator joined, consented and so on."""
    known = {annotator.pseudonym: annotator for annotator in Annotator.objects.filter(study=study)}
    for chain in chains:
        if chain not in known and chain != STUDY_CHAIN:
            yield Fault(f"chain {chain}", "there is no such annotator")
    for pseudonym, annotator in known.items():
        events = {row.kind: row for row in chains.get(pseudonym, ())}
        for field, stored, recorded in _told_of(annotator, events):
            if stored != recorded:
                yield Fault(f"annotator {pseudonym}", f"{field} is {stored}; recorded was {recorded}")


def _told_of(annotator: Annotator, events: Mapping[str, EventRow]) -> Iterator[tuple[str, Any, Any]]:
    """Yield fields of an annotator with what is stored and what was recorded; None where nothing was."""
    for kind, field in _TIME_OF.items():
        at, row = getattr(annotator, field), events.get(kind)
        yield field, None if at is None else moment(at), None if row is None else moment(row.at)
    for kind, (field, name) in _TOLD_BY.items():
        row = events.get(kind)
        if row is None or row.payload is not None:
            yield field, getattr(annotator, field), "" if row is None else content(row).get(name)


def _check_faults(study: Study, chains: Chains) -> Iterator[Fault]:
    """Compare every answer to a check with the event of its acceptance."""
    stored: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for check in answered_checks(study=study):
        stored[check.annotator][check.kind, check.passed, moment(check.at)] += 1
    for chain in sorted(stored.keys() | chains.keys()):
        recorded = Counter(
            (plain(content(row).get("check")), plain(content(row).get("passed")), moment(row.at))
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
            (row.kind, moment(row.at), *(str(content(row).get(name, "")) for name in _DECIDED))
            for row in chains.get(chain, ())
            if row.kind in (Kind.EXCLUDED, Kind.REINSTATED)
        ]
        if sorted(recorded) != sorted(stored[chain]):
            yield Fault(f"annotator {chain}", f"its exclusions are {stored[chain]}; recorded were {recorded}")
