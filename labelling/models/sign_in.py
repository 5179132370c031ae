"""How often signing in failed under a name: what slows down whoever guesses passwords."""

from django.db import models
from django.db.models import Q


class SignInFailures(models.Model):
    """The failures in a row under one name. It knows neither the name nor from where somebody tried.

    `name_digest` is a keyed digest of the name: it finds the row of a name that somebody gives, and tells
    nobody which name it was.
    """

    name_digest = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sign-in failures"
        constraints = [models.CheckConstraint(condition=Q(failures__gte=1), name="sign_in_failed_once")]

    def __str__(self) -> str:
        return f"{self.failures} failures"
