"""An annotator at the other end of HTTP: asks what the pages' own script asks, with cookies of its own."""

import base64
import hashlib
import io
import random
import re
import time
import uuid

import httpx
import numpy as np
from PIL import Image

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_CODE = re.compile(r'id="keep">([A-Z0-9]{12})<')


class HttpAnnotator:
    """Joins a study by its link, labels what it is given until nothing is left, and takes its code.

    `knows` maps the SHA-256 of an image's pixels to its category; this person recognises seven in ten and
    guesses the others. It is what a person's eyes are for the real study: nothing else tells the category.
    """

    def __init__(self, *, base_url: str, link: str, knows: dict[str, int], seed: int) -> None:
        self.browser = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)
        self.link = link
        self.knows = knows
        self.chance = random.Random(seed)
        self.answers: dict[str, int] = {}
        self.requests = 0
        self.code = ""

    def label_until_nothing_is_left(self, *, seconds: float) -> None:
        """Go the whole way. Raises what goes wrong."""
        deadline = time.monotonic() + seconds
        with self.browser:
            page = self._get("")
            page = self._post("", page, agree="yes")
            page = self._post("start/", page)
            script = {"X-CSRFToken": self._token(page), "Content-Type": "application/json"}
            while self._lease_and_answer(script):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"Still labelling after {seconds} s.")
            page = self._post("finish/", page)
            code = _CODE.search(page.text)
            self.code = code[1] if code else ""

    def _lease_and_answer(self, script: dict[str, str]) -> bool:
        reply = self.browser.post(f"{self.link}lease/", headers=script, json={"count": 6})
        self.requests += 1
        if reply.status_code == 409 and reply.json()["reason"] == "over":
            return False
        reply.raise_for_status()
        promised = reply.json()["assignments"]
        if not promised:
            time.sleep(0.05)  # what is left is with the others; one of them may still let it lapse
        for picture in promised:
            answer = {
                "assignment": picture["assignment"],
                "category": self._look_at(picture["image"]),
                "response_ms": self.chance.randrange(600, 6000),
                "submission_key": str(uuid.UUID(int=self.chance.getrandbits(128))),
            }
            saved = self.browser.post(f"{self.link}label/", headers=script, json=answer).raise_for_status()
            self.requests += 1
            if not saved.json()["saved"]:
                raise AssertionError(saved.text)
            self.answers[picture["assignment"]] = answer["category"]
        return True

    def _look_at(self, source: str) -> int:
        data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
        pixels = np.asarray(Image.open(io.BytesIO(data)))
        category = self.knows[hashlib.sha256(pixels.tobytes()).hexdigest()]
        return category if self.chance.random() < 0.7 else self.chance.randrange(10)

    def _get(self, page: str) -> httpx.Response:
        return self.browser.get(f"{self.link}{page}").raise_for_status()

    def _post(self, page: str, form: httpx.Response, **fields: str) -> httpx.Response:
        data = {"csrfmiddlewaretoken": self._token(form), **fields}
        return self.browser.post(f"{self.link}{page}", data=data).raise_for_status()

    @staticmethod
    def _token(page: httpx.Response) -> str:
        found = _TOKEN.search(page.text)
        if found is None:
            raise AssertionError(f"No form on {page.url}:\n{page.text}")
        return found[1]
