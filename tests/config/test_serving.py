"""What the real server sends with a page, and how it treats its database."""

import re
import socket
import urllib.error
import urllib.request
from http.client import HTTPResponse

import pytest

# As long as the one at the end of an annotator's personal link.
SECRET = "k3" * 21 + "x"


def fetch(url: str) -> HTTPResponse:
    return urllib.request.urlopen(url, timeout=10)


@pytest.fixture(scope="module")
def stylesheet(server) -> str:
    """The address of a static file as a page names it: with a hash of its contents."""
    with fetch(f"{server.base_url}/admin/login/") as page:
        found = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.read().decode())
    assert found
    return server.base_url + found[1]


def test_a_hashed_static_file_is_kept_by_the_browser_for_good(stylesheet):
    with fetch(stylesheet) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_static_file_is_sent_compressed_to_who_takes_it(stylesheet):
    with fetch(urllib.request.Request(stylesheet, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"


def test_a_page_runs_only_our_own_files_and_shows_in_no_frame(server):
    with fetch(f"{server.base_url}/admin/login/") as page:
        policy = page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_server_s_log_holds_no_address_no_browser_and_no_secret(server):
    for path in ("/admin/login/", "/nowhere/", f"/s/somewhere/{SECRET}/"):
        request = urllib.request.Request(server.base_url + path, headers={"User-Agent": "a-browser/1"})
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except urllib.error.HTTPError as answer:
            answer.close()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as garbled:
        garbled.sendall(b"no request at all\r\n\r\n")
        assert b"400" in garbled.recv(100)
    assert "Not Found: /nowhere/" in server.log
    assert "Not Found: /s/somewhere/***/" in server.log
    assert SECRET not in server.log
    assert "127.0.0.1" not in server.log
    assert "a-browser" not in server.log


def test_the_pool_of_a_postgresql_server_outlives_its_requests(start_server):
    server = start_server("postgresql")
    for _ in range(40):
        with fetch(f"{server.base_url}/admin/login/") as page:
            assert page.status == 200
    held = server.run_python(
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()')\n"
        "    print(cursor.fetchone()[0])"
    )
    assert int(held) <= 2 * 16 + 1


def test_another_host_s_name_is_refused(server):
    request = urllib.request.Request(f"{server.base_url}/admin/login/", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="400") as refusal:
        urllib.request.urlopen(request, timeout=10)
    refusal.value.close()
    assert "evil.example" in server.log
