"""Checks a whole bundle: sums, protocol, events, and every file that can be computed from the raw labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evaluation.bundle.derived_files import derived_files
from evaluation.bundle.inputs import BundleInputs, evaluate_inputs
from evaluation.bundle.reading import read_bytes, read_inputs
from evaluation.bundle.source_files import SOURCES, source_files
from evaluation.errors import BadFile, EvaluationError
from evaluation.progress import Progress
from evaluation.report import Report
from evaluation.verification.check_events import check_check_events
from evaluation.verification.differences import differences
from evaluation.verification.event_chains import EVENTS, read_chains
from evaluation.verification.extension import check_extension
from evaluation.verification.faults import Fault
from evaluation.verification.images import check_images
from evaluation.verification.label_events import check_label_events
from evaluation.verification.launch import check_launch
from evaluation.verification.page import PAGE, check_page
from evaluation.verification.protocol import check_protocol
from evaluation.verification.study_events import check_study_events
from evaluation.verification.sums import SUMS, check_sums
from evaluation.version import __version__

#: What renders a file that needs more than this package: from report and inputs to name and content.
Renderer = Callable[[Report, BundleInputs], Mapping[str, bytes]]


@dataclass(frozen=True)
class Verification:
    """What a check found.

    Parameters
    ----------
    files : int
        Files in the bundle.
    recomputed : int
        Files that were computed again and compared byte for byte.
    faults : tuple of Fault
        Empty where the bundle is what it says.
    remarks : tuple of str
        What a reader must know although it is no fault.
    """

    files: int
    recomputed: int
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recomputed:
    """All that a bundle's raw data give.

    Parameters
    ----------
    inputs : BundleInputs
        The raw data.
    report : Report
        Computed from them.
    files : mapping of str to bytes
        Every file that can be written without the web application.
    """

    inputs: BundleInputs
    report: Report
    files: Mapping[str, bytes]


def verify_folder(
    folder: Path, progress: Progress | None = None, render: Renderer | None = None
) -> Verification:
    """Check a bundle in a folder.

    Parameters
    ----------
    folder : Path
        The bundle.
    progress : callable, optional
        As for `evaluate`.
    render : callable, optional
        Renders further files to be compared byte for byte, such as `report.html`.

    Returns
    -------
    Verification
        All faults that were found.

    Raises
    ------
    BadFile
        If the folder is none, cannot be read, or holds no bundle.
    """
    files = _files(folder)
    if SUMS not in files and not set(SOURCES) & set(files):
        raise BadFile("it holds no bundle. Give the folder that export_report wrote.", file=str(folder))
    faults = check_sums(files)
    chains = read_chains(files.get(EVENTS, b""))
    faults += chains.faults
    remarks = [] if chains.events else [_NO_RECORD]
    expected: dict[str, bytes] = {}
    try:
        made = recompute(files, progress)
        expected |= made.files
        faults += [*check_protocol(made.inputs), *check_launch(made.inputs, chains)]
        faults += [*check_label_events(made.inputs, chains), *check_study_events(made.inputs, chains)]
        faults += [*check_check_events(made.inputs, chains), *check_extension(made.inputs, chains)]
        kind = made.inputs.record.stratum_name
        faults += check_page(files.get(PAGE), made.report, expected["report.json"], kind)
        faults += check_images(made.inputs, files.get(PAGE))
        if render is not None:
            expected |= render(made.report, made.inputs)
        faults += _compared(expected, files)
    except BadFile as error:
        faults.append(Fault(error.file, f"the report cannot be computed: {error}"))
    except EvaluationError as error:
        faults.append(Fault(str(folder), f"the report cannot be computed: {error}"))
    if faults and (version := _other_version(files)):
        remarks.append(version)
    return Verification(len(files), len(expected), tuple(faults), tuple(remarks))


def recompute(files: Mapping[str, bytes], progress: Progress | None = None) -> Recomputed:
    """Compute everything from a bundle's raw data.

    Parameters
    ----------
    files : mapping of str to bytes
        The bundle's files; only those with raw data are read.
    progress : callable, optional
        As for `evaluate`.

    Returns
    -------
    Recomputed
        The same for the same raw data.

    Raises
    ------
    BadFile, BadTable, BadSetting
        If they are no raw data of a study.
    """
    inputs = read_inputs(files)
    report = evaluate_inputs(inputs, progress)
    sources = source_files(inputs)
    return Recomputed(inputs, report, {**sources, **derived_files(report, inputs, sources)})


_NO_RECORD = (
    "There is no record of events: nothing shows that the labels are as they were when they were given."
)


def _files(folder: Path) -> dict[str, bytes]:
    """Read every file of the folder, by its path in it."""
    if not folder.is_dir():
        raise BadFile("there is no such folder. Give the folder that export_report wrote.", file=str(folder))
    try:
        found = sorted(path for path in folder.rglob("*") if not path.is_dir())
    except OSError as error:
        raise BadFile(f"it cannot be read ({error.strerror or error}).", file=str(folder)) from error
    return {path.relative_to(folder).as_posix(): read_bytes(path) for path in found}


def _compared(expected: Mapping[str, bytes], files: Mapping[str, bytes]) -> list[Fault]:
    """Compare every file that was computed, and name those that no bundle has."""
    faults = []
    for name, content in expected.items():
        if name not in files:
            faults.append(Fault(name, "the bundle lacks this file, which its labels give."))
        else:
            faults += differences(name, content, files[name])
    known = {*expected, PAGE, SUMS}
    for name in sorted(files.keys() - known):
        faults.append(Fault(name, "the raw labels give no such file."))
    return faults


def _other_version(files: Mapping[str, bytes]) -> str:
    """Say so where another version of this package made the bundle."""
    if f'"version": "{__version__}"'.encode() in files.get("report.json", b"")[:500]:
        return ""
    return f"This is human-baseline {__version__}; report.json names the version that made the bundle."
