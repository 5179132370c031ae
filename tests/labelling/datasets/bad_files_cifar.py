"""CIFAR folders with something wrong in them: pickles that would run code, and pickles that lie."""

import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.labelling.datasets.bad_files import Bad
from tests.labelling.datasets.cifar_files import cifar_10, images, python_2, rows

FILE = "test_batch"
LABELS = [0, 1, 2, 2, 1, 0]


class Runs:
    """Pickled as a call, as an attacker does it."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


def raw(content: bytes, file: str = FILE) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        cifar_10(folder, pixels=images(), labels=LABELS)
        (folder / file).write_bytes(content)

    return write


def table(protocol: int = 4, **change: Any) -> Callable[[Path], object]:
    """Return a writer of a good batch, changed; None leaves an entry out."""
    entries = {"labels": LABELS, "data": rows(images()), **change}
    return raw(pickle.dumps({key: value for key, value in entries.items() if value is not None}, protocol))


def cut(folder: Path) -> None:
    cifar_10(folder, pixels=images(), labels=LABELS)
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:-1000])


def nested() -> bytes:
    """A key of tuples in tuples, which takes 2 to the power of 60 steps to look up."""
    return (
        b"\x80\x02}(K\x00"
        + b"".join(b"q" + bytes([n]) + b"h" + bytes([n]) + b"\x86" for n in range(60))
        + b"K\x01u."
    )


def one_batch_lost(folder: Path) -> None:
    cifar_10(folder, pixels=images(), labels=LABELS)
    (folder / "data_batch_1").write_bytes((folder / FILE).read_bytes())


GOOD = python_2({"labels": LABELS, "data": rows(images())})
BAD = {
    "cifar that runs a command": Bad(
        table(batch_label=Runs(os.system, "true")), FILE, r"the name \w+\.system"
    ),
    "cifar that evaluates": Bad(table(batch_label=Runs(eval, "1")), FILE, r"the name builtins\.eval"),
    "cifar that imports by an old protocol": Bad(
        raw(b"cos\nsystem\n(S'true'\ntR."), FILE, r"name os\.system"
    ),
    "cifar with an object": Bad(table(batch_label=Path("x")), FILE, "the name pathlib"),
    "cifar with an old object": Bad(raw(b"(ios\nsystem\n."), FILE, "the instruction INST"),
    "cifar with a persistent id": Bad(raw(b"Pwhat\n."), FILE, "the instruction PERSID"),
    "cifar with an extension": Bad(raw(b"\x80\x02\x82\x01."), FILE, "the instruction EXT1"),
    "cifar with a dotted name": Bad(
        raw(b"\x80\x04\x8c\x05numpy\x8c\x0dndarray.dumps\x93."), FILE, "ndarray.dumps"
    ),
    "cifar that changes a name": Bad(
        raw(b"\x80\x02cnumpy\nndarray\n}U\x01aK\x01sb."), FILE, "more than plain values or is damaged"
    ),
    "cifar with an array of objects": Bad(
        table(data=np.array([{}], dtype=object)), FILE, "numbers of type 'O8'"
    ),
    "cifar with floats": Bad(table(data=rows(images()) / 255), FILE, "numbers of type 'f8'; unsigned bytes"),
    "cifar with a lying shape": Bad(
        raw(GOOD.replace(b"J" + struct.pack("<i", 3072), b"J" + struct.pack("<i", 9072))),
        FILE,
        r"an array of shape \(6, 9072\) in 18432 bytes",
    ),
    "cifar with a lying length": Bad(
        raw(b"\x80\x04}\x8e" + struct.pack("<Q", 1 << 40) + b"abc."), FILE, "is damaged: expected"
    ),
    "cifar with a lying frame": Bad(
        raw(b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + b"}."), FILE, "or is damaged"
    ),
    "cifar with a memory trap": Bad(
        raw(b"\x80\x02}r" + struct.pack("<I", 2**31 - 1) + b"."),
        FILE,
        "remembered under the number 2147483647",
    ),
    "cifar with nested tuples": Bad(raw(nested()), FILE, "more than 20 "),
    "cifar cut": Bad(cut, FILE, "or is damaged"),
    "cifar that is empty": Bad(raw(b""), FILE, "or is damaged"),
    "cifar that is a web page": Bad(raw(b"<!doctype html>"), FILE, "or is damaged"),
    "cifar that is a list": Bad(raw(pickle.dumps([1, 2])), FILE, "no table of names and values, but a list"),
    "cifar without labels": Bad(table(labels=None), FILE, "has 6 images and no list of labels"),
    "cifar with a label too few": Bad(table(labels=LABELS[:5]), FILE, "has 6 images and 5 labels"),
    "cifar with a label that is text": Bad(table(labels=[*LABELS[:5], "cat"]), FILE, "not all whole numbers"),
    "cifar with a label outside the names": Bad(
        table(labels=[*LABELS[:5], 3]), FILE, "label 3 at position 5 is outside 0-2"
    ),
    "cifar without images": Bad(table(data=None), FILE, "its data are NoneType"),
    "cifar of 0 images": Bad(table(data=rows(images())[:0], labels=[]), FILE, "holds 0 images"),
    "cifar of another size": Bad(
        table(data=rows(images())[:, :-3]), FILE, r"its data are \(6, 3069\)|row by row"
    ),
    "cifar without names": Bad(
        raw(pickle.dumps({}), "batches.meta"), "batches.meta", "no list of label_names"
    ),
    "cifar without a batch": Bad(one_batch_lost, "data_batch_2", "is missing", split="train"),
}
