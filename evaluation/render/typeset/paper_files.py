"""The files of a bundle that go into a paper: figures, tables, text and the report as PDF."""

from __future__ import annotations

from evaluation.bundle.inputs import BundleInputs
from evaluation.render.figures.registry import drawings
from evaluation.render.latex import latex_tables
from evaluation.render.methods.files import methods_files
from evaluation.render.tables.registry import tables
from evaluation.render.typeset.figure_pdf import figure_pdf
from evaluation.render.typeset.report_pdf import report_pdf
from evaluation.report import Report


def paper_files(report: Report, inputs: BundleInputs) -> dict[str, str | bytes]:
    """Write everything that is typeset. Each figure is drawn once for all its forms.

    Parameters
    ----------
    report : Report
        From `evaluate_inputs`.
    inputs : BundleInputs
        What it was made from; its record is what the report does not tell.

    Returns
    -------
    dict of str to str or bytes
        File name to content: ``figures/*.svg`` and ``*.pdf``, ``tables/*.tex``, ``methods.*``,
        ``report.pdf``.
    """
    drawn, laid = drawings(report, inputs.record.stratum_name or "stratum"), tables(report)
    files: dict[str, str | bytes] = {
        "report.pdf": report_pdf(report, inputs.record, drawn, laid, inputs.images),
        **methods_files(report, inputs.record),
    }
    for name, drawing in drawn.items():
        files[f"figures/{name}.svg"] = drawing.file
        files[f"figures/{name}.pdf"] = figure_pdf(drawing)
    for name, text in latex_tables(laid).items():
        files[f"tables/{name}"] = text
    return files
