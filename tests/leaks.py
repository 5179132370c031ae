"""What an annotator's browser is told of each image but its pixels, and a classifier that tries to read it.

The real server is asked over HTTP, as the page's script asks it. Everything that comes with an image becomes
numbers: its names, its place in the order, lengths, headers, times. Where a classifier that learns from many
images does better than chance on others, something leaks.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

MARK = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
BATCH = 10


@dataclass(frozen=True)
class Received:
    """One image as the browser got it. Times are seconds; `answer` is that of storing the answer."""

    assignment: str
    address: str
    order: int
    place: int
    entry_size: int
    lease_size: int
    image: bytes
    image_headers: str
    image_time: float
    lease_time: float
    answer_size: int
    answer_headers: str
    answer_time: float

    @property
    def name(self) -> str:
        """The image's own name, by which a repeat is known again."""
        return self.address.rpartition("/")[2]


class Reader:
    """A browser without a screen that joins a study and answers everything, one by one."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.browser = httpx.Client(base_url=link, follow_redirects=True, timeout=60)
        page = self.browser.get("")
        self._press("", page, agree="yes")
        self._press("start/", self.browser.get("guide/"))
        mark = MARK.search(self.browser.get("label/").text)
        self.headers = {"X-CSRFToken": mark[1] if mark else "", "Content-Type": "application/json"}

    def close(self) -> None:
        """Let go of the connections."""
        self.browser.close()

    def _press(self, address: str, page: httpx.Response, **fields: str) -> None:
        mark = MARK.search(page.text)
        data = {"csrfmiddlewaretoken": mark[1] if mark else "", **fields}
        self.browser.post(address, data=data).raise_for_status()

    def read_all(self, answer: Callable[[str], int]) -> list[Received]:
        """Answer until nothing is left, as `answer` chooses for an assignment; return what came, in order."""
        received: list[Received] = []
        while True:
            began = time.perf_counter()
            lease = self.browser.post("lease/", headers=self.headers, json={"count": BATCH})
            lease_time = time.perf_counter() - began
            entries = lease.json().get("assignments", [])
            if not entries:
                return received
            for place, entry in enumerate(entries):
                received.append(self._read(entry, place, len(received), lease, lease_time, answer))

    def _read(
        self,
        entry: dict[str, str],
        place: int,
        order: int,
        lease: httpx.Response,
        lease_time: float,
        answer: Callable[[str], int],
    ) -> Received:
        began = time.perf_counter()
        image = self.browser.get(urljoin(self.link, entry["image"])).raise_for_status()
        image_time = time.perf_counter() - began
        sent = {
            "assignment": entry["assignment"],
            "category": answer(entry["assignment"]),
            "submission_key": f"key-{order}",
            "response_ms": 900,
        }
        began = time.perf_counter()
        reply = self.browser.post("label/", headers=self.headers, json=sent)
        answer_time = time.perf_counter() - began
        assert reply.json()["saved"], reply.text
        return Received(
            assignment=entry["assignment"],
            address=entry["image"],
            order=order,
            place=place,
            entry_size=len(str(entry)),
            lease_size=len(lease.content),
            image=image.content,
            image_headers=told(image),
            image_time=image_time,
            lease_time=lease_time,
            answer_size=len(reply.content),
            answer_headers=told(reply),
            answer_time=answer_time,
        )


def told(reply: httpx.Response) -> str:
    """Return the reply's headers, without the moment at which it was sent."""
    return str(sorted((name, value) for name, value in reply.headers.items() if name != "date"))


def features(received: Sequence[Received]) -> NDArray[np.float64]:
    """Return a row of numbers for each image: all that was received but the pixels.

    Names are read digit by digit, places by their remainders too, headers by which of those seen they are.
    Times are ranks, so that one slow moment of the machine weighs no more than another.
    """
    headers = sorted({each.image_headers for each in received} | {each.answer_headers for each in received})
    rows = [
        [
            *(int(digit, 16) for digit in each.assignment + each.name.removesuffix(".png")),
            each.order,
            each.place,
            *(each.order % cycle for cycle in range(2, 11)),
            each.entry_size,
            each.lease_size,
            len(each.image),
            each.answer_size,
            headers.index(each.image_headers),
            headers.index(each.answer_headers),
        ]
        for each in received
    ]
    times = [[each.image_time, each.lease_time, each.answer_time] for each in received]
    ranks = np.argsort(np.argsort(times, axis=0), axis=0)
    return np.hstack([np.array(rows, dtype=float), ranks])


def accuracy(seen: NDArray[np.float64], truth: Sequence[int]) -> float:
    """Return how often a classifier is right on images that it did not learn from, classes weighted alike.

    By chance that is one over the number of classes.
    """
    answers = np.asarray(truth)
    forest = ExtraTreesClassifier(
        n_estimators=30, min_samples_leaf=5, max_features=0.5, class_weight="balanced", random_state=1
    )
    folds = StratifiedKFold(n_splits=4, shuffle=True, random_state=1)
    said = cross_val_predict(forest, seen, answers, cv=folds)
    return float(np.mean([np.mean(said[answers == kind] == kind) for kind in np.unique(answers)]))
