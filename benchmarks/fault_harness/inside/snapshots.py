"""Exports of a study while it is labelled: does each show one moment?"""

import csv
import hashlib
import io
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks.fault_harness.inside.seeded_bugs import reading_piece_by_piece
from evaluation.bundle.inputs import evaluate_inputs
from evaluation.bundle.source_files import source_files
from evaluation.render.json import render
from evaluation.verification.bundle_check import verify_folder
from labelling.models import Label, Study
from labelling.selectors.bundle_inputs import bundle_inputs
from labelling.services.bundle import write_bundle

Files = Mapping[str, bytes]


def export(*, slug: str, whole: bool, bug: bool = False) -> dict[str, Any]:
    """Export the study once; return `labels` in it, how many `came_meanwhile`, `seconds` and `violations`.

    A `whole` export is the bundle with all of its files, which is computed again from them; otherwise the raw
    data and report.json are made, as the bundle makes them.
    """
    study = Study.objects.get(slug=slug)
    before, started = _stored(study), time.monotonic()
    guard: AbstractContextManager[None] = reading_piece_by_piece() if bug else nullcontext()
    found: list[str] = []
    with guard, tempfile.TemporaryDirectory(prefix="snapshot-") as place:
        if whole:
            folder = Path(place) / "bundle"
            write_bundle(study=study, folder=folder, resamples=0)
            files: Files = {
                str(path.relative_to(folder)): path.read_bytes()
                for path in folder.rglob("*")
                if path.is_file()
            }
            found += _wrong_sums(files)
            found += [str(fault) for fault in verify_folder(folder).faults]
        else:
            inputs = bundle_inputs(study=study, resamples=0)
            report = evaluate_inputs(inputs, None)
            files = {**source_files(inputs), "report.json": render(report).encode()}
    found += disagreements(files)
    return {
        "labels": len(_rows(files)),
        "came_meanwhile": _stored(study) - before,
        "seconds": time.monotonic() - started,
        "violations": found,
    }


def disagreements(files: Files) -> list[str]:
    """Return a sentence for each way in which the exported files speak of different moments."""
    events = [json.loads(line) for line in files["events.jsonl"].decode().splitlines()]
    report = json.loads(files["report.json"])
    rows = _rows(files)
    return [*_rows_against_events(rows, events), *_counts(rows, report), *_chains(events, report)]


def _rows(files: Files) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["labels.csv"].decode())))


def _stored(study: Study) -> int:
    return Label.objects.filter(annotator__study=study).count()


def _rows_against_events(rows: list[dict[str, str]], events: list[dict[str, Any]]) -> list[str]:
    """Compare the counted labels with the events that say they were accepted. Nobody is excluded here."""
    recorded = Counter(
        (str(said["item"]), event["chain"], said["label"], event["at"])
        for event in events
        if event["kind"] == "labelled" and (said := event["payload"])["counted"]
    )
    written = Counter((row["item"], row["annotator"], row["label"], row["submitted_at"]) for row in rows)
    found = []
    if missing := recorded - written:
        found.append(f"{missing.total()} labels of events.jsonl are not in labels.csv")
    if unrecorded := written - recorded:
        found.append(f"{unrecorded.total()} labels of labels.csv are not in events.jsonl")
    return found


def _counts(rows: list[dict[str, str]], report: dict[str, Any]) -> list[str]:
    """Compare the report's counts with the rows."""
    of_item = Counter(row["item"] for row in rows)
    wanted = max(of_item.values(), default=0)
    expected = {
        "labels": len(rows),
        "annotators": len({row["annotator"] for row in rows}),
        "labelled_items": len(of_item),
    }
    told = {name: report["counts"][name] for name in expected}
    found = [] if told == expected else [f"report.json counts {told}, labels.csv has {expected}"]
    if report["counts"]["complete_items"] > sum(count == wanted for count in of_item.values()):
        found.append("report.json counts more complete items than labels.csv has")
    return found


def _chains(events: list[dict[str, Any]], report: dict[str, Any]) -> list[str]:
    """Compute every link, and the root over all chains, with nothing but SHA-256."""
    found = []
    heads: dict[str, tuple[int, str]] = {}
    chains: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        chains[event["chain"]].append(event)
    for chain, links in chains.items():
        previous = "0" * 64
        for sequence, event in enumerate(links):
            lines = (previous, chain, str(sequence), event["at"], event["kind"], event["payload_sha256"])
            previous = _sha256("".join(f"{line}\n" for line in lines))
            if previous != event["sha256"] or sequence != event["sequence"]:
                found.append(f"event {sequence} of chain {chain} does not follow from the one before")
                break
        heads[chain] = (len(links), links[-1]["sha256"])
    root = _sha256("".join(f"{chain} {length} {head}\n" for chain, (length, head) in sorted(heads.items())))
    told = report["events"]
    if (told["events"], told["chains"], told["root"]) != (len(events), len(chains), root):
        found.append(f"report.json tells of {told}, events.jsonl has {len(events)} in {len(chains)}: {root}")
    return found


def _wrong_sums(files: Files) -> list[str]:
    """Compare each file with the checksums."""
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    return [
        f"{name} is not what SHA256SUMS says"
        for name in sorted((sums.keys() | files.keys()) - {"SHA256SUMS"})
        if name not in files or hashlib.sha256(files[name]).hexdigest() != sums.get(name)
    ]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
