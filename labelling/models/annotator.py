"""An annotator: a pseudonymous person in one study."""

import hashlib

from django.db import models

from labelling.models.dataset import new_token
from labelling.models.study import Study


def secret_hash(secret: str) -> str:
    """Return what is stored of a secret. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class AnnotatorQuerySet(models.QuerySet["Annotator"]):
    """Questions asked of annotators."""

    def holding(self, secret: str) -> "AnnotatorQuerySet":
        """Those whose browser holds `secret`: one or none."""
        return self.filter(secret_sha256=secret_hash(secret))


class Annotator(models.Model):
    """A pseudonymous person in one study, known by a random id and nothing else.

    The browser holds a secret; only its SHA-256 is stored, so that a copy of the database lets nobody go on
    in an annotator's name.
    """

    class TurnedAway(models.TextChoices):
        """Why somebody who joined is not given images."""

        SCREENING = "screening", "The answers to the screening questions"
        PRACTICE = "practice", "The practice round was not passed"
        TIME = "time", "The time that the panel allows was over"
        RETURNED = "returned", "They gave their place back to the panel"

    # Without an index of its own: a unique one below begins with it.
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="annotators", db_index=False)
    pseudonym = models.CharField(max_length=64, default=new_token, help_text="The id in exports and reports.")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    joined_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    screened_at = models.DateTimeField(null=True, blank=True)
    practised_at = models.DateTimeField(null=True, blank=True)
    turned_away_at = models.DateTimeField(null=True, blank=True)
    turned_away_for = models.CharField(max_length=10, choices=TurnedAway, blank=True)
    guide_read_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    completion_code = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    first_rank = models.PositiveBigIntegerField(
        default=0,
        editable=False,
        help_text="No place of a lower rank is open to the annotator; see services/picking.py.",
    )
    reopenings_seen = models.PositiveIntegerField(
        default=0, editable=False, help_text="At how many of the study's reopenings that was so."
    )

    objects = AnnotatorQuerySet.as_manager()

    class Meta:
        ordering = ["study", "joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "pseudonym"], name="annotator_pseudonym_unique"),
            models.CheckConstraint(
                condition=models.Q(consented_at__isnull=True, consent_version="")
                | (models.Q(consented_at__isnull=False) & ~models.Q(consent_version="")),
                name="annotator_consent_has_version",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, completion_code="")
                | (models.Q(finished_at__isnull=False) & ~models.Q(completion_code="")),
                name="annotator_finished_has_code",
            ),
            models.CheckConstraint(
                condition=models.Q(turned_away_at__isnull=True, turned_away_for="")
                | (models.Q(turned_away_at__isnull=False) & ~models.Q(turned_away_for="")),
                name="annotator_turned_away_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym
