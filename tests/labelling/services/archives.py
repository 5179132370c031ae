"""Backups that somebody has changed: with whole checksums, so that only what was changed can be noticed."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any


def members(path: Path) -> dict[str, bytes]:
    """Return every file of the archive, in its order."""
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def write(path: Path, files: dict[str, bytes]) -> Path:
    """Write an archive of these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    path.write_bytes(gzip.compress(packed.getvalue(), compresslevel=1))
    return path


def rewritten(path: Path, **changes: Any) -> Path:
    """Return a copy of the backup whose manifest says something else; a dictionary is changed by key."""
    files = members(path)
    manifest = json.loads(files["manifest.json"])
    for name, value in changes.items():
        manifest[name] = {**manifest[name], **value} if isinstance(value, dict) else value
    return write(
        path.with_name("rewritten.tar.gz"), {**files, "manifest.json": json.dumps(manifest).encode()}
    )
