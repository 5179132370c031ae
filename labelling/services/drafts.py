"""What may still be done to a study before it is launched: revise it, throw it away; and copy any study."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from labelling.errors import DraftChanged, ProtocolError, StudyStateError
from labelling.models import Event, Plan, Study
from labelling.selectors.draft_versions import draft_version, revisions_since
from labelling.selectors.people import name_at_desk
from labelling.selectors.plans import unfit_pilot
from labelling.services.events import record_event
from labelling.services.plans import store_assumptions
from labelling.services.protocol_check import check_protocol
from labelling.services.studies import create_study

DRAFT_FIELDS = ("slug", "dataset", *Study.PROTOCOL_FIELDS)
# In events an assumption of the plan stands behind this, so that it is no field of the protocol.
PLANNED = "plan."

_LONGEST_SLUG = 100


@transaction.atomic
def revise_draft(
    *,
    study: Study,
    now: datetime,
    by: str = "",
    made_from: int | None = None,
    assumptions: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Study:
    """Change a draft's protocol, dataset or slug, and the assumptions of its plan.

    What is the same as before is no change; where anything is changed, an event names the fields. With
    another dataset, a pilot of the former one is taken out of the plan. `made_from` is the version
    (`draft_version`) that the person saw: fields that somebody else has revised since are not overwritten.
    None overwrites.

    Raises
    ------
    StudyStateError
        When the study is not a draft any more: its protocol is frozen.
    ProtocolError
        When a change is no field of the protocol, or the protocol cannot be carried out.
    PlanError
        When an assumption cannot be.
    DraftChanged
        When somebody else has changed the same fields meanwhile.
    """
    unknown = set(changes) - set(DRAFT_FIELDS)
    if unknown:
        raise ProtocolError(
            f"A draft has no {', '.join(sorted(unknown))} to revise; it has {', '.join(DRAFT_FIELDS)}."
        )
    draft = _locked_draft(study)
    if made_from is not None:
        touched = {*changes, *(PLANNED + field for field in assumptions or {})}
        refuse_if_revised(draft=draft, made_from=made_from, touched=touched)
    changed = sorted(field for field, value in changes.items() if getattr(draft, field) != value)
    for field in changed:
        setattr(draft, field, changes[field])
    check_protocol(study=draft)
    try:
        with transaction.atomic():
            draft.save(update_fields=changed)
    except IntegrityError as error:
        raise ProtocolError(f"The study {draft.slug!r} cannot be stored: {error}.") from error
    assumptions = dict(assumptions or {})
    if "dataset" in changed and unfit_pilot(study=draft) is not None:
        assumptions.setdefault("pilot", None)
    if assumptions:
        stored = store_assumptions(study=draft, assumptions=assumptions, now=now)
        changed += [PLANNED + field for field in stored]
    if changed:
        record_event(of=draft, kind=Event.Kind.REVISED, now=now, by=by, changed=changed)
    return draft


def refuse_if_revised(*, draft: Study, made_from: int, touched: set[str]) -> None:
    """Say what others have changed of the same fields since a version, so that nobody overwrites unseen.

    Raises
    ------
    DraftChanged
        With the fields, who changed them and when.
    """
    said, fields = [], set()
    for revision in revisions_since(study=draft, version=made_from):
        both = touched & set(revision.fields)
        if both:
            fields |= both
            named = ", ".join(sorted(field.removeprefix(PLANNED) for field in both))
            said.append(f"{name_at_desk(author=revision.by)} changed {named} at {revision.at:%H:%M:%S} UTC")
    if fields:
        raise DraftChanged(
            f"Meanwhile {'; '.join(said)}. What you typed is still here and not stored. Compare, and save "
            "again to put yours in the place of theirs.",
            fields=tuple(sorted(fields)),
            version=draft_version(study=draft),
        )


@transaction.atomic
def duplicate_study(*, study: Study, slug: str, title: str, now: datetime, by: str = "") -> Study:
    """Make a draft with the protocol, the texts and the plan of a study in any state, and a new seed.

    The event of its creation says of which study. What came of it, and how it was offered, is not copied; nor
    is a pilot that cannot serve any more (`unfit_pilot`).

    Raises
    ------
    ProtocolError
        When the slug is taken, or the protocol cannot be carried out any more.
    PlanError
        When an assumption of the plan cannot be any more.
    """
    protocol = {
        field: getattr(study, field) for field in Study.PROTOCOL_FIELDS if field not in ("title", "seed")
    }
    draft = create_study(
        dataset=study.dataset,
        slug=slug,
        title=title,
        seed=new_seed(),
        now=now,
        by=by,
        origin=f"duplicate of {study.slug}",
        **protocol,
    )
    plan = Plan.objects.filter(study=study).first()
    if plan is not None:
        assumptions = {field: getattr(plan, field) for field in Plan.ASSUMPTIONS}
        if unfit_pilot(study=study) is not None:
            assumptions["pilot"] = None
        store_assumptions(study=draft, assumptions=assumptions, now=now)
    return draft


@transaction.atomic
def discard_draft(*, study: Study) -> None:
    """Delete a draft. It has no sample and no labels yet.

    Raises
    ------
    StudyStateError
        When the study is not a draft any more: what was launched is kept.
    """
    _locked_draft(study).delete()


def new_seed() -> int:
    """Return a seed at random, as a new study starts with."""
    return secrets.randbelow(2**31)


def free_slug(*, title: str) -> str:
    """Return a short name made from a title that no study has yet. One query."""
    stem = slugify(title)[: _LONGEST_SLUG - 5] or "study"
    taken = set(Study.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _locked_draft(study: Study) -> Study:
    """Read the study again under a lock, so that nobody launches it meanwhile."""
    draft = Study.objects.select_for_update().get(pk=study.pk)
    if draft.state != Study.State.DRAFT:
        raise StudyStateError(
            f"The study {draft.slug} is {draft.get_state_display().lower()}: its protocol is frozen. "
            "Create another study to try another protocol."
        )
    return draft
