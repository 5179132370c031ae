"""The files that a bundle's other files are computed from: raw data, and one canonical way to write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluation.array_types import IntArray
from evaluation.bundle.inputs import BundleInputs, LabelRow, SampleRow
from evaluation.bundle.record import record_text
from evaluation.render.csv import csv_text, defused

LABELS, SAMPLE, CATEGORIES = "labels.csv", "sample.csv", "categories.txt"
PROTOCOL, STUDY, EVENTS = "protocol.json", "study.json", "events.jsonl"
SET_ASIDE = "labels_set_aside.csv"
#: All of them; `SET_ASIDE` is there where an annotator is excluded.
SOURCES = (LABELS, SET_ASIDE, SAMPLE, CATEGORIES, PROTOCOL, STUDY, EVENTS)
#: Folder of machines' predictions, a file each, named as the machine.
PREDICTIONS = "predictions"
#: Folder of the images that the report shows, named by their items.
IMAGES = "images"

PREDICTION_COLUMNS = ("item", "label")
LABEL_COLUMNS = ("item", "annotator", "label", "response_ms", "submitted_at")
SAMPLE_COLUMNS = ("item", "truth", "pixel_sha256")


def source_files(inputs: BundleInputs) -> dict[str, bytes]:
    """Write the raw data.

    Parameters
    ----------
    inputs : BundleInputs
        From the database, or from a bundle.

    Returns
    -------
    dict of str to bytes
        File name to content; the same content for the same data.
    """
    aside = {SET_ASIDE: labels_text(inputs.set_aside).encode()} if inputs.set_aside else {}
    machines = {
        f"{PREDICTIONS}/{name}.csv": predictions_text(
            inputs.table.items, codes, inputs.table.categories
        ).encode()
        for name, codes in sorted(inputs.predictions.items())
    }
    return {
        LABELS: labels_text(inputs.labels).encode(),
        **aside,
        SAMPLE: sample_text(inputs.sample).encode(),
        CATEGORIES: categories_text(inputs.table.categories).encode(),
        PROTOCOL: inputs.protocol.encode(),
        STUDY: record_text(inputs.record).encode(),
        EVENTS: inputs.events,
        **machines,
        **{f"{IMAGES}/{item}.png": content for item, content in inputs.images.items()},
    }


def labels_text(rows: Iterable[LabelRow]) -> str:
    r"""Write labels as CSV.

    Parameters
    ----------
    rows : iterable of LabelRow
        In the order of items and annotators.

    Returns
    -------
    str
        An unknown time is an empty cell.

    Examples
    --------
    >>> labels_text([LabelRow(7, "ann", "cat", None, "2026-11-22T12:00:00.000000Z")]).splitlines()[1]
    '7,ann,cat,,2026-11-22T12:00:00.000000Z'
    """
    return csv_text([LABEL_COLUMNS, *rows])


def sample_text(rows: Sequence[SampleRow]) -> str:
    """Write the sample as CSV.

    Parameters
    ----------
    rows : sequence of SampleRow
        In the order of items.

    Returns
    -------
    str
        With a column `stratum` where something divides the items.

    Examples
    --------
    >>> sample_text([SampleRow(7, "cat", "00", "")]).splitlines()
    ['item,truth,pixel_sha256', '7,cat,00']
    """
    if not any(row.stratum for row in rows):
        return csv_text([SAMPLE_COLUMNS, *(row[:-1] for row in rows)])
    return csv_text([(*SAMPLE_COLUMNS, "stratum"), *rows])


def predictions_text(items: Sequence[str], codes: IntArray, categories: Sequence[str]) -> str:
    r"""Write a machine's predictions as CSV.

    Parameters
    ----------
    items, categories : sequences of str
        As `LabelTable` has them.
    codes : int array, shape (N,)
        Category codes in the order of the items.

    Returns
    -------
    str
        A line an item.

    Examples
    --------
    >>> import numpy as np
    >>> predictions_text(["7", "9"], np.array([1, 0]), ["cat", "dog"])
    'item,label\n7,dog\n9,cat\n'
    """
    pairs = zip(items, (categories[code] for code in codes.tolist()), strict=True)
    return csv_text([PREDICTION_COLUMNS, *pairs])


def categories_text(categories: Iterable[str]) -> str:
    r"""Write the categories in the dataset's order, one a line.

    Parameters
    ----------
    categories : iterable of str
        Their names.

    Returns
    -------
    str
        Names that a spreadsheet would run as a formula have an apostrophe before them.

    Examples
    --------
    >>> categories_text(["cat", "=dog"])
    "cat\n'=dog\n"
    """
    return "".join(f"{defused(name)}\n" for name in categories)
