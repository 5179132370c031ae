"""Checks: what is mixed in among the images to see whether an annotator looks, recorded apart from labels."""

from django.db import models
from django.db.models import Q

from labelling.models.annotator import Annotator
from labelling.models.dataset import Category, new_token
from labelling.models.study import SampleItem


class Check(models.Model):
    """One check given to an annotator, and the answer to it. It never counts as a label.

    A *gold* item has a known category; a *repeat* is an item that the annotator has labelled before; an
    *attention* check is an instruction to choose a certain category. Its `token` looks like an assignment's.
    """

    class Kind(models.TextChoices):
        """What is checked."""

        GOLD = "gold", "Gold: an image outside the sample, compared with its ground truth"
        REPEAT = "repeat", "Repeat: an image that the annotator labelled before"
        ATTENTION = "attention", "Attention: an instruction to choose a certain category"

    # Without an index of its own: a unique one below begins with it.
    annotator = models.ForeignKey(Annotator, on_delete=models.CASCADE, related_name="checks", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    sample_item = models.ForeignKey(
        SampleItem,
        null=True,
        on_delete=models.PROTECT,
        related_name="checks",
        help_text="Of gold and repeats.",
    )
    instructed = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="instructed_checks",
        help_text="What an attention check asks for.",
    )
    ordinal = models.PositiveIntegerField(help_text="It is shown after so many images, and before the next.")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    given_at = models.DateTimeField()
    category = models.ForeignKey(
        Category, null=True, on_delete=models.PROTECT, related_name="check_answers", help_text="The answer."
    )
    cant_tell = models.BooleanField(default=False, help_text="The answer was that one cannot tell.")
    submission_key = models.CharField(max_length=64, blank=True)
    response_ms = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["annotator", "ordinal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "kind", "sample_item"], name="check_once_for_an_item"
            ),
            models.UniqueConstraint(fields=["annotator", "kind", "ordinal"], name="check_once_at_an_ordinal"),
            models.UniqueConstraint(
                fields=["annotator", "submission_key"],
                condition=~Q(submission_key=""),
                name="check_submission_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="attention", sample_item__isnull=True, instructed__isnull=False)
                | (~Q(kind="attention") & Q(sample_item__isnull=False, instructed__isnull=True)),
                name="check_has_what_it_checks",
            ),
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True, category__isnull=True, cant_tell=False, submission_key=""
                )
                | (
                    Q(answered_at__isnull=False)
                    & ~Q(submission_key="")
                    & (Q(category__isnull=False, cant_tell=False) | Q(category__isnull=True, cant_tell=True))
                ),
                name="check_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} after {self.ordinal}"
