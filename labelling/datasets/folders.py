"""Images as files: one folder a category.

Items are in the order of their file names, whatever their category, so that an index says nothing of it.
"""

from pathlib import Path

from labelling.datasets.ground_truth import checked_names
from labelling.datasets.image_files import files_source, image_paths, names_beside, position_of
from labelling.datasets.registry import FoundData, register_reader
from labelling.datasets.source import Source, SourceCategory
from labelling.errors import DatasetError

SPLIT_FOLDERS = ("test", "train", "val", "validation")


class FoldersReader:
    """Reads FOLDER/SPLIT/CATEGORY/*.png, or FOLDER/CATEGORY/*.png where there are no splits."""

    form = "folders"

    def recognise(self, *, folder: Path, split: str) -> FoundData | None:
        """Return the folder of the categories' folders, or None where no image lies in such a one."""
        splits = [name for name in SPLIT_FOLDERS if (folder / name).is_dir()]
        root = folder / split if split in splits else folder
        if splits and root is folder:
            return None
        with_images = [one for one in subfolders(root) if next(image_paths(one), None)]
        if not with_images:
            return None
        reason = f"folders of images, among them {with_images[0].relative_to(folder)}"
        return FoundData(form=self.form, reason=reason, files=(root,))

    def read(
        self, *, data: FoundData, name: str, split: str, categories: tuple[SourceCategory, ...]
    ) -> Source:
        """Return the source that the folders make."""
        [root] = data.files
        folders = subfolders(root)
        if stray := next(image_paths(root), None):
            raise DatasetError(f"{stray} lies in no folder of a category, so it has no label.")
        categories = categories or names_beside(root) or _named_after(folders)
        positions = {one: position_of(one.name, categories, where=one) for one in folders}
        missing = set(range(len(categories))) - set(positions.values())
        if missing:
            raise DatasetError(f"{root} has no folder for the category {categories[min(missing)].name!r}.")
        found = [(path, positions[one]) for one in folders for path in _images_of(one, root)]
        found.sort(key=lambda pair: (pair[0].name, pair[1]))
        return files_source(
            found,
            root=root,
            name=name,
            split=split,
            categories=categories,
            origin=f"The images in the folders of {root.name}, one folder a category.",
        )


def subfolders(root: Path) -> list[Path]:
    """Return the folders in it by name; numbers by size. What begins with a point is hidden and left out."""
    folders = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    if all(path.name.isascii() and path.name.isdigit() for path in folders):
        return sorted(folders, key=lambda path: (int(path.name), path.name))
    return sorted(folders, key=lambda path: path.name)


def _images_of(folder: Path, root: Path) -> list[Path]:
    paths = list(image_paths(folder, strict=True))
    if not paths:
        raise DatasetError(f"{folder} holds 0 images; each folder of {root} is a category.")
    return paths


def _named_after(folders: list[Path]) -> tuple[SourceCategory, ...]:
    names = checked_names([one.name for one in folders], folders[0].parent)
    return tuple(SourceCategory(name=name) for name in names)


register_reader(FoldersReader())
