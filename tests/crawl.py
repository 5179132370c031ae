"""A crawler that keeps every byte that a server sends to one browser, and how a secret could be spelt."""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx

_ADDRESS = re.compile(r'(?:href|src|action|data-lease)="([^"#]+)"')
_MARK = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_INLINE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


@dataclass
class Crawler:
    """One browser. `received` has the headers and the body of every reply, by the address that was asked."""

    link: str
    received: list[tuple[str, bytes]] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.link, follow_redirects=True, timeout=60)
        self.browser.event_hooks = {"response": [self._keep]}
        self.page = self.browser.get("")

    def close(self) -> None:
        """Let go of the connections."""
        self.browser.close()

    def _keep(self, reply: httpx.Response) -> None:
        reply.read()
        headers = b"\n".join(name + b": " + value for name, value in reply.headers.raw)
        self.received.append((str(reply.url), headers + b"\n\n" + reply.content))

    def press(self, address: str = "", **fields: str) -> httpx.Response:
        """Send the form of the page on the screen, and show where that leads."""
        self.page = self.browser.post(address or self.page.url, data={**self._marked(), **fields})
        return self.page

    def tell(self, address: str, **said: object) -> dict[str, object]:
        """Send JSON as the page's script does, and return the reply."""
        mark = self._marked().get("csrfmiddlewaretoken", "")
        said_back = self.browser.post(address, json=said, headers={"X-CSRFToken": mark})
        reply: dict[str, object] = said_back.json()
        return reply

    def _marked(self) -> dict[str, str]:
        mark = _MARK.search(self.page.text)
        return {"csrfmiddlewaretoken": mark[1]} if mark else {}

    def look_around(self) -> None:
        """Ask for every address of this server that the page names, and that those pages name, and so on."""
        waiting = [str(self.page.url), *self._named(self.page)]
        pages = {str(self.page.url)}
        while waiting:
            address = waiting.pop()
            # Pages change on the way, files never do.
            if address in self._known or (address in pages and address != str(self.page.url)):
                continue
            pages.add(address)
            reply = self.browser.get(address)
            if "/static/" in address or "/image/" in address:
                self._known.add(address)
            waiting += [each for each in self._named(reply) if each not in pages]

    def _named(self, reply: httpx.Response) -> list[str]:
        if "html" not in reply.headers.get("content-type", ""):
            return []
        found = [urljoin(str(reply.url), html.unescape(each)) for each in _ADDRESS.findall(reply.text)]
        own = urlsplit(self.link).netloc
        return [each for each in found if urlsplit(each).netloc == own]

    @staticmethod
    def images(received: list[tuple[str, bytes]]) -> Iterator[bytes]:
        """Yield the bytes of every image that came, under an address or inside a page or reply."""
        for _, told in received:
            body = told.partition(b"\n\n")[2]
            if body.startswith(b"\x89PNG"):
                yield body
            for inline in _INLINE.findall(body.decode("utf-8", "replace")):
                yield base64.b64decode(inline)


def spellings(secret: str) -> Iterator[bytes]:
    """Yield a text as it might stand in a page: plain, reversed, in hexadecimal digits, in base64."""
    plain = secret.encode()
    yield plain
    yield plain[::-1]
    yield plain.hex().encode()
    for shift in range(3):
        # Without the digits at both ends, which depend on what stands beside it.
        yield base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 :].rstrip(b"=")[:-2]
