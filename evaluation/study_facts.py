"""What a report says about the study that its labels come from."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.deviation import Deviation, deviations


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
    deviations : sequence of Deviation, or of mappings with its fields
        What happened otherwise than the protocol planned, in the order that it happened. None where nobody
        told, empty where nothing did.

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
    deviations: tuple[Deviation, ...] | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        # Facts that were read from JSON have lists and plain mappings.
        if self.deviations is not None:
            object.__setattr__(self, "deviations", deviations(self.deviations))
