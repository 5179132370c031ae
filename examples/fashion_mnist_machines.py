"""Train two plain machines on Fashion-MNIST's training split and write their predictions for its test set.

    python examples/fashion_mnist_machines.py FOLDER --output machines

FOLDER has the four official files. A linear classifier (logistic regression by stochastic gradient descent)
is written as a CSV file of categories, a random forest as an npy file of probabilities: both forms that
`manage.py import_predictions` takes. The same seed gives the same files.

Needs scikit-learn: pip install -r requirements-machines.txt
"""

from __future__ import annotations

import argparse
import gzip
import math
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import trange

NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
TREES_AT_A_TIME = 10


class BadInput(Exception):
    """Files that are not there, or are not what they should be."""


@dataclass(frozen=True)
class Split:
    """Images, one a row and scaled to 0 to 1, with their categories' numbers."""

    images: NDArray[np.float32]
    categories: NDArray[np.uint8]


def read_split(folder: Path, prefix: str) -> Split:
    """Read a split's two files."""
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    categories = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    if images.ndim != 3 or len(images) != len(categories):
        raise BadInput(f"{folder}: {images.shape} images and {categories.shape} categories do not fit.")
    return Split((images.reshape(len(images), -1) / 255).astype(np.float32), categories)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read a gzipped IDX file of unsigned bytes."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise BadInput(f"{path} cannot be read ({error}). Give the folder of the official files.") from error
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise BadInput(f"{path} is no IDX file of unsigned bytes.")
    dimensions = content[3]
    start = 4 + 4 * dimensions
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise BadInput(f"{path} is cut: {shape} are promised, and {len(content) - start} bytes are there.")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def train_linear(training: Split, *, epochs: int, seed: int) -> Any:
    """Train a logistic regression by stochastic gradient descent, an epoch a step of the bar."""
    from sklearn.linear_model import SGDClassifier

    machine = SGDClassifier(loss="log_loss", alpha=1e-4, average=True, random_state=seed)
    order = np.random.default_rng(seed)
    for _ in trange(epochs, desc="linear classifier", unit="epoch"):
        rows = order.permutation(len(training.images))
        machine.partial_fit(training.images[rows], training.categories[rows], classes=np.arange(len(NAMES)))
    return machine


def train_forest(training: Split, *, trees: int, seed: int) -> Any:
    """Grow a random forest, ten trees a step of the bar."""
    from sklearn.ensemble import RandomForestClassifier

    machine = RandomForestClassifier(n_estimators=0, warm_start=True, random_state=seed, n_jobs=-1)
    for _ in trange(0, trees, TREES_AT_A_TIME, desc="random forest", unit="step"):
        machine.n_estimators = min(trees, machine.n_estimators + TREES_AT_A_TIME)
        machine.fit(training.images, training.categories)
    return machine


def write_categories(path: Path, categories: NDArray[np.integer[Any]]) -> None:
    """Write a CSV file of categories by name, an image a line."""
    lines = (f"{item},{NAMES[category]}\n" for item, category in enumerate(categories.tolist()))
    path.write_text("item,label\n" + "".join(lines), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Train, write, and say how to compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the official files are")
    parser.add_argument("--output", type=Path, default=Path("machines"), help="folder for the predictions")
    parser.add_argument("--images", type=int, help="train on so many images alone, to be quick")
    parser.add_argument("--epochs", type=int, default=10, help="of the linear classifier (%(default)s)")
    parser.add_argument("--trees", type=int, default=100, help="of the forest (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    options = parser.parse_args(arguments)
    try:
        training, test = (read_split(options.folder, prefix) for prefix in ("train", "t10k"))
    except BadInput as error:
        parser.error(str(error))
    if options.images is not None:
        training = Split(training.images[: options.images], training.categories[: options.images])
    linear = train_linear(training, epochs=options.epochs, seed=options.seed)
    forest = train_forest(training, trees=options.trees, seed=options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    said = linear.predict(test.images)
    write_categories(options.output / "linear.csv", said)
    chances = np.zeros((len(test.images), len(NAMES)), dtype=np.float32)
    chances[:, forest.classes_] = forest.predict_proba(test.images)
    np.save(options.output / "forest.npy", chances)
    for name, right in (
        ("linear", said == test.categories),
        ("forest", chances.argmax(axis=1) == test.categories),
    ):
        sys.stdout.write(f"{name}: {100 * right.mean():.2f} % of {right.size} test images\n")
    sys.stdout.write(
        f"\nCompare them with people:\n"
        f"  python manage.py import_predictions STUDY {options.output / 'linear.csv'} --name linear\n"
        f"  python manage.py import_predictions STUDY {options.output / 'forest.npy'} --name forest\n"
        f"  python manage.py export_report STUDY --output bundle\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
