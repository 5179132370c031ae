"""Prolific, Mechanical Turk and a panel of no name on a loopback port: the other side of a recruitment.

It sends people to a study as the real ones do, and takes them back at the addresses of the real ones: give
`PanelTransport` to an HTTP client, and its requests for those hosts come here.
"""

import html
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

HOSTS = (
    "app.prolific.com",
    "www.mturk.com",
    "worker.mturk.com",
    "workersandbox.mturk.com",
    "panel.example",
)
NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"


@dataclass
class Ledger:
    """What a panel knows of its people: who handed in what."""

    handed_in: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class PanelServer(ThreadingHTTPServer):
    """The panels' own machines. `study` is the address that was pasted there, `codes` what was entered."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.study = ""
        self.codes: dict[str, str] = {}
        self.assignments: dict[str, str] = {}
        self.ledger = Ledger()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def base_url(self) -> str:
        """Where the server really listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        """Stop answering."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def prolific_link(self, participant: str, session: str = "5e55" * 6) -> str:
        """Return where Prolific sends a participant who presses its button: every placeholder is replaced."""
        given = {"PROLIFIC_PID": participant, "STUDY_ID": "57d1" * 6, "SESSION_ID": session}
        link = self.study
        for name, value in given.items():
            link = link.replace(f"{{{{%{name}%}}}}", value)
        return link

    def mturk_link(self, worker: str, assignment: str = "") -> str:
        """Return what Mechanical Turk shows a worker in its frame; without an assignment, as a preview."""
        given = {"assignmentId": assignment or NOT_ACCEPTED, "hitId": "3HIT0EXAMPLE"}
        if assignment:
            self.assignments[assignment] = worker
            given |= {"workerId": worker, "turkSubmitTo": "https://www.mturk.com"}
        return f"{self.study}?{urlencode(given)}"


class PanelTransport(httpx.BaseTransport):
    """Take requests for the panels' hosts to the server of the tests."""

    def __init__(self, panel: PanelServer) -> None:
        self._panel = panel
        self._inner = httpx.HTTPTransport(verify=False)  # plain HTTP: no certificates to load

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the same of the loopback port; who was asked stands in the header Host."""
        headers = [(name, value) for name, value in request.headers.items() if name != "host"]
        here = httpx.Request(
            request.method,
            self._panel.base_url + request.url.raw_path.decode(),
            headers=[("host", request.url.host), *headers],
            content=request.read(),
        )
        return self._inner.handle_request(here)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def person(panel: PanelServer, base_url: str) -> httpx.Client:
    """Return a browser without a screen that reaches the study and the panels."""
    way = PanelTransport(panel)
    return httpx.Client(
        base_url=base_url,
        follow_redirects=True,
        timeout=60,
        verify=False,
        mounts={f"https://{host}": way for host in HOSTS},
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PanelServer

    def _answer(self, status: int, text: str) -> None:
        content = f"<!doctype html><title>Panel</title><p>{text}</p>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        """Prolific and the panel of no name take people back by an address; Mechanical Turk shows a frame."""
        parts = urlsplit(self.path)
        sent = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/submissions/complete":
            self._take(sent, sent.get("cc", ""))
        elif parts.path == "/back":
            self._take(sent, sent.get("code", ""))
        elif parts.path == "/projects/task":
            shown = self.server.mturk_link(sent["worker"], sent.get("assignment", ""))
            self._answer(200, f'Task <iframe src="{html.escape(shown)}" width="100%" height="700"></iframe>')
        else:
            self._answer(404, "Nothing here.")

    def do_POST(self) -> None:
        """Mechanical Turk takes a form: an assignment that it gave out, and an answer beside it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        worker = self.server.assignments.pop(sent.get("assignmentId", ""), None)
        if urlsplit(self.path).path != "/mturk/externalSubmit" or worker is None or len(sent) < 2:
            self.server.ledger.refused.append(body)
            self._answer(400, "There was a problem submitting your results for this HIT.")
        else:
            self._take(sent | {"worker": worker}, sent.get("code", ""))

    def _take(self, sent: dict[str, str], code: str) -> None:
        known = self.server.codes.get(code)
        if known is None:
            self.server.ledger.refused.append(code)
            self._answer(400, "That code is unknown.")
        else:
            self.server.ledger.handed_in.append({**sent, "ending": known})
            self._answer(200, f"Thank you: {known}.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Be quiet."""
