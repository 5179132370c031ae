"""A study's counts at one moment, kept so that a page need not count a million labels again."""

from django.db import models

from labelling.models.study import Study


class Tally(models.Model):
    """What was counted of a study, and when. Derived: it may be thrown away at any time and counted again.

    `labels` is how many labels there were, `seconds` how long the counting took, `counts` the packed arrays
    that `labelling.selectors.tally_packing` reads. `begun_at` is when somebody began to count anew, and empty
    while nobody does; `counted_at` is empty until the first count is done.
    """

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="tally")
    begun_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    labels = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    counts = models.BinaryField(default=b"")

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"Tally of {self.study_id}"
