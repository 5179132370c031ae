"""One HTTP connection that stays open, written for speed: the crowd must not be what is measured.

It speaks as much HTTP/1.1 as our servers do: a status line, headers, a body whose length a header tells.
"""

import asyncio
from typing import cast


class Broken(Exception):
    """The server closed the connection, or sent what is no reply."""


class Connection(asyncio.Protocol):
    """Sends one request at a time and waits for its reply."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._reply: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine."""
        _, protocol = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return protocol

    @property
    def closed(self) -> bool:
        """Whether the server closed it, as it does when nothing was asked for a while."""
        return self._transport is None or self._transport.is_closing()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; return status and body of the reply."""
        if self._transport is None or self._transport.is_closing():
            raise Broken("The connection is closed.")
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._reply

    def close(self) -> None:
        """Close the connection; what was asked and not answered fails."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (called by asyncio)."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand the reply over once all of it is there (called by asyncio)."""
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._received[:head_end])
        at = head.lower().find(b"\r\ncontent-length:")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        end = head_end + 4 + length
        if len(self._received) < end:
            return
        body = bytes(self._received[head_end + 4 : end])
        del self._received[:end]
        if self._reply is not None and not self._reply.done():
            self._reply.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits for a reply (called by asyncio)."""
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(Broken(f"The connection was lost: {exc}."))


class Line:
    """A connection that opens when it is first needed, and again when it was closed, as a browser's."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: Connection | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; return status and body of the reply."""
        if self._connection is None or self._connection.closed:
            self._connection = await Connection.open(self._port)
        try:
            return await self._connection.ask(request)
        except Broken:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return a whole POST request with a JSON body; an underscore in a header's name is a hyphen.

    `Origin` gives the host, as a browser's request has both.
    """
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    host = headers["Origin"].removeprefix("http://")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{more}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
