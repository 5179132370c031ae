"""Files of predictions for the small studies of the tests."""

import io

import numpy as np


def npy(array) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(array))
    return file.getvalue()


def truth_of(study) -> list[int]:
    """The ground truth of the whole dataset."""
    items = study.dataset.items.order_by("index")
    return list(items.values_list("ground_truth__position", flat=True))


def sampled(study) -> list[int]:
    return sorted(study.sample.filter(role="sampled").values_list("item__index", flat=True))


def perfect(study) -> bytes:
    """A machine that is always right, for the whole dataset."""
    return npy(truth_of(study))
