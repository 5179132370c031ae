from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from labelling.models import Label
from tests.factories import make_study

# The command reads the clock; the study was launched before.
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("item,annotator,label\n" + "".join(f"{index},ann,0\n" for index in range(12)))
    return path


def test_what_became_of_the_labels_is_told(file, capsys):
    study = make_study(sample_size=12, now=EARLIER, guide_examples=0, redundancy=1)
    call_command("import_labels", study.slug, file)
    printed = capsys.readouterr().out
    assert "12 labels counted, 0 surplus" in printed
    assert "1 new annotators" in printed
    assert f"The study {study.slug} is complete." in printed


def test_the_same_file_again_says_that_it_adds_nothing(file, capsys):
    study = make_study(sample_size=12, now=EARLIER, guide_examples=0)
    call_command("import_labels", study.slug, file)
    capsys.readouterr()
    call_command("import_labels", study.slug, file)
    assert "Nothing to add: all 12 labels" in capsys.readouterr().out
    assert Label.objects.count() == 12


def test_a_fault_is_told_with_file_and_line(file):
    with pytest.raises(CommandError, match=r"labels.csv, line \d+: the item .* is not in the study's sample"):
        call_command("import_labels", make_study(sample_size=2).slug, file)
