"""Images as files in one folder, with a CSV file that says which is what: columns file and label."""

import csv
from pathlib import Path, PurePosixPath

from labelling.datasets.ground_truth import checked_names
from labelling.datasets.image_files import files_source, image_paths, names_beside, position_of
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory
from labelling.errors import DatasetError

COLUMNS = ["file", "label"]
LARGEST_MANIFEST = 64 << 20
LONGEST_FIELD = 1000


class ManifestReader:
    """Reads SPLIT.csv, labels.csv or manifest.csv and the images beside it, in the order of its rows."""

    form = "manifest"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the manifest by its first line; or a folder of nothing but images, which lacks one."""
        roots = [root for root in (folder / split, folder) if root.is_dir()]
        for root in roots:
            for name in (f"{split}.csv", "labels.csv", "manifest.csv"):
                if (root / name).is_file() and _has_header(root / name):
                    reason = f"{name} with the columns file and label"
                    return FoundData(form=self.form, reason=reason, files=(root / name,))
        for root in roots:
            entries = [path for path in root.iterdir() if not path.name.startswith(".")]
            if entries and len(entries) == len(list(image_paths(root))):
                return FoundData(form=self.form, reason="images in one folder", files=(root / "labels.csv",))
        return None

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the manifest's rows make."""
        [manifest] = data.files
        root = manifest.parent
        rows = _rows(manifest)
        _check_all_listed(manifest, {path for path, _label, _line in rows})
        categories = categories or names_beside(root) or _named_by(manifest, rows)
        found = [
            (path, position_of(label, categories, where=f"{manifest}, line {line}"))
            for path, label, line in rows
        ]
        return files_source(
            found,
            root=root,
            name=name,
            split=split,
            categories=categories,
            origin=f"The images that {manifest.name} lists.",
        )


def _has_header(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.readline(LONGEST_FIELD).removeprefix(b"\xef\xbb\xbf")
    return [word.strip(b' "\r\n').lower() for word in start.split(b",")] == [b"file", b"label"]


def _rows(manifest: Path) -> list[tuple[Path, str, int]]:
    """Return each row's image, its label and its line number, after checking every one."""
    if not manifest.is_file():
        raise DatasetError(
            f"{manifest.parent} holds images, but nothing says their labels: {manifest} is missing. "
            "It has two columns, file and label."
        )
    if manifest.stat().st_size > LARGEST_MANIFEST:
        raise DatasetError(
            f"{manifest} has {manifest.stat().st_size} bytes; at most {LARGEST_MANIFEST} are read."
        )
    rows: list[tuple[Path, str, int]] = []
    seen: dict[Path, int] = {}
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            next(lines)
            for fields in lines:
                path, label = _row(manifest, lines.line_num, fields)
                if path in seen:
                    raise DatasetError(
                        f"{manifest}, line {lines.line_num}: {path.name} is in line {seen[path]} already."
                    )
                seen[path] = lines.line_num
                rows.append((path, label, lines.line_num))
    except (csv.Error, UnicodeDecodeError) as error:
        raise DatasetError(f"{manifest} is not a CSV file in UTF-8 ({error}).") from error
    if not rows:
        raise DatasetError(f"{manifest} lists 0 images.")
    return rows


def _row(manifest: Path, line: int, fields: list[str]) -> tuple[Path, str]:
    where = f"{manifest}, line {line}"
    if len(fields) != len(COLUMNS):
        raise DatasetError(f"{where}: {len(fields)} fields; the two are file and label.")
    file, label = (field.strip() for field in fields)
    if not label:
        raise DatasetError(f"{where}: {file or 'the row'} has no label.")
    name = PurePosixPath(file)
    if not file or name.is_absolute() or ".." in name.parts or "\\" in file or "\0" in file:
        raise DatasetError(f"{where}: {file!r} is not the name of a file in {manifest.parent}.")
    path = manifest.parent / name
    if len(file) > LONGEST_FIELD or not path.is_file():
        raise DatasetError(f"{where}: there is no file {path}.")
    return path, label


def _check_all_listed(manifest: Path, listed: set[Path]) -> None:
    unlisted = sorted(path for path in image_paths(manifest.parent) if path not in listed)
    if unlisted:
        raise DatasetError(
            f"{manifest} says no label for {unlisted[0].name}, nor for {len(unlisted) - 1} others there."
        )


def _named_by(manifest: Path, rows: list[tuple[Path, str, int]]) -> tuple[SourceCategory, ...]:
    """Return the labels that occur, in sorted order; numbers by size."""
    labels = {label for _path, label, _line in rows}
    numbers = all(label.isascii() and label.isdigit() for label in labels)
    ordered = sorted(labels, key=lambda label: (int(label) if numbers else 0, label))
    return tuple(SourceCategory(name=name) for name in checked_names(ordered, manifest))


register_reader(ManifestReader())
