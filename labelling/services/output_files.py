"""Files and folders for people, each there as a whole or not at all."""

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from labelling.errors import BundleError

SUMS = "SHA256SUMS"


def checksums(*, files: Mapping[str, bytes]) -> bytes:
    """Return the lines that `sha256sum --check` reads, by file name."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()


def write_file(*, path: Path, text: str) -> None:
    """Write a text file, replacing an earlier one in a single step.

    Raises
    ------
    BundleError
        When it cannot be written; an earlier file is then as it was.
    """
    aside = _beside(path)
    try:
        aside.write_bytes(text.encode())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def write_folder(*, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a folder that is new, is empty, or holds an earlier bundle and nothing else.

    A name may have folders in it, such as ``tables/accuracy.tex``. They are written beside it and then take
    its place, so that there never is half a bundle.

    Raises
    ------
    BundleError
        When the folder holds anything else, or cannot be written; it is then as it was.
    """
    folder = folder.resolve()
    check_replaceable(folder=folder)
    aside, earlier = _beside(folder), _beside(folder)
    try:
        aside.mkdir(parents=True)
        for name, content in files.items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_bytes(content)
        if folder.exists():
            folder.replace(earlier)
        try:
            aside.replace(folder)
        except OSError:
            if earlier.exists():
                earlier.replace(folder)
            raise
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(earlier, ignore_errors=True)


def check_replaceable(*, folder: Path) -> None:
    """Refuse a folder with anything in it that an earlier bundle did not put there.

    Raises
    ------
    BundleError
        With the first thing that would be lost.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise BundleError(f"{folder} is a file, not a folder. Choose another name with --output.")
    try:
        there = sorted(folder.rglob("*"))
        listed = _listed(folder / SUMS)
    except OSError as error:
        raise _unwritable(folder, error) from error
    names = {entry: entry.relative_to(folder).as_posix() for entry in there}
    ours = listed | {parent.as_posix() for name in listed for parent in PurePosixPath(name).parents}
    others = [name for entry, name in names.items() if name not in ours or entry.is_dir() == (name in listed)]
    if others:
        raise BundleError(
            f"The folder {folder} holds {others[0]!r}, which is not part of a bundle, and would be replaced. "
            "Choose a new or an empty folder."
        )


def _listed(sums: Path) -> set[str]:
    """Return the files that an earlier bundle says it has, with its checksums."""
    if not sums.is_file():
        return set()
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
    return {SUMS, *(name for _, mark, name in (line.partition("  ") for line in lines) if mark)}


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}")


def _unwritable(path: Path, error: OSError) -> BundleError:
    return BundleError(
        f"{path} cannot be written ({error.strerror or error}). Free some room or choose another place."
    )
