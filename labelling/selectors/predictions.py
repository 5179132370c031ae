"""Machines' predictions on a study's sample."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labelling.models import Predictions, Study


def machine_codes(*, study: Study, items: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return each machine's category codes on the given items, by its name. One query.

    `items` are all sampled items by their index in the dataset, in any order.
    """
    indexes = np.array([int(item) for item in items], dtype=np.int64)
    # Stored for the sample alone, predictions stand in the order of the indexes.
    ranks = np.argsort(np.argsort(indexes))
    return {
        machine.name: machine.unpacked()[indexes if machine.whole else ranks]
        # Sorted here and not by the database, whose order of text depends on its locale.
        for machine in sorted(Predictions.objects.filter(study=study), key=lambda machine: machine.name)
    }
