"""Every change in a bundle is found, and told where it is."""

import json
from functools import cache

import pytest
from django.core.management import call_command

from evaluation.bundle import derived_files
from evaluation.verification import bundle_check
from evaluation.verification.bundle_check import verify_folder
from evaluation.verification.page import PAGE
from labelling.bundle_page import bundle_page
from tests.labelling.rich_study import events_of, rows_of, with_new_sums, write_files

pytestmark = [pytest.mark.django_db, pytest.mark.only_sqlite]


@pytest.fixture(autouse=True)
def _compute_once(monkeypatch):
    """The same raw data give the same files, so that they are computed once for all tests."""
    monkeypatch.setattr(bundle_check, "recompute", _recomputed)


def _recomputed(files, progress=None):
    sources = {name: content for name, content in files.items() if _is_raw(name)}
    return _from(tuple(sorted(sources.items())))


def _is_raw(name):
    return name.startswith(("predictions/", "images/")) or name in bundle_check.SOURCES


@cache
def _from(sources):
    return ORIGINAL(dict(sources))


ORIGINAL = bundle_check.recompute


@pytest.fixture
def plain(bundle, monkeypatch):
    """The bundle without what is typeset, which takes long: for tests that compute it from other raw data."""
    monkeypatch.setattr(derived_files, "FAMILIES", derived_files.FAMILIES[:1])
    monkeypatch.setattr(bundle_check, "check_page", lambda *_: [])
    typeset = ("figures/", "methods")
    return {
        name: content
        for name, content in bundle.items()
        if not name.startswith(typeset) and not name.endswith((".tex", ".pdf"))
    }


def faults(tmp_path, files, render=None):
    return verify_folder(write_files(tmp_path, files), render=render).faults


def page(report, inputs):
    return {PAGE: bundle_page(report=report, inputs=inputs).encode()}


def told(found):
    return "\n".join(map(str, found))


def test_a_bundle_is_what_it_says(bundle, tmp_path):
    found = verify_folder(write_files(tmp_path, bundle))
    assert told(found.faults) == ""
    assert found.files == len(bundle)
    assert found.recomputed == len(bundle) - 2  # all but the page and the checksums
    assert found.remarks == ()


def test_the_page_is_rendered_again_to_the_last_byte_without_any_query(
    bundle, tmp_path, django_assert_num_queries
):
    with django_assert_num_queries(0):
        found = verify_folder(write_files(tmp_path, bundle), render=page)
    assert told(found.faults) == ""
    assert found.recomputed == len(bundle) - 1


def test_the_study_has_what_is_hard_to_tell(bundle):
    assert "labels_set_aside.csv" in bundle
    assert "predictions/net.csv" in bundle
    assert any(name.startswith("images/") for name in bundle)
    kinds = {event["kind"] for event in events_of(bundle["events.jsonl"])}
    assert {"labelled", "excluded", "reinstated", "withdrawn", "sealed"} <= kinds
    assert b"null" in bundle["events.jsonl"]
    assert json.loads(bundle["report.json"])["counts"]["surplus_labels"] > 0


@pytest.mark.parametrize("change", ["flipped", "inserted", "removed"])
def test_one_byte_in_any_file_is_found(bundle, change):
    for name, content in bundle.items():
        if name == "SHA256SUMS":
            continue
        place = len(content) // 2
        altered = {
            "flipped": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
            "inserted": content[:place] + b" " + content[place:],
            "removed": content[:place] + content[place + 1 :],
        }[change]
        found = bundle_check.check_sums({**bundle, name: altered})
        assert [fault.file for fault in found] == [name]


@pytest.mark.parametrize("change", [lambda line: line[1:], lambda line: b"0" + line[1:], lambda line: b""])
def test_any_change_of_a_line_of_the_checksums_is_found(bundle, change):
    lines = bundle["SHA256SUMS"].splitlines(keepends=True)
    for row, line in enumerate(lines):
        if change(line) == line:
            continue
        altered = b"".join([*lines[:row], change(line), *lines[row + 1 :]])
        assert bundle_check.check_sums({**bundle, "SHA256SUMS": altered})


def test_checksums_in_another_order_are_found(bundle):
    lines = bundle["SHA256SUMS"].splitlines(keepends=True)
    assert bundle_check.check_sums({**bundle, "SHA256SUMS": b"".join(reversed(lines))})


@pytest.mark.parametrize("resummed", [False, True])
def test_a_file_too_many_is_found(bundle, tmp_path, resummed):
    files = {**bundle, "tables/more.csv": b"x\n"}
    found = faults(tmp_path, with_new_sums(files) if resummed else files)
    assert "tables/more.csv" in {fault.file for fault in found}


def test_a_missing_file_is_found_though_the_checksums_were_made_again(bundle):
    expected = ORIGINAL(bundle).files
    for name in expected:
        rest = {other: content for other, content in bundle.items() if other != name}
        found = bundle_check._compared(expected, rest)
        assert [fault.file for fault in found] == [name]
    assert bundle_check.check_page(None, ORIGINAL(bundle).report, b"")


def test_a_byte_in_a_computed_file_is_found_though_the_checksums_were_made_again(bundle, tmp_path):
    expected = ORIGINAL(bundle).files
    for name in expected.keys() - {*bundle_check.SOURCES}:
        content = bundle[name]
        place = 2 * len(content) // 3
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        found = bundle_check._compared(expected, {**bundle, name: altered})
        assert {fault.file for fault in found} == {name}, told(found)
        assert all(fault.place and fault.expected != fault.found for fault in found)


def test_a_byte_in_raw_data_is_found_though_the_checksums_were_made_again(plain, tmp_path):
    for number, name in enumerate(filter(_is_raw, plain)):
        content = plain[name]
        place = 2 * len(content) // 3
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        found = faults(tmp_path / str(number), with_new_sums({**plain, name: altered}))
        named = {fault.file for fault in found}
        # A fact that nothing else in the bundle tells shows in what is computed from it.
        whole = name in told(found)  # such as a JSON file that cannot be read any more
        assert whole or name in named or (name == "study.json" and "report.json" in named), told(found)


@pytest.mark.parametrize("name", ["labels.csv", "sample.csv", "events.jsonl", "categories.txt"])
def test_lines_in_another_order_are_found_though_the_checksums_were_made_again(plain, tmp_path, name):
    first, *rest = plain[name].splitlines(keepends=True)
    altered = b"".join([first, rest[1], rest[0], *rest[2:]])
    found = faults(tmp_path, with_new_sums({**plain, name: altered}))
    assert name in {fault.file for fault in found}, told(found)


def test_a_changed_label_is_named_with_its_line_and_its_event(plain, tmp_path):
    lines = plain["labels.csv"].decode().splitlines(keepends=True)
    item, annotator, label, *rest = lines[3].split(",")
    other = "Category 2" if label != "Category 2" else "Category 0"
    lines[3] = ",".join([item, annotator, other, *rest])
    files = with_new_sums({**plain, "labels.csv": "".join(lines).encode()})
    found = faults(tmp_path, files)
    first = next(fault for fault in found if fault.file == "labels.csv")
    assert (first.place, first.expected, first.found) == ("line 4", label.lstrip("'"), other)
    assert "report.json" in {fault.file for fault in found}


def test_a_ground_truth_that_was_changed_everywhere_is_found_by_the_digest_from_the_launch(plain):
    lines = plain["sample.csv"].decode().splitlines(keepends=True)
    item, truth, digest = lines[1].split(",")
    other = "Category 2" if truth != "Category 2" else "Category 0"
    sources = {**plain, "sample.csv": "".join([lines[0], f"{item},{other},{digest}", *lines[2:]]).encode()}
    forged = ORIGINAL(sources)
    chains = bundle_check.read_chains(plain["events.jsonl"])
    found = list(bundle_check.check_launch(forged.inputs, chains))
    assert [fault.file for fault in found] == ["sample.csv"]


def test_a_label_that_was_slipped_in_everywhere_has_no_event(plain):
    study = json.loads(plain["study.json"])
    label = rows_of(plain["labels.csv"])[0]
    row = f"{label['item']},person-9,{label['label']},,{label['submitted_at']}\n"
    sources = {**plain, "labels.csv": plain["labels.csv"] + row.encode()}
    assert study["excluded_annotators"] == 1
    chains = bundle_check.read_chains(plain["events.jsonl"])
    found = list(bundle_check.check_label_events(ORIGINAL(sources).inputs, chains))
    assert "no event tells of this label by person-9" in told(found)


def test_an_exclusion_that_was_lifted_in_the_files_alone_is_found(plain):
    aside = plain["labels_set_aside.csv"].split(b"\n", 1)[1]
    sources = {name: content for name, content in plain.items() if name != "labels_set_aside.csv"}
    sources["labels.csv"] = plain["labels.csv"] + aside
    chains = bundle_check.read_chains(plain["events.jsonl"])
    found = list(bundle_check.check_label_events(ORIGINAL(sources).inputs, chains))
    assert "by the events, the annotator person-1 is excluded" in told(found)


def test_a_number_in_the_page_is_found_without_the_web_application(bundle, tmp_path):
    accuracy = json.loads(bundle["report.json"])["accuracy"]["majority"]["value"]
    printed = f"{100 * accuracy:.1f}\N{NO-BREAK SPACE}%".encode()
    altered = bundle[PAGE].replace(printed, "99.9\N{NO-BREAK SPACE}%".encode())
    assert altered != bundle[PAGE]
    found = faults(tmp_path, with_new_sums({**bundle, PAGE: altered}))
    assert {fault.file for fault in found} == {PAGE}
    assert "the accuracy" in told(found)


def test_a_figure_in_the_page_is_found_without_the_web_application(bundle, tmp_path):
    head, svg, rest = bundle[PAGE].partition(b"<svg")
    altered = head + svg + rest.replace(b"M ", b"M 1", 1)
    found = faults(tmp_path, with_new_sums({**bundle, PAGE: altered}))
    assert "figure" in told(found)


def test_a_word_in_the_page_is_found_by_rendering_it_again(bundle, tmp_path):
    altered = bundle[PAGE].replace(b"Limits", b"Merits")
    found = faults(tmp_path, with_new_sums({**bundle, PAGE: altered}), render=page)
    assert {fault.file for fault in found} == {PAGE}
    assert found[0].place.startswith("line ")


def test_an_event_that_says_something_else_is_found(bundle, tmp_path):
    altered = bundle["events.jsonl"].replace(b'"response_ms":', b'"response_ms":1', 1)
    found = faults(tmp_path, with_new_sums({**bundle, "events.jsonl": altered}))
    assert "the payload's SHA-256 is another" in told(found)


def doctored(bundle, kind, **payload):
    """Return the record with other payloads in all events of a kind."""
    events = events_of(bundle["events.jsonl"])
    for event in events:
        if event["kind"] == kind and event["payload"] is not None:
            event["payload"] = {**event["payload"], **payload}
    lines = (json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for event in events)
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_seal_that_was_cut_off_is_missed(plain, tmp_path):
    events = plain["events.jsonl"].splitlines(keepends=True)
    seal = max(row for row, line in enumerate(events) if b'"kind":"sealed"' in line)
    files = {**plain, "events.jsonl": b"".join([*events[:seal], *events[seal + 1 :]])}
    assert "the seal that is written then is missing" in told(faults(tmp_path, with_new_sums(files)))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("labelled", {"item": []}),
        ("labelled", {"item": {"a": 1}, "label": None}),
        ("labelled", {"submitted_at": 7, "response_ms": []}),
        ("launched", {"sample_sha256": []}),
        ("sealed", {"events": None}),
        ("sealed", {"heads": []}),
    ],
)
def test_an_event_of_another_shape_is_told_in_words(plain, tmp_path, kind, payload):
    files = {**plain, "events.jsonl": doctored(plain, kind, **payload)}
    assert "the payload's SHA-256 is another" in told(faults(tmp_path, with_new_sums(files)))


@pytest.mark.parametrize(
    "changes", [{"study": []}, {"protocol": []}, {"sample": [[]]}, {"dataset": {"categories": [1]}}]
)
def test_a_protocol_of_another_shape_is_told_in_words(plain, tmp_path, changes):
    protocol = json.dumps({**json.loads(plain["protocol.json"]), **changes}).encode()
    found = faults(tmp_path, with_new_sums({**plain, "protocol.json": protocol}))
    assert "the report cannot be computed: protocol.json: it " in told(found)


def test_a_deviation_that_is_not_told_is_found(plain, tmp_path):
    study = json.loads(plain["study.json"])
    left_out = study["facts"]["deviations"].pop()
    altered = (json.dumps(study, indent=2, ensure_ascii=False) + "\n").encode()
    found = faults(tmp_path, with_new_sums({**plain, "study.json": altered}))
    assert f"it does not tell of the event {left_out['kind']} at {left_out['at']}" in told(found)


def test_the_command_says_what_differs_and_ends_with_one(plain, tmp_path, capsys):
    write_files(tmp_path, {**plain, "labels.csv": plain["labels.csv"].replace(b"person-4", b"person-5", 1)})
    with pytest.raises(SystemExit) as ended:
        call_command("verify_bundle", str(tmp_path))
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "labels.csv: its SHA-256 is not the one in SHA256SUMS." in said
    assert "no event tells of this label by person-5" in said


def test_the_command_is_content_with_a_bundle_and_asks_the_database_nothing(
    bundle, tmp_path, capsys, django_assert_num_queries
):
    with django_assert_num_queries(0):
        call_command("verify_bundle", str(write_files(tmp_path, bundle)))
    assert f"The bundle is what it says: {len(bundle)} files" in capsys.readouterr().out
