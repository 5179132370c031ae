"""``python -m evaluation.verify``: check a bundle with nothing but its folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evaluation.errors import EvaluationError
from evaluation.verification.bundle_check import Verification, verify_folder
from evaluation.version import __version__

#: Exit states.
AS_IT_SAYS, DIFFERS, NOT_CHECKED = 0, 1, 2

_DESCRIPTION = """\
Check a bundle: its checksums, the protocol's hash, the record of events, and every figure, table and file
that can be computed from the raw labels, byte for byte. Needs no database and no network."""

_EPILOG = """\
exit status: 0 the bundle is what it says, 1 something differs, 2 it could not be checked"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the command line where left out.

    Returns
    -------
    int
        The exit status.
    """
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.verify",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="the bundle's folder")
    parser.add_argument("--version", action="version", version=f"human-baseline evaluation {__version__}")
    options = parser.parse_args(arguments)
    try:
        found = verify_folder(options.folder)
    except EvaluationError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_CHECKED
    sys.stdout.write(summary(found))
    return DIFFERS if found.faults else AS_IT_SAYS


def summary(found: Verification) -> str:
    r"""Say in words what a check found.

    Parameters
    ----------
    found : Verification
        From `verify_folder`.

    Returns
    -------
    str
        One line or more, each with its end.

    Examples
    --------
    >>> summary(Verification(files=9, recomputed=7, faults=()))
    'The bundle is what it says: 9 files, 7 of them computed again from the raw data to the last byte.\n'
    """
    lines = [*map(str, found.faults), *found.remarks]
    if found.faults:
        count = len(found.faults)
        lines.append(f"The bundle is not what it says: {count} {'fault' if count == 1 else 'faults'}.")
    else:
        lines.append(
            f"The bundle is what it says: {found.files} files, {found.recomputed} of them computed again "
            "from the raw data to the last byte."
        )
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
