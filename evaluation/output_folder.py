"""A report's files in a folder, all of them or none."""

from __future__ import annotations

import tempfile
from pathlib import Path

from evaluation.errors import BadFile
from evaluation.render import csv, json, markdown
from evaluation.report import Report


def write_report(report: Report, folder: str | Path) -> list[str]:
    """Write report.json, the CSV tables and the README row.

    Parameters
    ----------
    report : Report
        From `evaluate`.
    folder : str or Path
        Made where it does not exist. Files of the same names are replaced, and a table of an earlier report
        that this one does not have is removed; other files are left alone.

    Returns
    -------
    list of str
        Names of the files written.

    Raises
    ------
    BadFile
        If the folder cannot be written. No file is then replaced by half a file.

    Examples
    --------
    >>> from evaluation import EvaluationConfig, LabelTable, evaluate
    >>> table = LabelTable.from_labels([(0, "ann", "cat")], truth=["cat"])
    >>> folder = tempfile.mkdtemp()
    >>> "report.json" in write_report(evaluate(table, EvaluationConfig(resamples=0)), folder)
    True
    """
    files = {"report.json": json.render(report)} | csv.tables(report)
    files["README-row.md"] = markdown.HEADER + markdown.readme_row(report)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        # Written aside and then moved, which is one step on the disk: a full disk leaves the old files whole.
        with tempfile.TemporaryDirectory(dir=target) as aside:
            for name, content in files.items():
                (Path(aside) / name).write_bytes(content.encode("utf-8"))
            for name in files:
                (Path(aside) / name).replace(target / name)
        for stale in csv.NAMES - set(files):
            (target / stale).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadFile(f"it cannot be written ({reason}). Choose another folder.", file=str(folder)) from error
    return list(files)
