"""What the triggers refuse: rules that a column constraint cannot say."""

from collections.abc import Iterator
from dataclasses import dataclass

from labelling.models.event import Event
from labelling.models.study import Study


@dataclass(frozen=True)
class Guard:
    """One rule: before `event` on `table`, refuse with `message` when `condition` holds."""

    name: str
    table: str
    event: str
    message: str
    condition: str


# Whether the row that is to be deleted is one of a person; an earlier rehearsal may be thrown away.
_OF_REAL_ANNOTATOR = (
    "EXISTS (SELECT 1 FROM labelling_annotator annotator JOIN labelling_study study "
    "ON study.id = annotator.study_id WHERE annotator.id = OLD.annotator_id AND NOT study.rehearsal"
)

_OF_LAUNCHED_STUDY = (
    "EXISTS (SELECT 1 FROM labelling_study study "
    "WHERE study.id = OLD.study_id AND NOT study.rehearsal AND study.state <> 'draft')"
)
_NOT_WITHDRAWN = "(SELECT withdrawn_at FROM labelling_annotator WHERE id = NEW.annotator_id) IS NULL"


def guards(differs: str) -> Iterator[Guard]:
    """Yield every guard. `differs` is the database's null-safe "differs from" operator."""
    yield from _label_guards()
    yield from _assignment_guards()
    yield from _study_guards(differs)
    yield from _annotator_guards(differs)
    yield from _event_guards(differs)
    yield from _check_guards(differs)


def _label_guards() -> Iterator[Guard]:
    yield Guard("label_append_only", "labelling_label", "UPDATE", "a label is never changed", "TRUE")
    yield Guard(
        "label_by_its_annotator",
        "labelling_label",
        "INSERT",
        "a label belongs to the annotator of its assignment",
        "NEW.annotator_id <> (SELECT annotator_id FROM labelling_assignment WHERE id = NEW.assignment_id)",
    )
    yield Guard(
        "label_not_after_withdrawal",
        "labelling_label",
        "INSERT",
        "nobody labels after withdrawing",
        "(SELECT withdrawn_at FROM labelling_annotator WHERE id = NEW.annotator_id) IS NOT NULL",
    )
    yield Guard(
        "label_names_a_category",
        "labelling_label",
        "INSERT",
        "the protocol has no answer that one cannot tell",
        "NEW.category_id IS NULL AND EXISTS (SELECT 1 FROM labelling_annotator annotator "
        "JOIN labelling_study study ON study.id = annotator.study_id "
        "WHERE annotator.id = NEW.annotator_id AND study.cant_tell = 'off')",
    )
    yield Guard(
        "label_kept",
        "labelling_label",
        "DELETE",
        "a label is deleted only when its annotator withdraws",
        f"{_OF_REAL_ANNOTATOR} AND annotator.withdrawn_at IS NULL)",
    )


def _assignment_guards() -> Iterator[Guard]:
    for event in ("INSERT", "UPDATE"):
        yield Guard(
            f"assignment_place_of_item_on_{event.lower()}",
            "labelling_assignment",
            event,
            "an assignment holds a place of its own item",
            "NEW.place_id IS NOT NULL AND NEW.sample_item_id <> "
            "(SELECT sample_item_id FROM labelling_place WHERE id = NEW.place_id)",
        )


def _study_guards(differs: str) -> Iterator[Guard]:
    frozen = [*Study.PROTOCOL_FIELDS, "dataset_id", "protocol", "protocol_sha256", "launched_at", "rehearsal"]
    yield Guard(
        "study_protocol_frozen",
        "labelling_study",
        "UPDATE",
        "the protocol is frozen at launch",
        f"OLD.protocol_sha256 <> '' AND ({_any_differs(frozen, differs)})",
    )
    yield Guard(
        "sample_item_fixed",
        "labelling_sampleitem",
        "UPDATE",
        "the sample is fixed when it is drawn",
        "TRUE",
    )
    yield Guard(
        "place_fixed",
        "labelling_place",
        "UPDATE",
        "a place keeps its item, slot and rank",
        _any_differs(["study_id", "sample_item_id", "slot", "rank"], differs),
    )
    yield Guard(
        "place_foreseen",
        "labelling_place",
        "INSERT",
        "an item has the places of the protocol, and further ones only by a recorded extension",
        "NEW.slot >= (SELECT redundancy FROM labelling_study WHERE id = NEW.study_id) "
        "AND (NEW.slot >= (SELECT redundancy + tie_extension FROM labelling_study WHERE id = NEW.study_id) "
        "OR NOT EXISTS (SELECT 1 FROM labelling_event event "
        "WHERE event.study_id = NEW.study_id AND event.kind = 'extended'))",
    )
    yield Guard(
        "study_unsealed_once",
        "labelling_study",
        "UPDATE",
        "what was unsealed stays so",
        f"OLD.unsealed_at IS NOT NULL AND ({_any_differs(['unsealed_at'], differs)})",
    )


def _annotator_guards(differs: str) -> Iterator[Guard]:
    decided = _any_differs(["annotator_id", "reason", "excluded_by", "excluded_at"], differs)
    yield Guard(
        "exclusion_lifted_once",
        "labelling_exclusion",
        "UPDATE",
        "an exclusion is lifted once and otherwise never changed",
        f"OLD.lifted_at IS NOT NULL OR {decided}",
    )
    yield Guard(
        "annotator_withdraws_once",
        "labelling_annotator",
        "UPDATE",
        "a withdrawal is final",
        f"OLD.withdrawn_at IS NOT NULL AND ({_any_differs(['withdrawn_at'], differs)})",
    )


def _event_guards(differs: str) -> Iterator[Guard]:
    yield Guard(
        "event_follows",
        "labelling_event",
        "INSERT",
        "an event follows the last one of its chain",
        "NEW.sequence > 0 AND NOT EXISTS (SELECT 1 FROM labelling_event earlier "
        "WHERE earlier.annotator_id = NEW.annotator_id AND earlier.sequence = NEW.sequence - 1) "
        "AND NOT EXISTS (SELECT 1 FROM labelling_event earlier "
        "WHERE earlier.study_id = NEW.study_id AND earlier.sequence = NEW.sequence - 1)",
    )
    yield Guard(
        "event_extends_once",
        "labelling_event",
        "INSERT",
        "tied items are given further labels once",
        "NEW.kind = 'extended' AND EXISTS (SELECT 1 FROM labelling_event earlier "
        "WHERE earlier.study_id = NEW.study_id AND earlier.kind = 'extended')",
    )
    erased = ", ".join(f"'{kind}'" for kind in Event.ERASED_KINDS)
    kept = ["study_id", "annotator_id", "sequence", "kind", "at", "payload_sha256", "sha256"]
    yield Guard(
        "event_append_only",
        "labelling_event",
        "UPDATE",
        "an event is never changed; a withdrawal erases what it says",
        f"{_any_differs(kept, differs)} OR NEW.payload IS NOT NULL OR NEW.kind NOT IN ({erased}) "
        f"OR {_NOT_WITHDRAWN}",
    )
    yield Guard(
        "event_kept",
        "labelling_event",
        "DELETE",
        "an event is never deleted",
        f"{_OF_REAL_ANNOTATOR}) OR {_OF_LAUNCHED_STUDY}",
    )


def _check_guards(differs: str) -> Iterator[Guard]:
    yield Guard(
        "check_of_its_study",
        "labelling_check",
        "INSERT",
        "gold checks and repeats are of items with that role in the study",
        "NEW.kind <> 'attention' AND NOT EXISTS (SELECT 1 FROM labelling_sampleitem member "
        "JOIN labelling_annotator annotator ON annotator.study_id = member.study_id "
        "WHERE annotator.id = NEW.annotator_id AND member.id = NEW.sample_item_id "
        "AND member.role = CASE NEW.kind WHEN 'gold' THEN 'gold' ELSE 'sampled' END)",
    )
    yield Guard(
        "check_repeats_a_label",
        "labelling_check",
        "INSERT",
        "a repeat is of an item that the annotator has labelled",
        "NEW.kind = 'repeat' AND NOT EXISTS (SELECT 1 FROM labelling_label label "
        "JOIN labelling_assignment assignment ON assignment.id = label.assignment_id "
        "WHERE assignment.annotator_id = NEW.annotator_id "
        "AND assignment.sample_item_id = NEW.sample_item_id)",
    )
    given = ["annotator_id", "kind", "sample_item_id", "instructed_id", "ordinal", "token", "given_at"]
    yield Guard(
        "check_stays_as_given",
        "labelling_check",
        "UPDATE",
        "a check is never changed once it is given",
        _any_differs(given, differs),
    )
    answer = ["category_id", "cant_tell", "submission_key", "response_ms", "answered_at"]
    yield Guard(
        "check_answered_once",
        "labelling_check",
        "UPDATE",
        "an answer to a check is never changed; a withdrawal erases it",
        f"({_any_differs(answer, differs)}) AND (CASE WHEN NEW.answered_at IS NULL THEN {_NOT_WITHDRAWN} "
        f"ELSE OLD.answered_at IS NOT NULL OR NOT ({_NOT_WITHDRAWN}) END)",
    )
    yield Guard(
        "check_kept",
        "labelling_check",
        "DELETE",
        "a check is never deleted",
        f"{_OF_REAL_ANNOTATOR})",
    )


def _any_differs(columns: list[str], differs: str) -> str:
    return " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)
