"""A whole study through the real server: thirty people at once, three labels for each image.

A thousand images on SQLite, as `make run` starts it; fewer on PostgreSQL, for time: test_races looks closer.
"""

import csv
import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.concurrency.http_annotator import HttpAnnotator
from tests.live_server import ROOT, LiveServer, ServerStarter

PEOPLE = 30
REAL_DATA = ROOT.parent / "shared" / "fashion-mnist"


def launch(server: LiveServer, size: int) -> str:
    """Import the real images, or drawn ones where they are absent; launch a study; return its link."""
    if REAL_DATA.is_dir():
        server.manage("import_dataset", "fashion-mnist", "--path", str(REAL_DATA), "--offline")
        dataset = "fashion-mnist"
    else:
        server.manage("import_dataset", "drawn-garments")
        dataset = "drawn-garments"
    options = ["--dataset", dataset, "--sample-size", str(size), "--labels-per-annotator", "0", "--seed", "5"]
    server.manage("create_study", "crowd", *options)
    launched = server.manage("launch_study", "crowd")
    return launched.split("annotators' link: ")[1].split()[0]


def what_the_images_show(server: LiveServer) -> dict[str, int]:
    """Return the category of each image by the SHA-256 of its pixels, for the simulated people's eyes."""
    printed = server.run_python(
        "import json; from labelling.models import Item\n"
        "print(json.dumps(dict(Item.objects.values_list('pixel_sha256', 'ground_truth__position'))))"
    )
    return json.loads(printed)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def accuracy_by_numpy(labels: list[dict[str, str]], sample: list[dict[str, str]]) -> float:
    """Return the expected majority accuracy under a random tie-break, from the exported files alone."""
    truth = {row["item"]: row["truth"] for row in sample}
    categories = sorted(set(truth.values()) | {row["label"] for row in labels})
    items = list(truth)
    votes = np.zeros((len(items), len(categories)))
    for row in labels:
        votes[items.index(row["item"]), categories.index(row["label"])] += 1
    best = votes == votes.max(axis=1, keepdims=True)
    right = best[np.arange(len(items)), [categories.index(truth[item]) for item in items]]
    return float(np.mean(right / best.sum(axis=1)))


@pytest.mark.slow
@pytest.mark.parametrize(("backend", "size"), [("sqlite", 1000), ("postgresql", 300)])
def test_thirty_people_complete_a_study(
    backend: str, size: int, start_server: ServerStarter, tmp_path: Path
) -> None:
    server = start_server(backend)
    link, knows = launch(server, size), what_the_images_show(server)
    people = [
        HttpAnnotator(base_url=server.base_url, link=link, knows=knows, seed=seed) for seed in range(PEOPLE)
    ]
    with ThreadPoolExecutor(PEOPLE) as pool:
        for done in [pool.submit(person.label_until_nothing_is_left, seconds=300) for person in people]:
            done.result()

    server.manage("export_report", "crowd", "--output", str(tmp_path / "report"))
    labels, sample = read(tmp_path / "report" / "labels.csv"), read(tmp_path / "report" / "sample.csv")
    report = json.loads((tmp_path / "report" / "report.json").read_text())

    annotators_of = defaultdict(set)
    for row in labels:
        annotators_of[row["item"]].add(row["annotator"])
    assert len(labels) == 3 * size
    assert len(sample) == size
    assert {len(annotators_of[row["item"]]) for row in sample} == {3}

    # What people sent is what is stored: neither lost nor made up.
    assert sum(len(person.answers) for person in people) == 3 * size
    assert all(person.code for person in people if person.answers)
    assert len({person.code for person in people if person.answers}) == sum(
        bool(person.answers) for person in people
    )

    assert report["counts"]["complete_items"] == size
    assert report["accuracy"]["majority"]["value"] == pytest.approx(
        accuracy_by_numpy(labels, sample), abs=1e-12
    )
    assert 0.7 < report["accuracy"]["majority"]["value"] < 0.95
    assert "Traceback" not in server.log
