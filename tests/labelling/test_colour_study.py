"""A colour set of 32 x 32, in the form of CIFAR-10, through a whole study."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from labelling.models import Dataset, Study
from tests.factories import label_everything, make_study
from tests.labelling.datasets.cifar_files import NAMES, cifar_10, images


@pytest.mark.django_db
def test_a_colour_set_keeps_its_colours_and_ends_in_a_report(tmp_path: Path, client: Client) -> None:
    pixels = images(30)
    labels = [index % len(NAMES) for index in range(30)]
    cifar_10(tmp_path / "cifar-10-batches-py", pixels=pixels, labels=labels)
    call_command("import_dataset", "cifar-like", path=tmp_path, stdout=io.StringIO())
    dataset = Dataset.objects.get(name="cifar-like")
    assert (dataset.height, dataset.width, dataset.channels) == (32, 32, 3)

    study = make_study(dataset=dataset, sample_size=12, guide_examples=2)
    item = study.sample.filter(role="sampled").select_related("item").first().item
    served = client.get(f"/image/{item.token}.png")
    shown = np.asarray(Image.open(io.BytesIO(served.content)))
    assert np.array_equal(shown, pixels[item.index])

    label_everything(study=study, category=1)
    assert Study.objects.get(pk=study.pk).state == Study.State.COMPLETE
    call_command("export_report", study.slug, output=tmp_path / "bundle", resamples=50, stdout=io.StringIO())
    report = json.loads((tmp_path / "bundle" / "report.json").read_text())
    assert report["confusion_matrix"]["categories"] == NAMES
    of_category_1 = study.sample.filter(role="sampled", item__ground_truth__position=1).count()
    assert report["accuracy"]["majority"]["value"] == pytest.approx(of_category_1 / 12)
