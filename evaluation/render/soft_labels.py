"""How many annotators gave each item each category: targets for training on what people see."""

from __future__ import annotations

from evaluation.label_table import LabelTable
from evaluation.render.csv import csv_text


def soft_labels_csv(table: LabelTable) -> str:
    r"""Write the counts as CSV.

    Parameters
    ----------
    table : LabelTable
        N items, K categories.

    Returns
    -------
    str
        A column of items and one for each category, in labels; a row of zeros where an item has none.

    Examples
    --------
    >>> table = LabelTable.from_labels([(0, "ann", "dog")], truth=["cat"], categories=["cat", "dog"])
    >>> soft_labels_csv(table)
    'item,cat,dog\n0,0,1\n'
    """
    rows = ([item, *counts] for item, counts in zip(table.items, table.counts.tolist(), strict=True))
    return csv_text([["item", *table.categories], *rows])


def soft_labels_npy(table: LabelTable) -> bytes:
    """Write the counts as a numpy file.

    The header is written here: numpy pads it by a number of blanks that has changed between its versions.

    Parameters
    ----------
    table : LabelTable
        N items, K categories.

    Returns
    -------
    bytes
        For ``numpy.load``: 64-bit integers of shape (N, K), rows in the order of the items, columns in that
        of the categories.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> table = LabelTable.from_labels([(0, "ann", "dog")], truth=["cat"], categories=["cat", "dog"])
    >>> np.load(io.BytesIO(soft_labels_npy(table))).tolist()
    [[0, 1]]
    """
    shape = f"({table.n_items}, {table.n_categories})"
    header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}"
    padded = header.ljust((len(header) + 10) // 64 * 64 + 64 - 11) + "\n"  # data begin at a multiple of 64
    magic = b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little")
    return magic + padded.encode("ascii") + table.counts.astype("<i8").tobytes()
