"""Long work that somebody started at the desk: how far it is, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labelling.models.study import Study


class Job(models.Model):
    """A piece of work in a process of its own. Its page can be left; its result stays until it is removed.

    `beat_at` is when the process last said that it lives. `arguments` and `result` are JSON for its kind.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=20)
    study = models.ForeignKey(Study, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Empty while nobody can tell.")
    doing = models.CharField(max_length=200, blank=True, help_text="What is being done, in words.")
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], ended_at__isnull=False)
                | (~Q(state__in=["done", "failed"]) & Q(ended_at__isnull=True)),
                name="job_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
