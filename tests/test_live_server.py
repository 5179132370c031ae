"""The tests' own server and cluster: what other tests take for granted."""

import urllib.request

import pytest

from tests.conftest import unavailable
from tests.live_server import CommandFailed
from tests.postgres_cluster import NoPostgres, PostgresCluster


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_server_answers_keeps_its_data_and_stops_cleanly(start_server, backend):
    server = start_server(backend)
    with urllib.request.urlopen(f"{server.base_url}/admin/login/") as page:
        assert page.status == 200
    server.run_python("from django.contrib.auth.models import Group; Group.objects.create(name='kept')")
    assert server.stop() == 0
    assert "Traceback" not in server.log
    server.start()
    server.kill()
    kept = "Group.objects.filter(name='kept').count()"
    assert server.run_python(f"from django.contrib.auth.models import Group; print({kept})").strip() == "1"
    assert server.ask(f"from django.contrib.auth.models import Group; print({kept})").strip() == "1"
    with pytest.raises(CommandFailed, match="ZeroDivisionError"):
        server.ask("1 / 0")


def test_a_cluster_leaves_nothing_behind():
    cluster = PostgresCluster()
    try:
        cluster.start()
    except NoPostgres as absence:
        pytest.skip(str(absence))
    folder, server = cluster._folder, cluster._server
    cluster.stop()
    assert not folder.exists()
    assert server.poll() == 0


def test_what_is_missing_is_skipped_with_a_sentence(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="No browser here"):
        unavailable("No browser here.")


def test_what_is_missing_fails_where_ci_is_true(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="No browser here"):
        unavailable("No browser here.")
