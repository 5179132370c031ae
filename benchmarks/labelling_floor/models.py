"""What the floor stores: tasks to read, answers to write. No index but the keys, no constraint."""

from django.db import models


class Task(models.Model):
    """A row to read."""

    name = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """A row to write, as wide as a label."""

    task_id = models.BigIntegerField()
    category = models.PositiveSmallIntegerField()
    submission_key = models.CharField(max_length=64)
    response_ms = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.submission_key
