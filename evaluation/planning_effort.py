"""What a study takes: people, their minutes, and what they are to be paid."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evaluation.errors import BadSetting

#: Minutes to consent and to read the guide, where nobody says otherwise.
ENTRY_MINUTES = 2.0


@dataclass(frozen=True)
class Effort:
    """People and time.

    Parameters
    ----------
    labels : int
        That count: n k.
    answers : float
        All answers, with the checks mixed in and with practice.
    annotators : int
        People who come.
    labels_per_annotator : float
        Mean of the labels that count.
    minutes_per_annotator : float
        Mean, with consent, guide and practice.
    hours : float
        Of all people together.
    """

    labels: int
    answers: float
    annotators: int
    labels_per_annotator: float
    minutes_per_annotator: float
    hours: float


def people_needed(n: int, labels_per_item: int, labels_per_annotator: int | None) -> int:
    """Tell how many people a study needs at least.

    Parameters
    ----------
    n, labels_per_item : int
        Items, and different annotators for each; 1 or more.
    labels_per_annotator : int or None
        Most that one annotator labels; None for as many as they like. Nobody labels an item twice, so that it
        is n at most.

    Returns
    -------
    int
        At least as many as each item needs.

    Examples
    --------
    >>> people_needed(1000, 3, 100), people_needed(1000, 3, None)
    (30, 3)
    """
    if n < 1 or labels_per_item < 1:
        raise BadSetting(f"{n} items with {labels_per_item} labels: choose 1 or more of each.")
    most = n if labels_per_annotator is None else min(labels_per_annotator, n)
    if most < 1:
        raise BadSetting(f"{labels_per_annotator} labels an annotator are none; choose 1 or more.")
    return max(labels_per_item, math.ceil(n * labels_per_item / most))


def effort(
    n: int,
    labels_per_item: int,
    annotators: int,
    seconds_per_label: float,
    checks_per_label: float = 0.0,
    practice_items: int = 0,
    entry_minutes: float = ENTRY_MINUTES,
) -> Effort:
    """Tell how long people will sit.

    Parameters
    ----------
    n, labels_per_item, annotators : int
        Planned, 1 or more.
    seconds_per_label : float
        From one answer to the next, above 0.
    checks_per_label : float
        Checks among so many labels, see `checks_per_label`; each takes as long as a label.
    practice_items : int
        For each person.
    entry_minutes : float
        To consent and read the guide.

    Returns
    -------
    Effort
        Without those who come and leave again.

    Examples
    --------
    >>> needed = effort(1000, 3, annotators=30, seconds_per_label=4)
    >>> needed.labels, round(needed.minutes_per_annotator, 2), round(needed.hours, 2)
    (3000, 8.67, 4.33)
    """
    if n < 1 or labels_per_item < 1 or annotators < 1:
        raise BadSetting(
            f"{n} items, {labels_per_item} labels, {annotators} annotators: choose 1 or more of each."
        )
    if seconds_per_label <= 0:
        raise BadSetting(f"A label takes {seconds_per_label} seconds; choose more than 0.")
    labels = n * labels_per_item
    answers = labels * (1 + checks_per_label) + practice_items * annotators
    minutes = answers * seconds_per_label / 60 + entry_minutes * annotators
    return Effort(
        labels=labels,
        answers=answers,
        annotators=annotators,
        labels_per_annotator=labels / annotators,
        minutes_per_annotator=minutes / annotators,
        hours=minutes / 60,
    )


def checks_per_label(gold_every: int, repeat_every: int, attention_every: int) -> float:
    """Tell how many checks come with a label: one of each kind among so many images, none for 0.

    Examples
    --------
    >>> checks_per_label(20, 0, 50)
    0.07
    """
    return math.fsum(1 / every for every in (gold_every, repeat_every, attention_every) if every)


def hourly_cost(needed: Effort, hourly_pay: float) -> float:
    """Give what all people cost together, without what a panel charges.

    Parameters
    ----------
    needed : Effort
        From `effort`.
    hourly_pay : float
        For an hour of one person's time, 0 or more.

    Returns
    -------
    float
        In the same currency.

    Examples
    --------
    >>> round(hourly_cost(effort(1000, 3, annotators=30, seconds_per_label=4), 12.0), 2)
    52.0
    """
    if hourly_pay < 0:
        raise BadSetting(f"A pay of {hourly_pay} an hour is below 0.")
    return needed.hours * hourly_pay
