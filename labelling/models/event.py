"""The record of what happened to a study: events in chains, each sealed to the one before by SHA-256."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from labelling.models.annotator import Annotator
from labelling.models.study import Study

# What the first event of a chain names as the one before it.
NOTHING_BEFORE = "0" * 64
# The name of a study's own chain. An annotator's is the pseudonym.
STUDY_CHAIN = "study"


class Event(models.Model):
    """Something that happened, written in the transaction that made it happen.

    A study has a chain of its own, and every annotator has one, so that people who label at the same time do
    not wait for each other. Append-only: triggers refuse every change but one. When an annotator withdraws,
    the payloads of their answers, and of what followed from them, are erased; the digests stay, so that the
    chain still holds. Each payload carries a random salt, so that nobody can guess an erased answer from its
    digest.
    """

    class Kind(models.TextChoices):
        """What happened. Not the column's choices, so that a new kind is no migration."""

        CREATED = "created", "Study planned"
        REVISED = "revised", "Draft revised"
        REHEARSED = "rehearsed", "Draft rehearsed"
        LAUNCHED = "launched", "Study launched"
        PAUSED = "paused", "Study paused"
        RESUMED = "resumed", "Study resumed"
        COMPLETED = "completed", "Study complete"
        REOPENED = "reopened", "Study reopened"
        CLOSED = "closed", "Study closed early"
        EXTENDED = "extended", "Tied images given further labels"
        UNSEALED = "unsealed", "Accuracy unsealed"
        SEALED = "sealed", "All chains sealed"
        IMPORTED = "imported", "Labels imported"
        RECRUITED = "recruited", "Offered through a panel"
        RECRUITMENT_CHANGED = "recruitment_changed", "Panel's offer changed"
        CHECKLIST_ANSWERED = "checklist_answered", "Checklist answered"
        PREDICTIONS_ADDED = "predictions_added", "Machine's predictions added"
        PREDICTIONS_REMOVED = "predictions_removed", "Machine's predictions removed"
        JOINED = "joined", "Annotator joined"
        CONSENTED = "consented", "Annotator consented"
        SCREENED = "screened", "Annotator answered the screening questions"
        GUIDE_READ = "guide_read", "Annotator read the guide"
        PRACTISED = "practised", "Annotator passed the practice round"
        TURNED_AWAY = "turned_away", "Annotator turned away"
        LABELLED = "labelled", "Label accepted"
        CHECKED = "checked", "Check answered"
        EXCLUDED = "excluded", "Annotator excluded"
        REINSTATED = "reinstated", "Annotator reinstated"
        FINISHED = "finished", "Annotator finished"
        WITHDRAWN = "withdrawn", "Annotator withdrew"

    # What these say is erased when their annotator withdraws and the protocol erases.
    ERASED_KINDS = ("labelled", "checked", "screened", "practised", "turned_away")

    # One of the two, so that an event is in one chain. Without an index: the constraints below serve.
    study = models.ForeignKey(
        Study, null=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    annotator = models.ForeignKey(
        Annotator, null=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    sequence = models.PositiveIntegerField(help_text="Its place in the chain, from 0.")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    payload = models.TextField(null=True, help_text="Canonical JSON; empty once a withdrawal erased it.")  # noqa: DJ001 - an erased payload is not an empty one
    payload_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotator", "sequence"], name="event_once_in_annotators_chain"),
            models.UniqueConstraint(fields=["study", "sequence"], name="event_once_in_studys_chain"),
            models.CheckConstraint(
                condition=Q(study__isnull=True, annotator__isnull=False)
                | Q(study__isnull=False, annotator__isnull=True),
                name="event_in_one_chain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}"


def canonical(payload: dict[str, Any]) -> str:
    """Return JSON with sorted keys, no spaces and characters as they are: one text for one content."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment(at: datetime) -> str:
    """Return a time as it enters a digest: UTC with microseconds, as in 2026-01-02T03:04:05.000006Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def link(*, previous: str, chain: str, sequence: int, at: datetime, kind: str, payload_sha256: str) -> str:
    """Return the digest of an event, which depends on every event before it in its chain."""
    lines = (previous, chain, str(sequence), moment(at), kind, payload_sha256)
    return sha256("".join(f"{line}\n" for line in lines))
