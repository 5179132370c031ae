"""Fashion-MNIST by Zalando Research: its ten categories, its official files, and where people have them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from labelling.datasets.fetching import OfficialFile, fetch
from labelling.datasets.packed import is_gzip
from labelling.datasets.registry import FoundData, KnownDataset, Search, read_folder, register_dataset
from labelling.datasets.source import Source, SourceCategory
from labelling.errors import DatasetError, DatasetNotFound

NAME = "fashion-mnist"

CATEGORIES = (
    SourceCategory("T-shirt/top", "A light top, mostly with short sleeves or none, without buttons."),
    SourceCategory("Trouser", "Covers each leg on its own: long trousers, jeans or leggings."),
    SourceCategory("Pullover", "A warm knitted or sweatshirt top, pulled over the head, with long sleeves."),
    SourceCategory("Dress", "One piece that covers the body and hangs down over the legs."),
    SourceCategory(
        "Coat", "Worn over other clothes: long sleeves, open at the front, with buttons or a zip."
    ),
    SourceCategory("Sandal", "An open shoe: straps, and one sees the foot between them."),
    SourceCategory("Shirt", "A top with buttons or a collar, such as a blouse or a dress shirt."),
    SourceCategory("Sneaker", "A flat sports or leisure shoe that ends below the ankle."),
    SourceCategory("Bag", "Carried in the hand or on the shoulder; often with a handle or a strap."),
    SourceCategory("Ankle boot", "A closed shoe that reaches up to the ankle or above it."),
)

# Names and MD5 sums as the README of Fashion-MNIST prints them, with the files' lengths.
OFFICIAL_FILES = {
    "test": (
        OfficialFile("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
        OfficialFile("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
    ),
    "train": (
        OfficialFile("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        OfficialFile("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
    ),
}
OFFICIAL_MD5 = {file.name: file.md5 for files in OFFICIAL_FILES.values() for file in files}

# The dataset checksums of the official content, for files that come in another form and so have other sums.
CHECKSUMS = {
    "test": "232cb91feabfc7f44c6698a854e462098587db76e12a421767f37f684da19472",
    "train": "564570209b562b8f0c12c4c6c05464b86b9b14920347108123662ebab2cf8a76",
}


@dataclass(frozen=True)
class Place:
    """A folder that may hold the files. One that the researcher chose must hold them."""

    folder: Path
    called: str
    chosen: bool = False


def places() -> Iterator[Place]:
    """Yield where to look, in this order."""
    if settings.FASHION_MNIST_DIR:
        yield Place(Path(settings.FASHION_MNIST_DIR).expanduser(), "FASHION_MNIST_DIR,", chosen=True)
    yield Place(Path(settings.DATA_DIR) / NAME, "the product's own data folder")
    yield Place(Path.home() / ".keras" / "datasets" / NAME, "the Keras cache")
    for base in (Path.cwd(), Path(settings.BASE_DIR), Path.home()):
        yield Place(base / "data" / "FashionMNIST" / "raw", "the torchvision folder")
    yield Place(Path.home() / "tensorflow_datasets" / "fashion_mnist", "the folder of TensorFlow Datasets")


def find(search: Search) -> Source:
    """Return the split from the first place that holds it, else from the official address.

    Files that are there but wrong are an error in a folder that the researcher chose; elsewhere they are
    passed over, and the sentence in `found` says so.
    """
    if search.split not in OFFICIAL_FILES:
        raise DatasetError(f"Fashion-MNIST has no split {search.split!r}. Choose test or train.")
    looked: list[str] = []
    passed_over: list[str] = []
    for place in places():
        looked.append(str(place.folder))
        try:
            source = read_folder(NAME, place.folder, search, place=place.called)
        except DatasetNotFound as error:
            if place.chosen:
                raise DatasetError(f"{error} (FASHION_MNIST_DIR names this folder.)") from error
        except DatasetError as error:
            if place.chosen:
                raise
            passed_over.append(f"Passed over: {error}")
        else:
            return replace(source, found=" ".join([source.found, *passed_over]))
    sought = f"Fashion-MNIST was not found in {', '.join(dict.fromkeys(looked))}. {' '.join(passed_over)}"
    if not search.network:
        raise DatasetNotFound(sought.strip())
    try:
        return _fetched(search)
    except DatasetNotFound as error:
        raise DatasetNotFound(f"{sought.strip()} {error}") from error


def _fetched(search: Search) -> Source:
    """Fetch the split's two files into the product's own data folder, and read them there."""
    folder = Path(settings.DATA_DIR) / NAME
    files = OFFICIAL_FILES[search.split]
    for file in files:
        fetch(base_url=settings.FASHION_MNIST_URL, file=file, folder=folder, progress=search.progress)
    source = read_folder(NAME, folder, search, place="the product's own data folder")
    names = " and ".join(file.name for file in files)
    return replace(source, found=f"Fetched {names} from {settings.FASHION_MNIST_URL}. {source.found}")


def vouch(data: FoundData) -> str:
    """Compare packed official files with the sums that the README prints; say what was checked.

    Unpacked files have no official sum. Their content is compared with the dataset checksum instead.
    """
    packed = [path for path in data.files if path.name in OFFICIAL_MD5 and is_gzip(path)]
    for path in packed:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if found != OFFICIAL_MD5[path.name]:
            raise DatasetError(
                f"{path} is not the official file: its MD5 sum is {found}, "
                f"the README of Fashion-MNIST prints {OFFICIAL_MD5[path.name]}. Fetch it again."
            )
    return "The MD5 sums are the official ones." if packed == list(data.files) else ""


register_dataset(
    KnownDataset(
        name=NAME,
        title="Fashion-MNIST",
        categories=CATEGORIES,
        find=find,
        checksums=CHECKSUMS,
        splits=tuple(OFFICIAL_FILES),
        vouch=vouch,
        origin="Fashion-MNIST by Zalando Research (MIT licence), the official files.",
    )
)
