"""What the researcher expects of a study: the assumptions behind its size, and its cost."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from labelling.models.study import Study

_SHARE = [MinValueValidator(0), MaxValueValidator(1)]
_CONSISTENCY = [MinValueValidator(-1), MaxValueValidator(1)]


class Plan(models.Model):
    """The planner's assumptions. They are no part of the protocol; from launch on they stay as they are.

    The report's checklist repeats what they gave. An empty field was not filled in. Shares lie between 0 and
    1; pay is per hour of an annotator's work.
    """

    ASSUMPTIONS = (
        "expected_accuracy",
        "machine_accuracy",
        "error_consistency",
        "pilot",
        "expected_annotators",
        "seconds_per_label",
        "hourly_pay",
        "minimum_wage",
        "currency",
    )

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="plan")
    expected_annotators = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    expected_accuracy = models.FloatField(null=True, blank=True, validators=_SHARE)
    machine_accuracy = models.FloatField(null=True, blank=True, validators=_SHARE)
    error_consistency = models.FloatField(
        null=True,
        blank=True,
        validators=_CONSISTENCY,
        help_text="How alike people and machine err; 0: their errors know nothing of each other.",
    )
    pilot = models.ForeignKey(
        Study,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="A study of the same dataset whose labels tell how much people differ.",
    )
    seconds_per_label = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0.1)])
    hourly_pay = models.DecimalField(
        null=True, blank=True, max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    minimum_wage = models.DecimalField(
        null=True, blank=True, max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, blank=True, help_text="As in EUR.")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_annotators__isnull=True) | Q(expected_annotators__gte=1),
                name="plan_annotators_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"Plan of {self.study_id}"
