"""What a report says about the study that its labels come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StudyFacts:
    """Facts that the labels cannot tell; each may be None where it is not known.

    Parameters
    ----------
    name, dataset, dataset_checksum, split : str, optional
        What was labelled.
    sample_size, population : int, optional
        Items in the sample, and in the test set.
    strategy : str, optional
        How the sample was drawn.
    seed : int, optional
        Seed of that draw.
    labels_per_item : int, optional
        Planned redundancy.
    tie_rule : str, optional
        The study's rule.
    protocol_sha256 : str, optional
        Hash of the frozen protocol.
    rehearsal : bool, optional
        Whether the labels come from a simulated crowd.

    Examples
    --------
    >>> StudyFacts(name="Garments", rehearsal=False).dataset is None
    True
    """

    name: str | None = None
    dataset: str | None = None
    dataset_checksum: str | None = None
    split: str | None = None
    sample_size: int | None = None
    population: int | None = None
    strategy: str | None = None
    seed: int | None = None
    labels_per_item: int | None = None
    tie_rule: str | None = None
    protocol_sha256: str | None = None
    rehearsal: bool | None = None
    reason: str | None = None
