"""Further labels on the items that were tied, as a protocol may foresee: the vote before them and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.array_types import BoolArray, IntArray
from evaluation.config import EvaluationConfig
from evaluation.errors import BadTable
from evaluation.intervals import Interval
from evaluation.label_table import LabelTable
from evaluation.set_aside import keeping
from evaluation.strata import wilson_of_credit
from evaluation.voting import majority_vote, mean_credit, vote_credit


@dataclass(frozen=True)
class FurtherLabel:
    """A label that counts and was given beyond the k that every item was to get.

    Parameters
    ----------
    item : int
        The item's index in the dataset.
    annotator : str
        Who gave it.
    """

    item: int
    annotator: str


@dataclass(frozen=True)
class Extension:
    """What was recorded of an extension.

    Parameters
    ----------
    labels_per_item : int
        Further labels wanted on each of the items, beyond the k of the protocol.
    items : tuple of int
        The items by their indices in the dataset, ascending: those that were tied when it was decided.
    labels : tuple of FurtherLabel
        The further labels that count, by item and annotator. That one cannot tell is none.
    """

    labels_per_item: int
    items: tuple[int, ...]
    labels: tuple[FurtherLabel, ...] = ()


@dataclass(frozen=True)
class ExtendedVote:
    """The vote at one of the two moments.

    Parameters
    ----------
    value : float or None
        Majority accuracy under the study's tie rule; None without labels.
    interval : Interval
        Wilson's; where ties have fractional credit, at the mean credit.
    ties : int
        Items on which several categories share the lead.
    labels : int
        Labels that count.
    """

    value: float | None
    interval: Interval
    ties: int
    labels: int


@dataclass(frozen=True)
class TieExtension:
    """What further labels on the tied items changed.

    Parameters
    ----------
    labels_per_item : int
        Further labels wanted on each of the items.
    items : int
        Items that were to get them.
    labels : int
        Further labels that count.
    before : ExtendedVote
        With the k labels that every item was to get.
    after : ExtendedVote
        With the further labels too: the headline.
    """

    labels_per_item: int
    items: int
    labels: int
    before: ExtendedVote
    after: ExtendedVote


def first_labels(table: LabelTable, extension: Extension | None) -> LabelTable:
    """Leave the further labels out.

    Figures of agreement, of single labels and of the curve over labels per item are of these. The further
    labels are on items alone that people found hard enough to tie on, so that hard items would weigh more
    than others with them; and a label drawn from an item that was chosen by its first labels is no more like
    those.

    Parameters
    ----------
    table : LabelTable
        All labels that count.
    extension : Extension or None
        Which of them are further ones.

    Returns
    -------
    LabelTable
        The table itself where there was no extension.

    Raises
    ------
    BadTable
        If a further label is not in the table.

    Examples
    --------
    >>> table = LabelTable.from_labels([(7, "ann", "cat"), (7, "bob", "dog")], truth={7: "cat"},
    ...                                categories=["cat", "dog"])
    >>> first_labels(table, Extension(1, (7,), (FurtherLabel(7, "bob"),))).counts.tolist()
    [[1, 0]]
    """
    if extension is None or not extension.labels:
        return table
    return keeping(table, ~_further(table, extension.labels))


def wanted_by_item(k: int, extension: Extension | None, items: Sequence[str]) -> IntArray:
    """Return how many labels every item was to get.

    Parameters
    ----------
    k : int
        Labels of an item by the protocol.
    extension : Extension or None
        Which items were to get more.
    items : sequence of str
        The items' names, which are their indices.

    Returns
    -------
    int array, shape (N,)
        In the order of `items`.

    Examples
    --------
    >>> wanted_by_item(3, Extension(1, (7,)), ["5", "7"]).tolist()
    [3, 4]
    """
    wanted = np.full(len(items), k, dtype=np.int64)
    if extension is not None:
        extended = {str(item) for item in extension.items}
        wanted[[item in extended for item in items]] += extension.labels_per_item
    return wanted


def tie_extension(
    extension: Extension | None, table: LabelTable, first: LabelTable, config: EvaluationConfig, seed: int
) -> TieExtension | None:
    """Set the vote before the further labels beside that after them.

    Parameters
    ----------
    extension : Extension or None
        What was recorded.
    table, first : LabelTable
        All labels, and those of `first_labels`.
    config : EvaluationConfig
        Tie rule and confidence.
    seed : int
        Of the tie rule `seeded`.

    Returns
    -------
    TieExtension or None
        None without an extension.
    """
    if extension is None:
        return None
    return TieExtension(
        labels_per_item=extension.labels_per_item,
        items=len(extension.items),
        labels=len(extension.labels),
        before=_vote(first, config, seed),
        after=_vote(table, config, seed),
    )


def labels_wanted(k: int, extended: TieExtension | None) -> str:
    """Say in a few words how many labels an image was to get.

    Parameters
    ----------
    k : int
        Labels of an image by the protocol.
    extended : TieExtension or None
        Of the report.

    Returns
    -------
    str
        No sentence.

    Examples
    --------
    >>> labels_wanted(3, None)
    '3 labels per image'
    """
    words = f"{k} labels per image"
    if extended is None:
        return words
    return f"{words} ({k + extended.labels_per_item} on the {extended.items} that were tied)"


def extension_sentence(k: int, extended: TieExtension | None) -> str:
    """Say in a sentence what was done about ties, and what it changed.

    Parameters
    ----------
    k : int
        Labels of an image by the protocol.
    extended : TieExtension or None
        Of the report.

    Returns
    -------
    str
        Empty without an extension.

    Examples
    --------
    >>> extension_sentence(3, None)
    ''
    """
    if extended is None:
        return ""
    images = "The one image" if extended.items == 1 else f"The {extended.items} images"
    each, more = "was" if extended.items == 1 else "were", extended.labels_per_item
    further = "1 further label" if more == 1 else f"{more} further labels"
    whom = "" if extended.items == 1 else " each"
    return (
        f"{images} on which {k} labels tied {each} given out again for {further}{whom}, as the protocol "
        f"foresaw. With {k} labels on every image the accuracy is {_share(extended.before.value)}, with the "
        f"further ones {_share(extended.after.value)}."
    )


def _share(value: float | None) -> str:
    return "not defined" if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def _vote(table: LabelTable, config: EvaluationConfig, seed: int) -> ExtendedVote:
    votes = majority_vote(table.counts)
    credit = vote_credit(votes, table.truth, config.tie_rule, seed, table.items, table.categories)
    return ExtendedVote(
        value=mean_credit(credit),
        interval=wilson_of_credit(credit, config.confidence),
        ties=int(np.count_nonzero(votes.leaders > 1)),
        labels=table.n_labels,
    )


def _further(table: LabelTable, labels: Sequence[FurtherLabel]) -> BoolArray:
    """Tell of every label of the table whether it is a further one."""
    items = {name: code for code, name in enumerate(table.items)}
    people = {name: code for code, name in enumerate(table.annotators)}
    codes = [(items.get(str(label.item), -1), people.get(label.annotator, -1)) for label in labels]
    pairs = np.array(codes, dtype=np.int64)
    width = max(table.n_annotators, 1)
    further = np.isin(table.item_codes * width + table.annotator_codes, pairs[:, 0] * width + pairs[:, 1])
    if (pairs < 0).any() or np.count_nonzero(further) != len(labels):
        raise BadTable(
            "A further label on a tied item is not among the labels that count. Give the extension of the "
            "same moment as the labels."
        )
    return further
