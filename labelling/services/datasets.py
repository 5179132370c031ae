"""Importing datasets: all rows and all images, or nothing."""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from labelling.datasets import Progress, Search, Source, SourceItem, find_source
from labelling.errors import DatasetError, DatasetNotFound
from labelling.models import Category, Dataset, Item
from labelling.models.dataset import image_path

REAL = "fashion-mnist"
DRAWN = "drawn-garments"
BATCH = 1000
PROGRESS_EVERY = 100
LONGEST_STRATUM = 60


def import_source(*, source: Source, now: datetime, progress: Progress | None = None) -> Dataset:
    """Store a source's items and their images, and return the dataset.

    Importing the same content again returns the dataset that is there; its `imported_at` is then not `now`.
    Raises DatasetError when the data are faulty, or when name and split are taken by other content; then
    neither a row nor a file is left behind. The images are written before the one short transaction that
    makes the rows, so that annotators of other studies never wait for an import.
    """
    checksum = source.checksum()
    if existing := _existing(source, checksum):
        return existing
    written: list[str] = []
    try:
        stored = _store_images(source, written, progress)
        return _make_rows(source, checksum, stored, now)
    except IntegrityError:
        _remove(written)
        if existing := _existing(source, checksum):
            return existing
        raise
    except BaseException:
        _remove(written)
        raise


@dataclass(frozen=True, slots=True)
class _Stored:
    """An image that lies in the storage, and what its row will say."""

    path: str
    token: str
    ground_truth: int
    pixel_sha256: str
    stratum: str


def _existing(source: Source, checksum: str) -> Dataset | None:
    dataset = Dataset.objects.filter(name=source.name, split=source.split).first()
    if dataset and dataset.checksum != checksum:
        raise DatasetError(
            f"The dataset {source.name} ({source.split}) exists with other content: its checksum is "
            f"{dataset.checksum[:12]}…, the new one {checksum[:12]}…. Import under another name, or delete "
            "the old one in the admin first."
        )
    return dataset


def _store_images(source: Source, written: list[str], progress: Progress | None) -> list[_Stored]:
    """Write every image. `written` names each file before it is begun, so that all can be removed."""
    stored: list[_Stored] = []
    length = 0
    for item in source.items():
        png = encode_png(item)
        length = length or len(png)
        if len(png) != length:
            raise DatasetError(
                f"{source.title}, item {item.index}: its file would have {len(png)} bytes, "
                f"the others {length}. A file's size must say nothing of its image."
            )
        row = Item()
        written.append(image_path(row))
        path = default_storage.save(written[-1], ContentFile(png))
        pixels = hashlib.sha256(item.image.tobytes()).hexdigest()
        stored.append(_Stored(path, row.token, item.ground_truth, pixels, _stratum(source, item)))
        if progress and (item.index + 1) % PROGRESS_EVERY == 0:
            progress(f"Importing {source.title}", item.index + 1, source.size)
    return stored


def _stratum(source: Source, item: SourceItem) -> str:
    """Return the item's part of the dataset as text; empty where nothing divides the items."""
    if not source.stratum:
        return ""
    stratum = str(item.metadata.get(source.stratum, ""))
    if not 1 <= len(stratum) <= LONGEST_STRATUM:
        raise DatasetError(
            f"{source.title} ({source.split}), item {item.index}: its {source.stratum} is {stratum!r}; "
            f"a text of 1 to {LONGEST_STRATUM} characters is needed."
        )
    return stratum


def encode_png(item: SourceItem) -> bytes:
    """Return the image as an uncompressed PNG.

    A compressed image's length hints at what is on it: in Fashion-MNIST half the trousers take less than 390
    bytes and half the coats more than 580, and an annotator's browser sees lengths. Stored without
    compression, all images of one shape have one length. For small images that costs nothing; a photograph
    hardly shrinks as PNG anyway.
    """
    buffer = io.BytesIO()
    Image.fromarray(item.image).save(buffer, format="PNG", compress_level=0)
    return buffer.getvalue()


def _make_rows(source: Source, checksum: str, stored: list[_Stored], now: datetime) -> Dataset:
    height, width, channels = source.shape
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=source.name,
            split=source.split,
            title=source.title,
            source=source.origin,
            drawn=source.drawn,
            checksum=checksum,
            height=height,
            width=width,
            channels=channels,
            size=source.size,
            stratum_name=source.stratum,
            imported_at=now,
        )
        categories = Category.objects.bulk_create(
            Category(dataset=dataset, position=position, name=category.name, description=category.description)
            for position, category in enumerate(source.categories)
        )
        Item.objects.bulk_create(
            (
                Item(
                    dataset=dataset,
                    index=index,
                    ground_truth=categories[row.ground_truth],
                    token=row.token,
                    image=row.path,
                    pixel_sha256=row.pixel_sha256,
                    stratum=row.stratum,
                )
                for index, row in enumerate(stored)
            ),
            batch_size=BATCH,
        )
    return dataset


def _remove(written: list[str]) -> None:
    for path in written:
        default_storage.delete(path)


def find_or_draw(*, network: bool = True, progress: Progress | None = None) -> Source:
    """Return the Fashion-MNIST test set where it is found or can be fetched, else drawn garments.

    `source.found` says in words which, and why. Wrong files in a folder that the researcher chose are an
    error, not a reason to draw.
    """
    try:
        return find_source(REAL, Search(network=network, progress=progress))
    except DatasetNotFound as error:
        drawn = find_source(DRAWN, Search(network=False, progress=progress))
        return replace(drawn, found=f"{drawn.found} {error}")
