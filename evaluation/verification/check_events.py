"""Checks that the outcomes of the checks among the images are those that the record of events tells of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from evaluation.bundle.inputs import BundleInputs
from evaluation.bundle.source_files import STUDY
from evaluation.check_outcomes import CheckOutcomes
from evaluation.verification.event_chains import EVENTS, Chains
from evaluation.verification.faults import Fault

#: What an event calls a kind of check, and the counts of its answers and failures.
_COUNTS = {
    "gold": ("gold", "gold_wrong"),
    "repeat": ("repeats", "repeats_differ"),
    "attention": ("attention", "attention_failed"),
}


def check_check_events(inputs: BundleInputs, chains: Chains) -> Iterator[Fault]:
    """Compare each annotator's counts of checks with the events.

    Parameters
    ----------
    inputs : BundleInputs
        The bundle's raw data.
    chains : Chains
        Its record of events. One without any event is compared with nothing.

    Yields
    ------
    Fault
        An annotator whose counts are others than their events give.
    """
    if not chains.events:
        return
    happened = _outcomes(chains)
    told = {outcome.annotator: outcome for outcome in inputs.record.checks}
    for annotator in sorted(happened.keys() | told.keys()):
        expected = happened.get(annotator, CheckOutcomes(annotator))
        found = told.get(annotator, CheckOutcomes(annotator))
        if expected != found:
            problem = f"the checks of {annotator} are others than {EVENTS} tells of."
            yield Fault(STUDY, problem, "key checks", _counts(expected), _counts(found))


def _outcomes(chains: Chains) -> dict[str, CheckOutcomes]:
    """Count the events; one that tells no outcome was an answer that one cannot tell, or is erased."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for event in chains.of_kind("checked"):
        passed = (event.payload or {}).get("passed")
        names = _COUNTS.get(str((event.payload or {}).get("check")))
        if isinstance(passed, bool) and names is not None:
            answered, failed = names
            counts[event.chain][answered] += 1
            counts[event.chain][failed] += not passed
    return {chain: CheckOutcomes(chain, **count) for chain, count in counts.items()}


def _counts(outcome: CheckOutcomes) -> str:
    return (
        f"gold {outcome.gold_wrong} of {outcome.gold}, repeats {outcome.repeats_differ} of "
        f"{outcome.repeats}, attention {outcome.attention_failed} of {outcome.attention} failed"
    )
