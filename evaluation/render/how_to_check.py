"""How a reader gets the software that checks a bundle, in the words of every form of the report."""

from __future__ import annotations

from evaluation.report import Report

#: To be run in the bundle's folder, where CHECKOUT is the folder of the source.
COMMANDS = (
    "python -m pip install -r CHECKOUT/requirements.txt",
    "export PYTHONPATH=CHECKOUT",
    "python -m evaluation.verify .",
)


def what_it_needs(report: Report) -> str:
    """Say what a reader needs to check the bundle, and where it comes from.

    Parameters
    ----------
    report : Report
        Whose version of the software is named.

    Returns
    -------
    str
        Plain text. It names no address, for a bundle knows none.
    """
    return (
        "It takes Python 3.11 or newer and the source of human-baseline "
        f"{report.generated_by.version}, the version that wrote this bundle. A bundle knows no address of "
        "that source: whoever published it can name the repository, whose README.md says how to go on. No "
        "database is needed, and no network once the packages are installed."
    )
