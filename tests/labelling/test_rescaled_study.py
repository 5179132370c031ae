"""A rehearsal on a rescaled set, from its files of nine scales to the report's curve."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import zoom

from evaluation.label_files import read_table
from fixtures.drawn_garments import draw_garment
from labelling.datasets import Search, find_source
from labelling.models import Study
from labelling.services.bundle import bundle_files
from labelling.services.crowd import Crowd
from labelling.services.datasets import import_source
from labelling.services.rehearsal import rehearse_study
from tests.factories import NOW, make_draft
from tests.labelling.datasets.hdf5_files import scale_name, write_hdf5

SCALES = [2 ** (step / 4) for step in range(-4, 5)]
NAMES = ["0.5", "0.595", "0.707", "0.841", "1.0", "1.189", "1.414", "1.682", "2.0"]
EACH, CANVAS = 60, 72


def rescaled(image: np.ndarray, scale: float, rng: np.random.Generator) -> np.ndarray:
    """Resize an image, and put it somewhere on the canvas."""
    made = np.clip(zoom(image.astype(np.float64), scale, order=3), 0, 255)
    canvas = np.zeros((CANVAS, CANVAS))
    top, left = (rng.integers(0, CANVAS - side, endpoint=True) for side in made.shape)
    canvas[top : top + made.shape[0], left : left + made.shape[1]] = made
    return canvas


def write_scales(folder: Path) -> None:
    rng = np.random.default_rng(1)
    labels = np.arange(EACH) % 10
    garments = [draw_garment(category=int(category), index=index) for index, category in enumerate(labels)]
    for scale in SCALES:
        images = np.stack([rescaled(garment, scale, rng) for garment in garments])
        write_hdf5(folder / scale_name(scale), images, labels)


def crowd() -> Crowd:
    """People who see large garments better than small ones."""
    right = np.repeat(np.linspace(0.35, 0.95, len(SCALES)), EACH)
    rates = np.repeat((1 - right)[:, None] / 9, 10, axis=1)
    rates[np.arange(len(right)), np.tile(np.arange(EACH) % 10, len(SCALES))] = right
    return Crowd(rates=rates, by_item=True, source="made by the tests")


def rehearsed(folder: Path) -> Study:
    write_scales(folder)
    source = find_source("rescaled", Search(folder=folder))
    dataset = import_source(source=source, now=NOW)
    draft = make_draft(dataset=dataset, strategy="by-stratum", sample_size=108, redundancy=3)
    return rehearse_study(study=draft, crowd=crowd(), annotators=6, seed=1, now=NOW)


@pytest.mark.django_db
def test_a_rehearsal_on_nine_scales_ends_in_the_curve_over_the_scales(tmp_path):
    study = rehearsed(tmp_path)
    found = bundle_files(study=study, resamples=0)
    files = {name: content.decode(errors="replace") for name, content in found.items()}
    text = files["report.html"]
    assert study.state == Study.State.COMPLETE
    assert re.findall(r'<th scope="row">([\d.]+)</th><td class="number">12</td>', text) == NAMES
    assert '<h2 id="strata">Accuracy by scale</h2>' in text
    assert "Accuracy of the majority vote in each of 9 strata by scale" in text
    header, *rows = files["sample.csv"].splitlines()
    assert header.endswith(",stratum")
    assert sorted({row.split(",")[3] for row in rows}, key=float) == NAMES
    for name in ("labels.csv", "sample.csv"):
        (tmp_path / name).write_text(files[name])
    categories = files["categories.txt"].splitlines()
    again = read_table(tmp_path / "labels.csv", tmp_path / "sample.csv", categories)
    assert again.sha256 == json.loads(files["report.json"])["input_sha256"]


@pytest.mark.django_db
def test_without_strata_the_report_has_no_such_section():
    study = make_draft()
    done = rehearse_study(
        study=study, crowd=Crowd(np.full((3, 3), 1 / 3), by_item=False, source="chance"), annotators=4,
        seed=1, now=NOW,
    )  # fmt: skip
    page = bundle_files(study=done, resamples=0)["report.html"].decode()
    assert 'id="strata"' not in page
    assert "#strata" not in page
