"""The planner: what the assumptions of a plan, and the labels of a pilot, let one expect of a study."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import F, Q, QuerySet

from evaluation import EvaluationConfig
from evaluation.machines import machines_alone
from evaluation.planning import ExpectedWidth, expected_finite_population, expected_wilson
from evaluation.planning_effort import Effort, checks_per_label, effort, hourly_cost, people_needed
from evaluation.planning_pilot import PilotSpread, PlannedWidth, pilot_spread, planned_width
from evaluation.planning_power import Discordance, discordance, mcnemar_power, smallest_difference
from labelling.models import Plan, Study
from labelling.selectors.label_table import label_table
from labelling.selectors.predictions import machine_codes
from labelling.selectors.sealing import accuracy_visible

# What a plan begins with: the precedent's accuracy, and the pace that the consent text speaks of.
FIRST_ASSUMPTIONS: dict[str, Any] = {
    "expected_accuracy": 0.835,
    "machine_accuracy": 0.9,
    "error_consistency": None,
    "pilot": None,
    "expected_annotators": None,
    "seconds_per_label": 4.0,
    "hourly_pay": Decimal("12.00"),
    "minimum_wage": Decimal("8.00"),
    "currency": "USD",
}
# Counting a larger pilot would keep the page waiting.
MOST_PILOT_LABELS = 20_000
_KEPT_SECONDS = 600


@dataclass(frozen=True)
class Planned:
    """A study as it is planned: its numbers, and the assumptions. None where nothing is assumed."""

    population: int
    sample_size: int
    redundancy: int
    labels_per_annotator: int | None
    practice_items: int = 0
    gold_every: int = 0
    repeat_every: int = 0
    attention_every: int = 0
    expected_accuracy: float | None = None
    machine_accuracy: float | None = None
    error_consistency: float | None = None
    pilot: Study | None = None
    expected_annotators: int | None = None
    seconds_per_label: float | None = None
    hourly_pay: Decimal | None = None
    minimum_wage: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True)
class PilotFacts:
    """What a pilot tells: how it varies, how long a label took, and how alike a machine erred."""

    title: str
    rehearsal: bool
    spread: PilotSpread | None
    seconds_per_label: float | None
    consistency: float | None
    machine: str


@dataclass(frozen=True)
class Power:
    """The comparison with a machine: the discordance it rests on, and where that comes from."""

    value: float
    apart: Discordance
    smallest: float | None
    from_pilot: bool


@dataclass(frozen=True)
class Forecast:
    """What to expect. None where an assumption is missing."""

    planned: Planned
    wilson: ExpectedWidth | None
    finite: ExpectedWidth | None
    pilot: PilotFacts | None
    crossed: PlannedWidth | None
    power: Power | None
    people_needed: int
    effort: Effort | None
    cost: Decimal | None

    @property
    def people(self) -> int:
        """People who come: as expected, else as many as are needed."""
        return self.planned.expected_annotators or self.people_needed


def assumptions_of(*, study: Study) -> dict[str, Any]:
    """Return the assumptions of a study's plan, or those that a plan begins with. One query."""
    plan = Plan.objects.filter(study=study).select_related("pilot").first()
    if plan is None:
        return dict(FIRST_ASSUMPTIONS)
    return {field: getattr(plan, field) for field in Plan.ASSUMPTIONS}


def still_to_assume(*, study: Study) -> dict[str, Any]:
    """Return what a plan begins with where there is none yet; nothing where there is one. One query."""
    return {} if Plan.objects.filter(study=study).exists() else dict(FIRST_ASSUMPTIONS)


def pilots_of(*, study: Study) -> QuerySet[Study]:
    """Return the studies whose labels can serve as a pilot: of the same dataset, ended, and not too large."""
    ended = Q(state__in=(Study.State.COMPLETE, Study.State.CLOSED))
    small = Q(sample_size__lte=MOST_PILOT_LABELS / F("redundancy"))
    return Study.objects.filter(ended & small, dataset=study.dataset_id).exclude(pk=study.pk)


def unfit_pilot(*, study: Study) -> Study | None:
    """Return the pilot of a study's plan where it cannot serve the study as it is given here; else None.

    A pilot is of the study's dataset, and its accuracy may be seen. Two queries at most.
    """
    plan = Plan.objects.filter(study=study).select_related("pilot").first()
    if plan is None or plan.pilot is None or can_be_pilot(pilot=plan.pilot, study=study):
        return None
    return plan.pilot


def can_be_pilot(*, pilot: Study, study: Study) -> bool:
    """Tell whether labels of one study can tell what to expect of the other. One query at most."""
    return pilot.dataset_id == study.dataset_id and accuracy_visible(study=pilot)


def forecast(*, planned: Planned) -> Forecast:
    """Work out what to expect. Without a pilot it asks nothing of the database."""
    needed = people_needed(planned.sample_size, planned.redundancy, planned.labels_per_annotator)
    people = planned.expected_annotators or needed
    pilot = None if planned.pilot is None else _pilot_facts(planned.pilot)
    accuracy = planned.expected_accuracy
    work = None
    if planned.seconds_per_label:
        work = effort(
            planned.sample_size,
            planned.redundancy,
            people,
            planned.seconds_per_label,
            checks_per_label(planned.gold_every, planned.repeat_every, planned.attention_every),
            planned.practice_items,
        )
    pay = planned.hourly_pay
    return Forecast(
        planned=planned,
        wilson=None if accuracy is None else expected_wilson(planned.sample_size, accuracy),
        finite=_finite(planned),
        pilot=pilot,
        crossed=_crossed(planned, pilot, people),
        power=_power(planned, pilot),
        people_needed=needed,
        effort=work,
        cost=None if work is None or pay is None else Decimal(f"{hourly_cost(work, float(pay)):.2f}"),
    )


def _finite(planned: Planned) -> ExpectedWidth | None:
    if planned.expected_accuracy is None or not 2 <= planned.sample_size <= planned.population:
        return None
    return expected_finite_population(planned.sample_size, planned.expected_accuracy, planned.population)


def _crossed(planned: Planned, pilot: PilotFacts | None, people: int) -> PlannedWidth | None:
    if pilot is None or pilot.spread is None:
        return None
    return planned_width(pilot.spread, planned.sample_size, planned.redundancy, people)


def _power(planned: Planned, pilot: PilotFacts | None) -> Power | None:
    people, machine = planned.expected_accuracy, planned.machine_accuracy
    if people is None or machine is None:
        return None
    from_pilot = planned.error_consistency is None and pilot is not None and pilot.consistency is not None
    consistency = pilot.consistency if from_pilot and pilot else planned.error_consistency
    apart = discordance(people, machine, consistency or 0.0)
    return Power(
        value=mcnemar_power(planned.sample_size, apart),
        apart=apart,
        smallest=smallest_difference(planned.sample_size, people, consistency=consistency or 0.0),
        from_pilot=from_pilot,
    )


def _pilot_facts(pilot: Study) -> PilotFacts | None:
    """Return what a pilot tells, kept for some minutes: it has ended, and counting takes a while."""
    if not accuracy_visible(study=pilot):
        return None
    # A machine that was added, or anything else that happened to the pilot, is counted anew.
    last = pilot.events.order_by("-sequence").values_list("sequence", flat=True).first()
    # By its key too: a rehearsal that is repeated takes the place and the name of the one before.
    key = f"pilot-{pilot.pk}-{pilot.slug}-{last}"
    facts: PilotFacts | None = cache.get(key)
    if facts is None:
        facts = _counted(pilot)
        cache.set(key, facts, timeout=_KEPT_SECONDS)
    return facts


def _counted(pilot: Study) -> PilotFacts:
    table = label_table(study=pilot)
    times = table.response_ms
    known = np.empty(0) if times is None else times[~np.isnan(times)]
    codes = machine_codes(study=pilot, items=table.items)
    config = EvaluationConfig(tie_rule=pilot.tie_rule, seed=pilot.seed, resamples=0)
    compared = [
        (machine.name, machine.error_consistency.value)
        for machine in machines_alone(table, codes, config)
        if machine.error_consistency is not None and machine.error_consistency.value is not None
    ]
    # Several machines rarely err alike; the planner takes the one that errs least like people.
    name, consistency = min(compared, key=lambda pair: pair[1]) if compared else ("", None)
    return PilotFacts(
        title=pilot.title,
        rehearsal=pilot.rehearsal,
        spread=pilot_spread(table, pilot.tie_rule),
        seconds_per_label=float(np.median(known)) / 1000 if known.size else None,
        consistency=consistency,
        machine=name,
    )
