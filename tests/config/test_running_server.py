"""What machines get from a real server with two processes, and what its log tells of people: nothing."""

import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live_server import LiveServer

TOKEN = "a-token-for-prometheus"

# What a person's browser, network and panel could leave in a log.
SECRET = "k3" * 21 + "x"
SHORT_SECRET = "tiny-secret"
CANARIES = {
    "X-Forwarded-For": "203.0.113.77",
    "Forwarded": "for=203.0.113.78",
    "User-Agent": "canary-browser/1.0",
    "Referer": "https://canary-panel.example/person",
    "Cookie": "annotator=canary-cookie-0123456789; sessionid=canary-session",
    "Authorization": "Bearer canary-token",
}
PLANTED = ["203.0.113", "2001:db8", "127.0.0.1", "canary", SECRET, SHORT_SECRET]


@pytest.fixture(scope="module")
def operated(tmp_path_factory, postgres_server, collected_static) -> Iterator[LiveServer]:
    """A server whose operator wants everything: figures, every request in the log, and that as JSON."""
    var_dir = tmp_path_factory.mktemp("operated")
    (var_dir / "static").symlink_to(collected_static)
    live = LiveServer(
        var_dir=var_dir,
        database_url=f"sqlite:///{var_dir / 'db.sqlite3'}",
        environment={"METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json", "LOG_REQUESTS": "1"},
    )
    live.manage("migrate", "--verbosity", "0")
    live.start()
    yield live
    live.kill()


def ask(url: str, *, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Return status and body, whatever the status is."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=data, headers=given), timeout=10
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def logged_until(server: LiveServer, *, status: int) -> list[dict[str, Any]]:
    """Return the log's entries, each a line of JSON, once a request with this status is among them."""
    deadline = time.monotonic() + 10
    while True:
        entries = [json.loads(line) for line in server.log.splitlines()]
        if any(entry.get("request", {}).get("status") == status for entry in entries):
            return entries
        if time.monotonic() > deadline:
            raise AssertionError(f"No request with status {status} in the log:\n{server.log}")
        time.sleep(0.05)


def test_a_load_balancer_learns_that_the_host_is_well_by_any_name(operated):
    status, body = ask(f"{operated.base_url}/healthz", Host="10.0.0.7")
    assert status == 200
    assert json.loads(body) == {"status": "ok", "database": "ok", "images": "ok", "disk": "ok"}


def test_health_takes_no_part_in_a_session(operated):
    with urllib.request.urlopen(f"{operated.base_url}/healthz", timeout=10) as answer:
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Cache-Control"] == "no-store"
    assert ask(f"{operated.base_url}/healthz", data=b"")[0] == 405


def test_the_figures_are_for_who_knows_the_token(operated):
    address = f"{operated.base_url}/metrics"
    assert ask(address)[0] == 401
    assert ask(address, Authorization="Bearer another")[0] == 401
    assert ask(address, Authorization=f"Bearer {TOKEN}")[0] == 200


def test_the_times_of_both_processes_are_added_up(operated):
    def seen() -> int:
        _, figures = ask(f"{operated.base_url}/metrics", Authorization=f"Bearer {TOKEN}")
        counted = re.search(r'_seconds_count\{method="GET",status="2xx",view="admin"\} (\d+)', figures)
        return int(counted[1]) if counted else 0

    before = seen()
    for _ in range(40):
        assert ask(f"{operated.base_url}/admin/login/")[0] == 200
    # Each of the two processes has answered some; whichever is asked tells of all.
    assert [seen() for _ in range(6)] == [before + 40] * 6


def test_no_entry_of_the_log_tells_of_a_person(operated):
    base = operated.base_url
    addresses = [
        f"/s/nowhere/back/{SECRET}/",
        f"/s/nowhere/back/{SHORT_SECRET}/",
        "/s/nowhere/?PROLIFIC_PID=canary-person",
        f"/image/{'0' * 32}.png",
        "/nowhere/203.0.113.79/",
    ]
    assert {ask(base + address, **CANARIES)[0] for address in addresses} == {404}
    # A name that no host has, a form without its token, a garbled request, and a page that fails.
    assert ask(f"{base}/admin/login/", **{**CANARIES, "Host": "203.0.113.80"})[0] == 400
    assert ask(f"{base}/admin/login/?next=canary", data=b"username=canary", **CANARIES)[0] == 403
    with socket.create_connection(("127.0.0.1", operated.port), timeout=10) as garbled:
        garbled.sendall(b"canary no request\r\n\r\n")
        garbled.recv(100)
    operated.run_python(
        "from django.db import connection\n"
        "connection.cursor().execute('ALTER TABLE django_session RENAME TO gone')"
    )
    cookie = {**CANARIES, "Cookie": f"sessionid={'canary' * 6}"}
    assert ask(f"{base}/admin/", **cookie)[0] == 500
    entries = logged_until(operated, status=500)
    assert {
        "django.request",
        "django.security.DisallowedHost",
        "django.security.csrf",
        "gunicorn.access",
    } <= {entry["logger"] for entry in entries}
    assert any("no such table" in entry.get("traceback", "") for entry in entries)
    assert [planted for planted in PLANTED if planted in operated.log] == []
