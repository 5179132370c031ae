"""The independent check of the record of events, on chains that are written here from the format alone."""

import hashlib
import json

import pytest

from evaluation.verification.event_chains import read_chains, root_of

ZEROS = "0" * 64


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def chain(name, *events, at="2026-11-22T12:00:00.000000Z"):
    """Write a chain of (kind, payload) as a bundle has it."""
    written, previous = [], ZEROS
    for sequence, (kind, payload) in enumerate(events):
        payload_sha256 = digest(canonical(payload))
        previous = digest(f"{previous}\n{name}\n{sequence}\n{at}\n{kind}\n{payload_sha256}\n")
        written.append(
            {
                "at": at,
                "chain": name,
                "kind": kind,
                "payload": payload,
                "payload_sha256": payload_sha256,
                "sequence": sequence,
                "sha256": previous,
            }
        )
    return written


def seal(*chains):
    heads = {events[-1]["chain"]: [len(events), events[-1]["sha256"]] for events in chains}
    lines = "".join(f"{name} {length} {head}\n" for name, (length, head) in sorted(heads.items()))
    return {"heads": heads, "events": sum(map(len, chains)), "root": digest(lines), "salt": "s"}


def text(*chains):
    return "".join(canonical(event) + "\n" for events in chains for event in events).encode()


ANN = chain("ann", ("joined", {"salt": "1"}), ("labelled", {"item": 7, "label": "Mantel è", "salt": "2"}))
BOB = chain("bob", ("joined", {"salt": "3"}), ("finished", {"salt": "4"}))
STUDY = chain("study", ("created", {"salt": "5"}), ("sealed", seal(ANN, BOB)))


def faults(*chains):
    return [str(fault) for fault in read_chains(text(*chains)).faults]


def altered(events, row, **changes):
    return [{**event, **(changes if place == row else {})} for place, event in enumerate(events)]


def test_a_whole_record_has_no_fault():
    chains = read_chains(text(STUDY, ANN, BOB))
    assert chains.faults == []
    assert chains.heads["ann"] == (2, ANN[-1]["sha256"])
    assert [event.kind for event in chains.events] == [
        *("created", "sealed", "joined", "labelled", "joined", "finished")
    ]


def test_the_root_covers_every_chain_by_name():
    chains = read_chains(text(STUDY, ANN, BOB))
    heads = {"study": (2, STUDY[-1]["sha256"]), "bob": (2, BOB[-1]["sha256"]), "ann": (2, ANN[-1]["sha256"])}
    assert chains.root == root_of(heads)
    lines = [f"{name} 2 {heads[name][1]}\n" for name in ("ann", "bob", "study")]
    assert chains.root == digest("".join(lines))


def test_an_erased_answer_keeps_the_chain_whole():
    assert faults(STUDY, altered(ANN, 1, payload=None), BOB) == []


@pytest.mark.parametrize("kind", ["checked", "screened", "practised", "turned_away"])
def test_what_followed_from_answers_is_erased_with_them(kind):
    cat = chain("cat", ("joined", {"salt": "6"}), (kind, {"salt": "7"}), ("withdrawn", {"salt": "8"}))
    assert faults(STUDY, ANN, BOB, altered(cat, 1, payload=None)) == []


def test_nothing_but_answers_and_exclusions_may_say_nothing():
    assert "says something" in faults(STUDY, altered(ANN, 0, payload=None), BOB)[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"payload": {"item": 8, "label": "Mantel è", "salt": "2"}}, "the payload's SHA-256 is another"),
        ({"at": "2026-11-22T12:00:01.000000Z"}, "does not follow"),
        ({"kind": "finished"}, "does not follow"),
        ({"payload_sha256": ZEROS}, "does not follow"),
        ({"sha256": ZEROS}, "does not follow"),
        ({"sequence": 2}, "does not go on"),
        ({"chain": "bea"}, "does not go on"),
        ({"more": 1}, "no event in canonical JSON"),
        ({"sequence": "1"}, "no event in canonical JSON"),
        ({"payload": [1]}, "no event in canonical JSON"),
    ],
)
def test_a_changed_event_is_found_with_its_line(changes, told):
    found = faults(STUDY, altered(ANN, 1, **changes), BOB)
    assert any(told in fault and "line 4" in fault for fault in found), found


def test_an_event_left_out_is_found():
    assert "does not go on" in faults(STUDY, ANN[1:], BOB)[0]


def test_an_event_left_out_at_the_end_is_found_by_the_seal():
    assert "the chain ann is not as it was sealed" in faults(STUDY, ANN[:1], BOB)[0]


def test_a_chain_left_out_is_found_by_the_seal():
    assert "the chain bob is not as it was sealed" in faults(STUDY, ANN)[0]


def test_an_event_that_was_changed_with_all_that_follow_is_found_by_the_seal():
    forged = chain("ann", ("joined", {"salt": "1"}), ("labelled", {"item": 7, "label": "Hemd", "salt": "2"}))
    assert len(faults(STUDY, forged, BOB)) == 1
    assert "the chain ann is not as it was sealed" in faults(STUDY, forged, BOB)[0]


def test_a_chain_may_grow_after_the_seal():
    grown = chain("bob", ("joined", {"salt": "3"}), ("finished", {"salt": "4"}), ("withdrawn", {"salt": "6"}))
    assert faults(STUDY, ANN, grown) == []


@pytest.mark.parametrize("left_out", ["root", "events", "heads"])
def test_a_seal_that_lacks_something_is_found(left_out):
    sealed = {key: value for key, value in seal(ANN, BOB).items() if key != left_out}
    assert faults(chain("study", ("created", {"salt": "5"}), ("sealed", sealed)), ANN, BOB)


@pytest.mark.parametrize(
    "changes",
    [{"root": ZEROS}, {"root": 1}, {"events": 5}, {"events": []}, {"heads": {}}, {"heads": {"ann": [2]}}],
)
def test_a_seal_that_contradicts_itself_is_found(changes):
    sealed = {**seal(ANN, BOB), **changes}
    assert faults(chain("study", ("created", {"salt": "5"}), ("sealed", sealed)), ANN, BOB)


def test_chains_in_another_order_are_found():
    assert "does not stand in its place" in faults(STUDY, BOB, ANN)[0]


@pytest.mark.parametrize(
    "line", [b"{}\n", b"nothing\n", b"\xff\n", b"\n", b'{"at": 1}\n', b"[" * 100_000 + b"\n"]
)
def test_a_line_that_is_no_event_is_found(line):
    found = read_chains(text(STUDY, ANN, BOB) + line).faults
    assert [fault.place for fault in found] == ["line 7"]


def test_an_event_in_another_writing_is_found():
    spaced = text(STUDY, ANN, BOB).replace(b'"kind":"created"', b'"kind": "created"')
    assert read_chains(spaced).faults[0].place == "line 1"


def test_a_last_line_without_its_end_is_found():
    assert read_chains(text(STUDY, ANN, BOB)[:-1]).faults
