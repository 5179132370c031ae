"""An exclusion: the record that an annotator's labels do not count, with its reason."""

from django.db import models
from django.db.models import Q

from labelling.models.annotator import Annotator


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Questions asked of exclusions."""

    def in_force(self) -> "ExclusionQuerySet":
        """Exclusions that have not been lifted."""
        return self.filter(lifted_at__isnull=True)


class Exclusion(models.Model):
    """One exclusion of an annotator. It is lifted at most once, and otherwise never changed.

    `excluded_by` and `lifted_by` name who decided: a person of the desk by number ("researcher 7"),
    or the rule of the protocol. Pages show the person's name (`names_at_desk`).
    """

    annotator = models.ForeignKey(Annotator, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.TextField()
    excluded_by = models.CharField(max_length=150)
    excluded_at = models.DateTimeField()
    lift_reason = models.TextField(blank=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        ordering = ["excluded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotator"], condition=Q(lifted_at__isnull=True), name="exclusion_once_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(excluded_by=""), name="exclusion_has_reason_and_author"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lift_reason="", lifted_by="")
                | (Q(lifted_at__isnull=False) & ~Q(lift_reason="") & ~Q(lifted_by="")),
                name="exclusion_lift_has_reason_and_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.reason}"
