"""Where the time of a study comes from: the counters of the machines that it runs on."""

from django.db import models


class MachineClock(models.Model):
    """One start of one machine. Its processes count the time since then, and nobody can set that counter.

    So all of them agree on the present moment, and go on agreeing when the computer's clock is set.
    """

    machine = models.CharField(max_length=100, unique=True, help_text="Which start of which machine.")
    zero_at = models.DateTimeField(help_text="The moment at which its counter stood at zero.")

    def __str__(self) -> str:
        return f"{self.machine} from {self.zero_at}"
