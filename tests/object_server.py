"""An object storage on a loopback port that speaks as much of S3 as the product uses."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree as ET

KEY = "a-key-of-the-tests"


class ObjectServer(ThreadingHTTPServer):
    """Objects by path, in memory.

    `broken` makes every answer 403; none comes before `awake` is set. `requests` names what was asked.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.broken = False
        self.awake = threading.Event()
        self.awake.set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a client finds the server and proves who it is."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server_port}",
            "AWS_REGION": "nowhere-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
        }

    def close(self) -> None:
        """Stop answering."""
        self.awake.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ObjectServer

    def _answer(self, status: int, content: bytes = b"", *, body: bool = True) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT")
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _handle(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.awake.wait()
        signed = self.headers.get("Authorization", "").startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")
        if self.server.broken or not signed:
            self._answer(403)
        elif self.command == "PUT":
            self.server.objects[self.path] = sent
            self._answer(200)
        elif self.command == "POST" and self.path.endswith("?delete"):
            self._delete(self.path.removesuffix("?delete").rstrip("/"), sent)
        elif self.path not in self.server.objects:
            self._answer(404, b"", body=self.command != "HEAD")
        else:
            self._answer(200, self.server.objects[self.path], body=self.command != "HEAD")

    def _delete(self, bucket: str, asked: bytes) -> None:
        """Remove each object that the request names, and say of each that it is gone."""
        gone = []
        for element in ET.fromstring(asked).iter():
            if element.tag.endswith("Key"):
                self.server.objects.pop(f"{bucket}/{element.text}", None)
                gone.append(f"<Deleted><Key>{element.text}</Key></Deleted>")
        self._answer(200, f"<DeleteResult>{''.join(gone)}</DeleteResult>".encode())

    do_GET = do_HEAD = do_PUT = do_POST = _handle  # noqa: N815

    def log_message(self, *_arguments: Any) -> None:
        """Keep the tests' output clean."""
