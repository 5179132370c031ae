"""``python -m evaluation``: the whole evaluation from two CSV files, with no database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.categories import CategoryIndex
from evaluation.config import EvaluationConfig
from evaluation.counted_report import evaluate_counts
from evaluation.errors import BadSetting, BadTable, EvaluationError
from evaluation.label_files import count_labels, read_table, read_truth
from evaluation.output_folder import write_report
from evaluation.prediction_files import read_predictions
from evaluation.progress import Progress, silent
from evaluation.render import text
from evaluation.render.json import plain
from evaluation.report import Report, evaluate
from evaluation.version import __version__
from evaluation.voting import TIE_RULES

DONE, BAD_DATA, BAD_USAGE, STOPPED = 0, 1, 2, 130

_DESCRIPTION = """\
Measure how well people classify: read their labels and the ground truth, print a summary, and with --output
write report.json and CSV tables.

LABELS.csv has the header item,annotator,label (or task,worker,label); a column response_ms is read where it
exists, others are ignored. TRUTH.csv has item,label (or task,label or item,truth). Both may be gzipped.
"""

_EPILOG = """\
examples:
  python -m evaluation labels.csv truth.csv
  python -m evaluation labels.csv.gz truth.csv --population 10000 --output results
  python -m evaluation labels.csv truth.csv --predictions cnn.csv --predictions svm.csv
  python -m evaluation labels.csv truth.csv --categories "T-shirt/top,Trouser,Pullover" --tie-rule wrong

exit codes: 0 done, 1 the data are bad (the message names file, line, column and value), 2 the command is bad,
130 stopped by Ctrl-C
"""

_DEFAULTS = EvaluationConfig()
_OPTIONS: dict[str, dict[str, Any]] = {
    "--categories": {
        "metavar": "LIST",
        "help": "the categories in the dataset's order, with commas between, or a file with one a line; "
        "labels may then be indexes. Default: the categories of the ground truth",
    },
    "--tie-rule": {
        "choices": TIE_RULES,
        "default": _DEFAULTS.tie_rule,
        "help": "credit of an item without a unique winner: its chance in a random tie-break (default), "
        "none, full, or one recorded draw",
    },
    "--seed": {
        "metavar": "S",
        "type": int,
        "default": _DEFAULTS.seed,
        "help": "seed of everything random (default %(default)s)",
    },
    "--resamples": {
        "metavar": "N",
        "type": int,
        "default": _DEFAULTS.resamples,
        "help": "bootstrap resamples, 0 for none (default %(default)s)",
    },
    "--labels-per-item": {
        "metavar": "K",
        "type": int,
        "default": _DEFAULTS.labels_per_item,
        "help": "labels that were planned for every item (default %(default)s)",
    },
    "--population": {
        "metavar": "N",
        "type": int,
        "help": "size of the test set that the items were drawn from",
    },
    "--confidence": {
        "metavar": "C",
        "type": float,
        "default": _DEFAULTS.confidence,
        "help": "level of the intervals (default %(default)s)",
    },
    "--predictions": {
        "metavar": "MODEL.csv",
        "type": Path,
        "action": "append",
        "default": [],
        "help": "compare with a machine: item,label or item and a column of probabilities for every "
        "category; the machine is called as the file; may be given several times",
    },
    "--drop-annotators": {
        "metavar": "IDS",
        "action": "append",
        "default": [],
        "help": "leave out these annotators, with commas between; may be given several times",
    },
    "--counts-only": {
        "action": "store_true",
        "help": "for label files larger than memory: count as the file goes by, and print what counts can "
        "tell as JSON; without crossed bootstrap, truth inference and annotators",
    },
    "--output": {
        "metavar": "DIR",
        "type": Path,
        "help": "write report.json and the tables into this folder",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    SystemExit
        With code 2 for bad usage, as argparse does.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        config = EvaluationConfig(
            tie_rule=options.tie_rule,
            seed=options.seed,
            resamples=options.resamples,
            labels_per_item=options.labels_per_item,
            population=options.population,
            confidence=options.confidence,
        )
        categories = None if options.categories is None else _categories(options.categories)
        if options.counts_only:
            _say(_counted(options, config, categories))
            return DONE
        report = _evaluate(options, config, categories)
        _say(text.summary(report))
        if options.output is not None:
            written = write_report(report, options.output)
            _say(f"\nWrote {len(written)} files to {options.output}\n")
    except BadSetting as error:
        parser.error(str(error))
    except EvaluationError as error:
        sys.stderr.write(f"error: {error}\n")
        return BAD_DATA
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return STOPPED
    return DONE


def _say(words: str) -> None:
    """Print at once. Who has read enough may close the pipe, and a terminal need not know every letter."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(words.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still written, and the flush when Python ends, then goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _evaluate(
    options: argparse.Namespace, config: EvaluationConfig, categories: Sequence[str] | None
) -> Report:
    progress = _progress()
    dropped = [name.strip() for given in options.drop_annotators for name in given.split(",") if name.strip()]
    table = read_table(options.labels, options.truth, categories, dropped, progress)
    predictions = {}
    for path in options.predictions:
        name = path.name.removesuffix(".gz").removesuffix(".csv")
        if name in predictions:
            raise BadSetting(f"Two files of predictions are called {name!r}. Give them different names.")
        predictions[name] = read_predictions(path, table, allow_index=categories is not None)
    return evaluate(
        table, config, excluded_annotators=len(set(dropped)), progress=progress, predictions=predictions
    )


def _counted(options: argparse.Namespace, config: EvaluationConfig, categories: Sequence[str] | None) -> str:
    if options.output or options.predictions or options.drop_annotators:
        raise BadSetting("--counts-only goes without --output, --predictions and --drop-annotators.")
    truth = read_truth(options.truth, categories)
    counts = count_labels(options.labels, truth, _progress())
    report = evaluate_counts(counts, truth.codes, truth.items, truth.index.names, config)
    return json.dumps(plain(report), indent=2) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("labels", metavar="LABELS.csv", type=Path, help="who gave which label to which item")
    parser.add_argument("truth", metavar="TRUTH.csv", type=Path, help="the ground truth of every item")
    for flag, settings in _OPTIONS.items():
        parser.add_argument(flag, **settings)
    parser.add_argument("--version", action="version", version=f"human-baseline evaluation {__version__}")
    return parser


def _categories(given: str) -> Sequence[str]:
    path = Path(given)
    if "," not in given and path.is_file():
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"--categories: {given} cannot be read ({error}).") from error
        names = [line.strip() for line in lines if line.strip()]
    else:
        names = [name.strip() for name in given.split(",")]
    try:
        return CategoryIndex(names, allow_index=True).names
    except BadTable as error:
        raise BadSetting(f"--categories: {error}") from error


def _progress() -> Progress:
    """Show bars on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        return silent
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(activity: str, done: int, total: int) -> None:
        if activity not in bars:
            bars[activity] = tqdm(desc=activity, total=total or None, leave=False)
        bar = bars[activity]
        bar.update(done - bar.n)
        if done == total:
            bars.pop(activity).close()

    return show


if __name__ == "__main__":
    sys.exit(main())
