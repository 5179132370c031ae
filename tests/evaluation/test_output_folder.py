import pytest

from evaluation import BadFile, EvaluationConfig, evaluate
from evaluation.output_folder import write_report
from tests.evaluation.tables import random_table

REPORT = evaluate(random_table(1), EvaluationConfig(resamples=10))


def test_the_files_written_are_those_named(tmp_path):
    names = write_report(REPORT, tmp_path / "new" / "folder")
    assert sorted(names) == sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_report(REPORT, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_table_that_this_report_lacks_does_not_stay_from_an_earlier_one(tmp_path):
    (tmp_path / "machines.csv").write_text("machine,n\nnet,3\n")
    write_report(REPORT, tmp_path)
    assert not (tmp_path / "machines.csv").exists()


def test_a_failure_leaves_the_old_files_whole(tmp_path, monkeypatch):
    write_report(REPORT, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full_disk)
    with pytest.raises(BadFile, match=r"it cannot be written .No space left on device"):
        write_report(REPORT, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
