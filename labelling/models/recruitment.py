"""Recruitment: where a study's annotators come from, and the one table that knows them by a panel's id."""

from django.db import models
from django.db.models import Q

from labelling.models.annotator import Annotator
from labelling.models.study import Study


class Recruitment(models.Model):
    """A panel through which a study is offered, with what that panel needs. Not part of the protocol."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="recruitments")
    panel = models.CharField(max_length=20, help_text="The name of a module in labelling/panels.")
    settings = models.JSONField(default=dict, blank=True, help_text="What this panel needs, by name.")
    completion_code = models.CharField(max_length=50, blank=True)
    screen_out_code = models.CharField(max_length=50, blank=True)
    time_out_code = models.CharField(max_length=50, blank=True)
    return_code = models.CharField(max_length=50, blank=True)
    time_limit_minutes = models.PositiveIntegerField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True, help_text="How many people are asked for.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "panel"]
        constraints = [
            models.UniqueConstraint(fields=["study", "panel"], name="recruitment_once_per_panel"),
            models.CheckConstraint(condition=~Q(panel=""), name="recruitment_names_its_panel"),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}: {self.panel}"


class PanelParticipant(models.Model):
    """Who an annotator is to a panel. Kept here alone, in no export, and deleted with a withdrawal."""

    recruitment = models.ForeignKey(Recruitment, on_delete=models.CASCADE, related_name="participants")
    annotator = models.OneToOneField(Annotator, on_delete=models.CASCADE, related_name="panel_participant")
    participant = models.CharField(max_length=200, help_text="The panel's id of the person.")
    session = models.JSONField(default=dict, help_text="What the panel sent beside it, by name.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recruitment", "participant"], name="panel_participant_once"),
            models.CheckConstraint(condition=~Q(participant=""), name="panel_participant_named"),
        ]

    def __str__(self) -> str:
        return f"of recruitment {self.recruitment_id}"
