"""Places, assignments and labels: how an item gets exactly k labels.

Each sampled item has k places, made at launch. An assignment holds a place while its lease runs, and for good
once its label is counted. `Assignment.place` is unique, so a place has at most one holder, and an item at
most k counted labels, whatever the code does.
"""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from labelling.models.annotator import Annotator
from labelling.models.dataset import Category, new_token
from labelling.models.study import SampleItem, Study


class PlaceQuerySet(models.QuerySet["Place"]):
    """Questions asked of places."""

    def unfilled(self) -> "PlaceQuerySet":
        """Places without a counted label."""
        return self.filter(available_from__isnull=False)

    def free(self, *, at: datetime) -> "PlaceQuerySet":
        """Places that may be given out at this moment: never leased, or the lease has run out."""
        return self.filter(available_from__lte=at)


class Place(models.Model):
    """Room for one label of one sampled item. `rank` is the order in which a study gives its places out."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="places")
    # Without an index of its own: the one that keeps slots apart begins with it.
    sample_item = models.ForeignKey(
        SampleItem, on_delete=models.CASCADE, related_name="places", db_index=False
    )
    slot = models.PositiveSmallIntegerField(help_text="From 0 to k - 1.")
    rank = models.PositiveBigIntegerField()
    available_from = models.DateTimeField(
        null=True, help_text="When it may next be given out; empty once a label fills it."
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample_item", "slot"], name="place_slot_unique"),
        ]
        indexes = [
            models.Index(
                fields=["study", "rank"], condition=Q(available_from__isnull=False), name="place_unfilled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_item_id}/{self.slot}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Questions asked of assignments."""

    def leased(self) -> "AssignmentQuerySet":
        """Items promised and not yet answered; the lease may have run out unnoticed."""
        return self.filter(state=Assignment.State.LEASED)

    def counted(self) -> "AssignmentQuerySet":
        """Assignments whose label counts."""
        return self.filter(state=Assignment.State.SUBMITTED)


class Assignment(models.Model):
    """An item promised to an annotator: one row for the pair, whatever becomes of it."""

    class State(models.TextChoices):
        """What became of the promise. A label exists in `submitted`, `surplus`, `abstained` and `void`."""

        LEASED = "leased", "Leased"
        SUBMITTED = "submitted", "Submitted: the label counts"
        EXPIRED = "expired", "Expired: the place went to another"
        RELEASED = "released", "Released: given back"
        SURPLUS = "surplus", "Surplus: the label came when no place was free, and is never counted"
        ABSTAINED = "abstained", "Abstained: one could not tell, and somebody else is asked"
        VOID = "void", "Void: the label is not counted any more"

    # Without an index of its own: two below begin with it.
    annotator = models.ForeignKey(
        Annotator, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    sample_item = models.ForeignKey(SampleItem, on_delete=models.PROTECT, related_name="assignments")
    place = models.OneToOneField(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="assignment"
    )
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.LEASED)
    leased_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotator", "sample_item"], name="assignment_once_per_item"),
            models.CheckConstraint(
                condition=Q(state__in=["leased", "submitted"], place__isnull=False)
                | (~Q(state__in=["leased", "submitted"]) & Q(place__isnull=True)),
                name="assignment_holds_place_while_live",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("leased_at")), name="assignment_expires_after_lease"
            ),
        ]
        indexes = [models.Index(fields=["annotator", "state"], name="assignment_by_annotator")]

    def __str__(self) -> str:
        return f"{self.sample_item_id} to {self.annotator_id}: {self.state}"


class Label(models.Model):
    """An annotator's answer. Append-only: a database trigger refuses every update."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="label")
    # Without an index of its own: the one by time, below, serves.
    annotator = models.ForeignKey(Annotator, on_delete=models.PROTECT, related_name="labels", db_index=False)
    # Nobody looks labels up by category but who deletes a dataset: every label would pay for an index.
    category = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="labels",
        db_index=False,
        help_text="Empty where the annotator could not tell.",
    )
    changed_from = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="labels_changed",
        db_index=False,
        help_text="The first choice, where the annotator took it back before the answer was sent on.",
    )
    submission_key = models.CharField(
        max_length=64, help_text="The browser's own name for this answer, so that a retry is no second one."
    )
    response_ms = models.PositiveIntegerField(
        null=True,
        help_text="From first paint to answer, in milliseconds; empty where unknown.",
    )
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["annotator", "submission_key"], name="label_submission_once"),
            models.CheckConstraint(condition=~Q(submission_key=""), name="label_submission_named"),
        ]
        # What came lately of a study, and from whom, without looking at the rest.
        indexes = [models.Index(fields=["annotator", "submitted_at"], name="label_by_annotator_time")]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.category_id}"
