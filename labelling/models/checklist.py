"""A researcher's answers to the checklist, where the study's record knows none."""

from django.db import models
from django.db.models import Q

from labelling.models.study import Study


class ChecklistAnswer(models.Model):
    """One answer, the latest: a choice, words, or both. The study's events tell when it was given."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="checklist_answers")
    item = models.CharField(max_length=10, help_text="The item's number in the checklist.")
    choice = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "item"]
        constraints = [
            models.UniqueConstraint(fields=["study", "item"], name="checklist_answer_once_per_item"),
            models.CheckConstraint(condition=~Q(choice="") | ~Q(words=""), name="checklist_answer_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}: {self.item}"
