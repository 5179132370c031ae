"""What a researcher expects of a study before its launch: the assumptions of the planner."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from labelling.errors import PlanError
from labelling.models import Plan, Study
from labelling.selectors.plans import can_be_pilot


def store_assumptions(*, study: Study, assumptions: dict[str, Any], now: datetime) -> list[str]:
    """Store assumptions of a draft's plan, and return the names of those that changed.

    Call it inside the transaction that has locked the draft; `revise_draft` does, and records the change.

    Raises
    ------
    PlanError
        At an assumption that there is not, or that cannot be, with its field.
    """
    plan = Plan.objects.filter(study=study).first() or Plan(study=study)
    for field in assumptions:
        if field not in Plan.ASSUMPTIONS:
            raise PlanError(f"A plan has no {field}; it has {', '.join(Plan.ASSUMPTIONS)}.", field=field)
    changed = sorted(field for field, value in assumptions.items() if getattr(plan, field) != value)
    if not changed:
        return []
    for field in changed:
        setattr(plan, field, assumptions[field])
    plan.updated_at = now
    _check(plan, study)
    plan.save()
    return changed


def _check(plan: Plan, study: Study) -> None:
    try:
        plan.full_clean(exclude=["study"], validate_unique=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise PlanError(" ".join(messages), field=field) from error
    if plan.expected_annotators is not None and plan.expected_annotators < study.redundancy:
        raise PlanError(
            f"Each image wants {study.redundancy} labels by different people, and {plan.expected_annotators} "
            f"are expected. Expect {study.redundancy} or more, or ask for fewer labels per image.",
            field="expected_annotators",
        )
    pilot = plan.pilot
    if pilot is not None and not can_be_pilot(pilot=pilot, study=study):
        raise PlanError(
            f"{pilot.title} cannot serve as a pilot: choose a study of the same dataset that has ended, or a "
            "rehearsal of it.",
            field="pilot",
        )
