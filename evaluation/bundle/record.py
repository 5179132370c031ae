"""What a bundle records of a study beside its labels, sample, protocol and events: `study.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from evaluation.bundle.from_json import built
from evaluation.bundle.json_text import parsed
from evaluation.cant_tell import CantTell
from evaluation.check_outcomes import CheckOutcomes
from evaluation.checklist_facts import ChecklistFacts
from evaluation.config import EvaluationConfig
from evaluation.errors import BadTable
from evaluation.event_facts import EventFacts
from evaluation.study_facts import StudyFacts
from evaluation.tie_extension import Extension

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class OtherItem:
    """An item of the study that is no part of the sample, such as an example in the guide.

    Parameters
    ----------
    role : str
        "guide", "practice" or "gold".
    item : int
        Its index in the dataset.
    truth, pixel_sha256 : str
        As in `sample.csv`.
    """

    role: str
    item: int
    truth: str
    pixel_sha256: str


@dataclass(frozen=True)
class StudyRecord:
    """The facts and settings that a report is made from, beside what the other files of a bundle hold.

    A new input of the report is a new field here: it is then in `study.json`, and a reader who has nothing
    but the bundle computes the same report.

    Parameters
    ----------
    title : str
        What the study is called on pages.
    state : str
        "running", "paused", "complete" or "closed".
    close_reason : str
        Why it was closed early; else empty.
    rehearsal_crowd : str
        The simulated crowd in words; empty where people gave the labels.
    dataset_title, dataset_source : str
        The dataset in words.
    drawn : bool
        Whether a program drew the images.
    height, width, channels : int
        Of an image, in pixels.
    stratum_name : str
        What the dataset divides its items by, such as "scale"; else empty.
    stratum_names : tuple of str
        The strata as they are written in the dataset; empty where there are none.
    other_items : tuple of OtherItem
        By role, each in drawn order.
    surplus_labels, excluded_annotators : int
        Kept and not counted. That one cannot tell is no label here.
    facts : StudyFacts
        What `report.json` says about the study.
    config : EvaluationConfig
        The settings of the evaluation.
    checklist : ChecklistFacts
        What the checklist is answered from, the researcher's answers among it.
    events : EventFacts or None
        The record of events as it was exported; None where there is none.
    checks : tuple of CheckOutcomes
        What became of the checks that were mixed in, one entry for each annotator who answered any, by name.
    cant_tell : tuple of CantTell
        How often annotators could not tell, an entry for each item where any could not, by item.
    extension : Extension or None
        The items that were given out again because they were tied, and their further labels.
    """

    title: str = ""
    state: str = "complete"
    close_reason: str = ""
    rehearsal_crowd: str = ""
    dataset_title: str = ""
    dataset_source: str = ""
    drawn: bool = False
    height: int = 0
    width: int = 0
    channels: int = 1
    stratum_name: str = ""
    stratum_names: tuple[str, ...] = ()
    other_items: tuple[OtherItem, ...] = ()
    surplus_labels: int = 0
    excluded_annotators: int = 0
    facts: StudyFacts = field(default_factory=StudyFacts)
    config: EvaluationConfig = field(default_factory=EvaluationConfig)
    checklist: ChecklistFacts = field(default_factory=ChecklistFacts)
    events: EventFacts | None = None
    checks: tuple[CheckOutcomes, ...] = ()
    cant_tell: tuple[CantTell, ...] = ()
    extension: Extension | None = None

    @property
    def rehearsal(self) -> bool:
        """Whether a simulated crowd gave the labels."""
        return bool(self.facts.rehearsal)


def record_text(record: StudyRecord) -> str:
    r"""Write a record as JSON, keys in the order of the fields.

    Parameters
    ----------
    record : StudyRecord
        Any.

    Returns
    -------
    str
        UTF-8 text that ends with a newline; the same for the same record.

    Examples
    --------
    >>> read_record(record_text(StudyRecord(title="Pilot"))) == StudyRecord(title="Pilot")
    True
    """
    document = {"schema_version": SCHEMA_VERSION, **asdict(record)}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_record(text: str) -> StudyRecord:
    """Read what `record_text` wrote.

    Parameters
    ----------
    text : str
        The contents of `study.json`.

    Returns
    -------
    StudyRecord
        Equal to the one that was written.

    Raises
    ------
    BadFile
        If it is no JSON.
    BadTable
        If it is of another version, or has a field too many or too few.
    """
    document = parsed(text, "study.json")
    if not isinstance(document, dict) or document.pop("schema_version", None) != SCHEMA_VERSION:
        raise BadTable(
            f"study.json is not of schema version {SCHEMA_VERSION}. Use the version of human-baseline that "
            "report.json names in generated_by."
        )
    return built(StudyRecord, document, "study.json")
