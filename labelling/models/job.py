"""Long work that somebody started at the desk: how far it is, and what came of it."""

import secrets

from django.db import models
from django.db.models import Q

from labelling.models.study import Study


def new_job_token() -> str:
    """Return the name of a job's folder: 128 random bits, so that no two databases share one."""
    return secrets.token_hex(16)


class Job(models.Model):
    """A piece of work in a process of its own. Its page can be left; its result stays until it is removed.

    `beat_at` is when the process last said that it lives. `arguments` and `result` are JSON for its kind.
    `fingerprint` is a digest of kind, study and arguments: the same work is never under way twice.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200, help_text="What it does, in words.")
    study = models.ForeignKey(Study, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    started_by = models.CharField(
        max_length=60, blank=True, help_text="As the record of events calls the person; empty: the desk."
    )
    token = models.CharField(max_length=32, default=new_job_token, unique=True)
    fingerprint = models.CharField(max_length=64)
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
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_under_way_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come of it."""
        return self.state in (self.State.DONE, self.State.FAILED)
