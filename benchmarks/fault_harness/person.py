"""An annotator at the other end of HTTP, who never gives an answer up.

Asks what the pages' own script asks. It has plain sockets and keeps nothing but what the server set: so many
of them run beside the servers on one machine, and each knows exactly what was acknowledged.
"""

import http.client
import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

_COOKIE = re.compile(r"^([^=;]+)=([^;]*)")
_PATIENCE = 10.0  # seconds for one reply


class Unreachable(Exception):
    """No whole reply came: whether the server has done what it was asked is unknown."""


@dataclass(frozen=True)
class Reply:
    """A whole reply."""

    status: int
    body: bytes
    headers: list[tuple[str, str]]

    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Tally:
    """What people did: requests sent, requests without a reply, replies 5xx, answers refused."""

    requests: int = 0
    unreachable: int = 0
    errors: int = 0
    refused: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.requests + other.requests,
            self.unreachable + other.unreachable,
            self.errors + other.errors,
            self.refused + other.refused,
        )


class Person:
    """One annotator with one connection, which goes to any of the study's hosts.

    `acknowledged` maps the submission key of every answer whose success was read to the answer itself;
    `sent` every answer of which at least one byte may have left.
    """

    def __init__(self, *, ports: list[int], link: str, seed: int) -> None:
        self.ports = ports
        self.link = link
        self.chance = random.Random(seed)
        self.tally = Tally()
        self.sent: dict[str, dict[str, Any]] = {}
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.over = False
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, page: str, body: bytes = b"", kind: str = "application/json") -> Reply:
        """Send one request to the host of the present connection, or to any if there is none.

        Raises
        ------
        Unreachable
            When no whole reply came.
        """
        self.tally.requests += 1
        headers = self.script_headers() | {"Content-Type": kind} if body else {}
        try:
            if self._connection is None:
                port = self.chance.choice(self.ports)
                self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
            self._connection.request(method, f"{self.link}{page}", body, headers)
            answer = self._connection.getresponse()
            reply = Reply(answer.status, answer.read(), answer.getheaders())
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            self.tally.unreachable += 1
            raise Unreachable(str(error)) from error
        for name, value in reply.headers:
            if name.lower() == "set-cookie" and (found := _COOKIE.match(value)):
                self._cookies[found[1]] = found[2]
        if reply.status >= 500:
            self.tally.errors += 1
            self.hang_up()  # another host may fare better
            raise Unreachable(f"{reply.status}: {reply.body[:200]!r}")
        return reply

    def script_headers(self) -> dict[str, str]:
        """Return the headers with which the page's script sends JSON in this person's name."""
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
        }

    def ask_until_answered(self, method: str, page: str, body: bytes = b"", *, until: float) -> Reply:
        """Send a request again and again, anywhere, until a reply comes; `until` is of `time.monotonic`.

        Raises
        ------
        TimeoutError
            When none has come by then.
        """
        pause = 0.01
        while True:
            try:
                kind = "application/x-www-form-urlencoded" if body.startswith(b"csrf") else "application/json"
                return self.ask(method, page, body, kind)
            except Unreachable as why:
                if time.monotonic() > until:
                    raise TimeoutError(f"No answer to {method} {page}: {why}") from why
            time.sleep(pause * self.chance.random())
            pause = min(2 * pause, 0.5)

    def join(self, *, until: float) -> None:
        """Open the link, agree, and go on from the guide."""
        self.ask_until_answered("GET", "", until=until)
        for page, agreed in (("", "&agree=yes"), ("start/", "")):
            form = f"csrfmiddlewaretoken={self._cookies['csrftoken']}{agreed}".encode()
            reply = self.ask_until_answered("POST", page, form, until=until)
            if reply.status >= 400:
                self.over = True  # the study has ended meanwhile
        if "annotator" not in self._cookies:
            self.over = True

    def lease(self, *, count: int, until: float) -> list[str]:
        """Return the assignments that are promised to this person. Sets `over` when the study is."""
        reply = self.ask_until_answered("POST", "lease/", json.dumps({"count": count}).encode(), until=until)
        if reply.status == 409:
            self.over = True
            return []
        if reply.status != 200:
            self.tally.refused.append(f"lease: {reply.status} {reply.body[:200]!r}")
            return []
        return [promised["assignment"] for promised in reply.json()["assignments"]]

    def new_answer(self, assignment: str, *, categories: int = 10) -> dict[str, Any]:
        """Make up an answer, with a key of its own."""
        answer = {
            "assignment": assignment,
            "category": self.chance.randrange(categories),
            "response_ms": self.chance.randrange(300, 6000),
            "submission_key": f"{self.chance.getrandbits(128):032x}",
        }
        self.sent[answer["submission_key"]] = answer
        return answer

    def submit(self, answer: dict[str, Any], *, until: float) -> Reply:
        """Send an answer until a reply comes, and note whether it was acknowledged."""
        return self._note(
            answer, self.ask_until_answered("POST", "label/", json.dumps(answer).encode(), until=until)
        )

    def _note(self, answer: dict[str, Any], reply: Reply) -> Reply:
        if reply.status == 200 and reply.json().get("saved") is True:
            self.acknowledged[answer["submission_key"]] = answer
        else:
            self.tally.refused.append(f"answer: {reply.status} {reply.body[:200]!r}")
        return reply

    def submit_once(self, answer: dict[str, Any]) -> Reply:
        """Send an answer once, and note whether it was acknowledged. Raises Unreachable."""
        return self._note(answer, self.ask("POST", "label/", json.dumps(answer).encode()))

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
