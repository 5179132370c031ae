"""Checks a bundle's checksums: every file listed, none beside them, each as it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from evaluation.verification.faults import Fault

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def check_sums(files: Mapping[str, bytes]) -> list[Fault]:
    """Compare all files with the list of checksums.

    Parameters
    ----------
    files : mapping of str to bytes
        Every file in the folder, by its path in it.

    Returns
    -------
    list of Fault
        Empty where all is as listed.

    Examples
    --------
    >>> [str(fault) for fault in check_sums({"a.csv": b""})]
    ['SHA256SUMS: the file is missing.']
    """
    if SUMS not in files:
        return [Fault(SUMS, "the file is missing.")]
    faults = []
    listed: dict[str, str] = {}
    for number, line in enumerate(files[SUMS].decode(errors="backslashreplace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            problem = "it names a file twice." if match else "it is no checksum with a file's name."
            faults.append(Fault(SUMS, problem, f"line {number}", found=line))
            continue
        listed[match[2]] = match[1]
    for name in sorted(listed.keys() | files.keys() - {SUMS}):
        if name not in files:
            faults.append(Fault(name, f"{SUMS} lists the file, and it is missing."))
        elif name not in listed:
            faults.append(Fault(name, f"the file is not listed in {SUMS}."))
        elif (digest := hashlib.sha256(files[name]).hexdigest()) != listed[name]:
            faults.append(Fault(name, f"its SHA-256 is not the one in {SUMS}.", "", listed[name], digest))
    written = "".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode()
    if not faults and written != files[SUMS]:
        faults.append(Fault(SUMS, "its lines are not in the order of the files' names, or end otherwise."))
    return faults
