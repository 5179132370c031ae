"""`count_labels`: counts a study at once, and names one that is not there."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from labelling.models import Tally
from tests.factories import label_everything, make_study

pytestmark = pytest.mark.django_db


def test_the_labels_are_counted_and_the_counts_kept() -> None:
    study = make_study()
    label_everything(study=study)
    out = StringIO()
    call_command("count_labels", study.slug, stdout=out)
    assert out.getvalue().startswith(f"{study.slug}: 18 labels, counted in ")
    assert Tally.objects.get(study=study).labels == 18


def test_an_unknown_study_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("count_labels", "nowhere")
