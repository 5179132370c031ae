"""Practice: answers to images that are shown with feedback before the real ones."""

from django.db import models

from labelling.models.annotator import Annotator
from labelling.models.dataset import Category
from labelling.models.study import SampleItem


class PracticeAnswer(models.Model):
    """An answer to a practice image, in the first or the second try of the round."""

    annotator = models.ForeignKey(Annotator, on_delete=models.CASCADE, related_name="practice_answers")
    sample_item = models.ForeignKey(SampleItem, on_delete=models.PROTECT, related_name="practice_answers")
    attempt = models.PositiveSmallIntegerField(help_text="From 1.")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="practice_answers")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["annotator", "attempt", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "sample_item", "attempt"], name="practice_answer_once_an_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.category_id} in try {self.attempt}"
