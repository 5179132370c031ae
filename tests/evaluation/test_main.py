import fcntl
import gzip
import json
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from evaluation.__main__ import main
from tests.evaluation.files import LABELS, write, write_pair


@pytest.fixture
def pair(tmp_path):
    return [str(path) for path in write_pair(tmp_path)]


def run(*arguments):
    command = [sys.executable, "-W", "error", "-m", "evaluation", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_a_summary_and_nothing_else(pair):
    done = run(*pair, "--resamples", "100")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Human baseline: 3 items, 5 labels by 2 annotators\n")


def test_bad_data_exit_with_1_and_one_line(pair, tmp_path):
    write(tmp_path, "labels.csv", LABELS + "3,bob,cow\n")
    done = run(*pair)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "line 7, column 'label', value 'cow'" in done.stderr


def test_bad_usage_exits_with_2(pair):
    done = run(*pair, "--tie-rule", "coin")
    assert done.returncode == 2
    assert "invalid choice: 'coin'" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--resamples", "-1"], ["--confidence", "2"], ["--population", "0"], ["--categories", "cat,cat"]],
)
def test_a_setting_that_cannot_be_used_is_bad_usage(pair, arguments):
    with pytest.raises(SystemExit) as caught:
        main([*pair, *arguments])
    assert caught.value.code == 2


def test_a_missing_argument_is_bad_usage():
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2


def test_help_explains_files_options_and_exit_codes(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    text = capsys.readouterr().out
    assert caught.value.code == 0
    for word in ("item,annotator,label", "--tie-rule", "--predictions", "examples:", "exit codes:"):
        assert word in text


def test_output_writes_report_and_tables(pair, tmp_path, capsys):
    folder = tmp_path / "results"
    assert main([*pair, "--resamples", "10", "--output", str(folder)]) == 0
    assert json.loads((folder / "report.json").read_text())["counts"]["labels"] == 5
    assert {"confusion_matrix.csv", "annotators.csv", "README-row.md"} <= {p.name for p in folder.iterdir()}
    assert f"files to {folder}" in capsys.readouterr().out


def test_options_reach_the_report(pair, tmp_path):
    folder = tmp_path / "results"
    options = [
        "--tie-rule",
        "wrong",
        "--seed",
        "5",
        "--resamples",
        "7",
        "--population",
        "99",
        "--confidence",
        "0.9",
    ]
    main([*pair, *options, "--labels-per-item", "2", "--output", str(folder)])
    config = json.loads((folder / "report.json").read_text())["config"]
    assert (config["tie_rule"], config["seed"], config["resamples"]) == ("wrong", 5, 7)
    assert (config["population"], config["confidence"], config["labels_per_item"]) == (99, 0.9, 2)


def test_predictions_are_indexes_only_beside_a_given_list(pair, tmp_path, capsys):
    machine = write(tmp_path, "cnn.csv", "item,label\n1,1\n2,0\n3,0\n")
    options = ["--resamples", "0", "--predictions", str(machine)]
    assert main([*pair, *options]) == 1
    assert "line 2, column 'label', value '1'" in capsys.readouterr().err
    assert main([*pair, *options, "--categories", "dog,cat"]) == 0
    assert "cnn      100.00 %" in capsys.readouterr().out


def test_an_annotator_dropped_twice_counts_once(pair, tmp_path):
    folder = tmp_path / "results"
    main([*pair, "--resamples", "0", "--drop-annotators", "bob, bob", "--output", str(folder)])
    assert json.loads((folder / "report.json").read_text())["counts"]["excluded_annotators"] == 1


def test_files_may_be_pipes(pair):
    command = [sys.executable, "-m", "evaluation", "/dev/stdin", pair[1], "--resamples", "10"]
    done = subprocess.run(command, input=gzip.compress(LABELS.encode()), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_pipe_is_no_fault_and_the_files_are_written(pair, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    folder = tmp_path / "results"
    command = [sys.executable, "-m", "evaluation", *pair, "--resamples", "10", "--output", str(folder)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (folder / "report.json").exists()


def test_letters_that_the_output_cannot_show_are_escaped(tmp_path):
    pair = write_pair(tmp_path, "item,annotator,label\n1,Zoë,猫\n", "item,label\n1,猫\n")
    command = [sys.executable, "-m", "evaluation", *map(str, pair), "--resamples", "0"]
    done = subprocess.run(
        command, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u732b" in done.stdout


def test_ctrl_c_stops_with_one_line(pair, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluation.__main__.read_table", interrupted)
    assert main(pair) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_several_machines_are_compared(pair, tmp_path, capsys):
    first = write(tmp_path, "cnn.csv", "item,label\n1,cat\n2,dog\n3,dog\n")
    second = write(tmp_path, "svm.csv", "item,label\n1,dog\n2,dog\n3,dog\n")
    assert main([*pair, "--resamples", "0", "--predictions", str(first), "--predictions", str(second)]) == 0
    text = capsys.readouterr().out
    assert "\n  cnn " in text
    assert "\n  svm " in text


def test_machines_of_one_name_are_bad_usage(pair, tmp_path, capsys):
    (tmp_path / "other").mkdir()
    text = "item,label\n1,cat\n2,dog\n3,dog\n"
    files = [write(tmp_path, "cnn.csv", text), write(tmp_path / "other", "cnn.csv", text)]
    options = [part for path in files for part in ("--predictions", str(path))]
    with pytest.raises(SystemExit) as caught:
        main([*pair, *options])
    assert caught.value.code == 2
    assert "Two files of predictions are called 'cnn'" in capsys.readouterr().err


def test_dropped_annotators_are_counted_as_excluded(pair, tmp_path):
    folder = tmp_path / "results"
    main([*pair, "--resamples", "0", "--drop-annotators", "bob", "--output", str(folder)])
    counts = json.loads((folder / "report.json").read_text())["counts"]
    assert (counts["annotators"], counts["excluded_annotators"]) == (1, 1)


def test_categories_come_from_a_list_or_a_file(pair, tmp_path, capsys):
    write(tmp_path, "labels.csv", "item,annotator,label\n1,ann,cow\n2,ann,0\n")
    names = write(tmp_path, "names.txt", "dog\ncat\ncow\n")
    for given in ("dog,cat,cow", str(names)):
        assert main([*pair, "--resamples", "0", "--categories", given]) == 0
        assert "cow" in capsys.readouterr().out


def test_a_population_smaller_than_the_sample_is_bad_usage(pair, capsys):
    with pytest.raises(SystemExit) as caught:
        main([*pair, "--resamples", "0", "--population", "2"])
    assert caught.value.code == 2
    assert "population is 2, smaller than the 3 items" in capsys.readouterr().err


def test_an_output_that_is_a_file_is_told(pair, tmp_path, capsys):
    target = write(tmp_path, "taken", "x")
    assert main([*pair, "--resamples", "0", "--output", str(target)]) == 1
    assert "it cannot be written" in capsys.readouterr().err


def test_the_report_is_the_same_in_another_process_locale_and_hash_seed(pair, tmp_path):
    for name, seed, threads in (("a", "1", "1"), ("b", "2", "4")):
        command = [
            sys.executable,
            "-m",
            "evaluation",
            *pair,
            "--resamples",
            "300",
            "--output",
            str(tmp_path / name),
        ]
        settings = {
            "PYTHONHASHSEED": seed,
            "OPENBLAS_NUM_THREADS": threads,
            "LC_ALL": "C" if name == "a" else "C.UTF-8",
        }
        subprocess.run(command, check=True, capture_output=True, env=settings)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_counts_only_prints_json_without_holding_the_labels(pair, capsys):
    assert main([*pair, "--resamples", "0", "--counts-only"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["labels"], report["majority"]) == (5, pytest.approx((1 + 0.5 + 1) / 3))


def test_counts_only_refuses_what_needs_the_labels(pair, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main([*pair, "--counts-only", "--output", str(tmp_path / "out")])
    assert caught.value.code == 2
    assert "--counts-only goes without --output" in capsys.readouterr().err


def test_a_terminal_sees_progress(pair):
    master, slave = pty.openpty()
    # A terminal of no width would be shown bars of no width.
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.set_blocking(master, False)
    command = [sys.executable, "-m", "evaluation", *pair, "--resamples", "100"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=slave, check=True, timeout=60)
    shown = os.read(master, 100_000).decode()
    os.close(slave)
    os.close(master)
    assert "crossed bootstrap" in shown
