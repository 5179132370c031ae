"""A machine's predictions for a study's images, to compare people with."""

import numpy as np
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from numpy.typing import NDArray

from labelling.models.study import Study

# A category's place in the dataset's list takes two bytes, as Category.position does.
_STORED = np.dtype("<u2")

# A name becomes a file's name in the bundle, on any system: no dot or space at its ends, no other signs.
NAME_PATTERN = r"\A[A-Za-z0-9](?:[A-Za-z0-9 ._+-]{0,48}[A-Za-z0-9+])?\Z"
NAME_RULE = (
    "A name has 1 to 50 letters without accents, digits, spaces and . _ + -, and begins and ends with a "
    "letter or a digit. It becomes a file's name."
)


class PredictionsQuerySet(models.QuerySet["Predictions"]):
    """Questions asked of predictions."""

    def without_codes(self) -> "PredictionsQuerySet":
        """Everything but the predictions themselves, which may be long."""
        return self.defer("codes")


class Predictions(models.Model):
    """What one machine says, an item at a time, checked once when it came and never changed afterwards.

    `codes` has a category's place for every item of the dataset by index, or, without `whole`, for the
    sample's items from the smallest index.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="predictions")
    name = models.CharField(max_length=50, validators=[RegexValidator(NAME_PATTERN, NAME_RULE)])
    whole = models.BooleanField(help_text="For every image of the dataset, and not for the sample alone.")
    scores = models.BooleanField(help_text="The file had probabilities; the likeliest category is kept.")
    items = models.PositiveIntegerField()
    codes = models.BinaryField()
    file_sha256 = models.CharField(max_length=64, help_text="Of the file as it came.")
    uploaded_at = models.DateTimeField()

    objects = PredictionsQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        verbose_name_plural = "predictions"
        constraints = [
            # Not told apart by capitals alone: on many systems two such files would be one.
            models.UniqueConstraint(models.F("study"), Lower("name"), name="predictions_name_once_per_study"),
            models.CheckConstraint(condition=~Q(name="") & Q(items__gte=1), name="predictions_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def packed(codes: NDArray[np.int64]) -> bytes:
        """Return category codes as they are stored."""
        return codes.astype(_STORED).tobytes()

    def unpacked(self) -> NDArray[np.int64]:
        """Return the stored category codes."""
        return np.frombuffer(bytes(self.codes), dtype=_STORED).astype(np.int64)
