import pytest
from django.core.management import CommandError, call_command

from labelling.models import Predictions
from tests.factories import make_study
from tests.labelling.machines import npy, perfect, truth_of

pytestmark = pytest.mark.django_db


def run(study, path, **options):
    call_command("import_predictions", study.slug, path, name="net", **options)


def test_what_was_stored_is_told(tmp_path, capsys):
    study = make_study()
    (tmp_path / "net.npy").write_bytes(perfect(study))
    run(study, tmp_path / "net.npy")
    printed = capsys.readouterr().out
    assert "Stored net: 12 predictions for the whole dataset." in printed
    assert Predictions.objects.get().file_sha256 in printed


def test_a_fault_is_told_with_the_file(tmp_path):
    (tmp_path / "net.npy").write_bytes(npy([0, 1]))
    with pytest.raises(CommandError, match=r"net\.npy: it has 2 rows"):
        run(make_study(), tmp_path / "net.npy")
    with pytest.raises(CommandError, match=r"none\.npy cannot be read \(No such file"):
        run(make_study(), tmp_path / "none.npy")


def test_doubtful_predictions_need_a_word(tmp_path):
    study = make_study()
    (tmp_path / "net.npy").write_bytes(npy([(code + 1) % 3 for code in truth_of(study)]))
    with pytest.raises(CommandError, match="in a random order"):
        run(study, tmp_path / "net.npy")
    run(study, tmp_path / "net.npy", as_they_are=True)
    assert Predictions.objects.count() == 1
