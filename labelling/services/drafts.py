"""What may still be done to a study before it is launched: revise it, or throw it away."""

from typing import Any

from django.db import IntegrityError, transaction

from labelling.errors import ProtocolError, StudyStateError
from labelling.models import Study
from labelling.services.protocol_check import check_protocol

DRAFT_FIELDS = ("slug", "dataset", *Study.PROTOCOL_FIELDS)


@transaction.atomic
def revise_draft(*, study: Study, **changes: Any) -> Study:
    """Change a draft's protocol, dataset or slug.

    Raises
    ------
    StudyStateError
        When the study is not a draft any more: its protocol is frozen.
    ProtocolError
        When a change is no field of the protocol, or the protocol cannot be carried out.
    """
    unknown = set(changes) - set(DRAFT_FIELDS)
    if unknown:
        raise ProtocolError(
            f"A draft has no {', '.join(sorted(unknown))} to revise; it has {', '.join(DRAFT_FIELDS)}."
        )
    draft = _locked_draft(study)
    for field, value in changes.items():
        setattr(draft, field, value)
    check_protocol(study=draft)
    try:
        with transaction.atomic():
            draft.save(update_fields=list(changes))
    except IntegrityError as error:
        raise ProtocolError(f"The study {draft.slug!r} cannot be stored: {error}.") from error
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


def _locked_draft(study: Study) -> Study:
    """Read the study again under a lock, so that nobody launches it meanwhile."""
    draft = Study.objects.select_for_update().get(pk=study.pk)
    if draft.state != Study.State.DRAFT:
        raise StudyStateError(
            f"The study {draft.slug} is {draft.get_state_display().lower()}: its protocol is frozen. "
            "Create another study to try another protocol."
        )
    return draft
