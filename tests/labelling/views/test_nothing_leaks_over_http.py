"""No byte that an annotator receives from the real server tells a ground truth, and no classifier learns it.

The crawler keeps all that is sent to one browser on a whole way through a study in which every telling fact
is a string of its own. The classifier gets all that came with 1,000 drawn garments but their pixels, gold
images and hidden repeats mixed in. Each way to leak is seeded once, to show that it would be found.
"""

import base64
import contextlib
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import pytest
from PIL import Image

from tests.crawl import Crawler, spellings
from tests.leaks import Reader, Received, accuracy, features
from tests.live_server import LiveServer

SAMPLE, GOLD = 860, 140
# By chance one of ten, and one of two; about five standard deviations above.
CATEGORY_KNOWN, CHECK_KNOWN = 0.16, 0.62


@dataclass(frozen=True)
class Seen:
    """What came, with what only the server knows: each image's category, and the kind of each entry."""

    received: list[Received]
    truth: list[int]
    kinds: list[str]

    def distinct(self) -> tuple[list[Received], list[int]]:
        """Return the images that came for the first time, with their categories."""
        chosen = [place for place, kind in enumerate(self.kinds) if kind != "repeat"]
        return [self.received[place] for place in chosen], [self.truth[place] for place in chosen]

    def among_images(self, kind: str) -> tuple[list[Received], list[int]]:
        """Return the entries of one kind and those of the sample, with a 1 for the kind.

        From the fortieth on: at the very beginning nothing can be repeated.
        """
        chosen = [place for place, other in enumerate(self.kinds) if other in ("image", kind)][40:]
        return [self.received[place] for place in chosen], [self.kinds[place] == kind for place in chosen]


@pytest.fixture(scope="module")
def seen(server: LiveServer) -> Seen:
    """All that one annotator is given: 1,000 images, each with an address of its own, and repeats."""
    code = server.ask(
        f"""
from dataclasses import replace
import numpy as np
from django.utils import timezone
from fixtures.drawn_garments import draw_garment, draw_labels
from labelling.datasets import SourceItem
from labelling.services.datasets import import_source
from tests.factories import make_study, picture_source
def read():
    for index, category in enumerate(draw_labels(size={SAMPLE + GOLD})):
        image = np.kron(draw_garment(category=int(category), index=index), np.ones((4, 4), np.uint8))
        yield SourceItem(index=index, image=image, ground_truth=int(category))
source = replace(picture_source(side=112, size={SAMPLE + GOLD}), read=read)
dataset = import_source(source=source, now=timezone.now())
print(make_study(
    dataset=dataset, now=timezone.now(), sample_size={SAMPLE}, guide_examples=0, redundancy=1,
    gold_items={GOLD}, gold_every=6, repeat_every=6,
).join_code)
"""
    ).strip()
    chooser = random.Random(7)
    with contextlib.closing(Reader(f"{server.base_url}/s/{code}/")) as reader:
        received = reader.read_all(lambda _: chooser.randrange(10))
    printed = server.ask(
        """
import json
from labelling.models import Assignment, Check
fields = ("token", "sample_item__item__ground_truth__position")
found = {token: ["image", truth] for token, truth in Assignment.objects.values_list(*fields)}
found |= {token: [kind, truth] for kind, token, truth in Check.objects.values_list("kind", *fields)}
print(json.dumps(found))
"""
    )
    known = json.loads(printed)
    pairs = [known[each.assignment] for each in received]
    return Seen(received, [truth for _, truth in pairs], [kind for kind, _ in pairs])


def test_the_category_cannot_be_learnt_from_anything_but_the_pixels(seen):
    images, truth = seen.distinct()
    assert len(images) == SAMPLE + GOLD
    assert accuracy(features(images), truth) < CATEGORY_KNOWN


@pytest.mark.parametrize("kind", ["gold", "repeat"])
def test_that_an_image_is_a_check_cannot_be_learnt(seen, kind):
    images, is_check = seen.among_images(kind)
    assert sum(is_check) >= 100
    assert accuracy(features(images), is_check) < CHECK_KNOWN


def compressed(image: Received, _truth: int) -> Received:
    """Return the image as a compressed file would have it: the drawing itself decides its length."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(image.image)).save(buffer, format="PNG", optimize=True)
    return replace(image, image=buffer.getvalue())


Leak = Callable[[Received, int], Received]
LEAKS: dict[str, Leak] = {
    "length": compressed,
    "name": lambda image, truth: replace(image, address=f"{image.address[:-5]}{truth:x}.png"),
    "id": lambda image, truth: replace(image, assignment=f"{truth:x}{image.assignment[1:]}"),
    "order": lambda image, truth: replace(image, order=image.order // 10 * 10 + truth),
    "header": lambda image, truth: replace(image, image_headers=f"made: {truth}"),
    "time of the image": lambda image, truth: replace(image, image_time=image.image_time + truth),
    "time of the answer": lambda image, truth: replace(image, answer_time=image.answer_time + truth),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_each_way_to_leak_would_be_found(seen, leak):
    images, truth = seen.distinct()
    told = [LEAKS[leak](image, category) for image, category in zip(images, truth, strict=True)]
    assert accuracy(features(told), truth) > 1.4 * CATEGORY_KNOWN
    if leak == "length":
        return  # a repeat is as long as any image, compressed or not
    images, is_check = seen.among_images("gold")
    told = [LEAKS[leak](image, int(check)) for image, check in zip(images, is_check, strict=True)]
    assert accuracy(features(told), is_check) > 1.2 * CHECK_KNOWN


# Ten digits that stand nowhere else: of a place in the dataset, and of a row in the database.
PLACES, ROWS = 1_731_590_000, 8_420_973_000_000
EVERYWHERE = ["planted-dataset", "planted-origin", "planted-part", str(PLACES)[:6], str(ROWS)[:7]]


@pytest.fixture(scope="module")
def planted(server: LiveServer) -> tuple[str, list[str]]:
    """The link of a study whose every telling fact is planted, and what may stand in no reply."""
    printed = server.ask(
        f"""
import json
from django.db import connection
from django.db.models import F
from django.utils import timezone
from labelling.datasets import SourceCategory
from labelling.services.datasets import import_source
from tests.factories import make_study, picture_source
with connection.cursor() as cursor:
    for model in ("item", "sampleitem", "assignment", "label", "check"):
        table = f"labelling_{{model}}"
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, {ROWS})", [table])
named = [SourceCategory(f"planted-category-{{at}}", f"planted-words-{{at}}") for at in range(10)]
source = picture_source(name="planted-dataset", origin="planted-origin", categories=tuple(named))
dataset = import_source(source=source, now=timezone.now())
dataset.items.update(index=F("index") + {PLACES}, stratum="planted-part")
study = make_study(
    dataset=dataset, now=timezone.now(), slug="planted", sample_size=20,
    labels_per_annotator=16, gold_items=5, gold_every=5, repeat_every=5,
    practice_items=2, practice_pass=1, guide_examples=1, minimum_age=18,
    screening=[{{"question": "Ready?", "options": ["Yes", "No"], "admits": [0]}}],
)
secrets = [dataset.checksum]
secrets += dataset.items.values_list("token", flat=True)
secrets += dataset.items.values_list("pixel_sha256", flat=True)
print(json.dumps([study.join_code, secrets]))
"""
    )
    code, secrets = json.loads(printed)
    return f"{server.base_url}/s/{code}/", [*secrets, *EVERYWHERE]


def whole_way(crawler: Crawler, link: str) -> Iterator[tuple[str, bytes]]:
    """Go from the welcome to the withdrawal and look around; yield all but what the practice says."""
    crawler.look_around()
    crawler.press(agree="yes", of_age="yes")
    crawler.look_around()
    crawler.press(answer="0")
    crawler.look_around()
    crawler.press("start/")
    crawler.look_around()
    yield from crawler.received
    crawler.received.clear()
    for place in (1, 2):
        crawler.page = crawler.browser.get(f"practice/1/{place}/")
        [picture] = crawler.images(crawler.received[-1:])
        crawler.press(category=str(Image.open(io.BytesIO(picture)).getpixel((0, 0))))
    crawler.received.clear()
    crawler.page = crawler.browser.get("practice/1/")
    crawler.press("start/")
    while leased := crawler.tell("lease/", count=3).get("assignments"):
        crawler.page = crawler.browser.get("label/")
        crawler.look_around()
        for entry in leased:
            token = entry["assignment"]
            sent = {"assignment": token, "category": 3, "submission_key": token}
            crawler.tell("label/", **{**sent, "category": 99})
            assert crawler.tell("label/", **sent)["saved"]
            crawler.tell("label/", **{**sent, "category": 4})
    for wrong in ("nowhere/", "practice/1/9/", "back/wrong/", "/image/" + "0" * 32 + ".png", "/nowhere/"):
        crawler.browser.get(urljoin(link, wrong))
    crawler.press("finish/")
    crawler.look_around()
    crawler.page = crawler.browser.get("withdraw/")
    crawler.press(withdraw="yes")
    crawler.look_around()
    yield from crawler.received


def test_no_byte_on_the_whole_way_tells_a_ground_truth_or_a_place_in_the_dataset(planted):
    link, secrets = planted
    searched = [spelling for secret in secrets for spelling in spellings(secret)]
    with contextlib.closing(Crawler(link)) as crawler:
        received = list(whole_way(crawler, link))
        pictures = list(crawler.images(received))
    asked = {address.removeprefix(link).partition("?")[0] for address, _ in received}
    pages = {"", "screening/1/", "guide/", "label/", "lease/", "pause/", "thanks/", "withdraw/"}
    assert pages <= asked
    assert len(received) > 100
    for address, told in received:
        assert not [secret for secret in searched if secret in told], address
        for what in (b"planted-category-", b"planted-words-"):
            # The guide and the buttons name all categories alike; no page says more of one than of others.
            counts = {told.count(what + str(position).encode()) for position in range(10)}
            assert len(counts) == 1, f"{address} says more of one category"
    assert len(pictures) >= 20
    assert {len(picture) for picture in pictures} == {len(pictures[0])}
    for picture in pictures:
        assert parts(picture) == [b"IHDR", b"IDAT", b"IEND"], "nothing but pixels"


def parts(png: bytes) -> list[bytes]:
    """Return the names of a PNG's parts."""
    found, at = [], 8
    while at < len(png):
        found.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return found


def test_a_planted_string_would_be_found_however_it_is_spelt():
    secret = "planted-dataset"
    for shift in range(3):
        told = base64.b64encode(b"x" * shift + secret.encode() + b"and more")
        assert any(spelling in told for spelling in spellings(secret))
    assert any(spelling in secret.encode().hex().encode() for spelling in spellings(secret))
