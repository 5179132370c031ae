"""What every test may ask for: the databases, a folder for images, a real server."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases import BACKENDS, Databases, PostgresServer
from tests.live_server import LiveServer, ServerStarter
from tests.postgres_cluster import NoPostgres

# Pages, commands and exports call services and selectors, which are tested on both databases.
ON_ONE_DATABASE = ("labelling/views", "labelling/commands", "labelling/panels", "labelling/test_")

# Files that take the longest begin first, so that no process is left with one of them at the end.
LONGEST = ("browser", "concurrency", "scripts")

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "admin_client", "admin_user"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*BACKENDS, "both", "as-needed"],
        default="as-needed",
        help="the databases that database tests run on; as-needed, the default: pages and commands on "
        "SQLite, all else on both",
    )
    parser.addoption(
        "--screenshots",
        default="test-results",
        help="where browser tests save pictures (default: test-results)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """End in order when asked to: the servers that tests started must not outlive them."""
    signal.signal(signal.SIGTERM, lambda *_signal: pytest.exit("asked to end", returncode=143))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, each group in the random order that it has."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: not any(tests / folder in item.path.parents for folder in LONGEST))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a database test on each database; one that is about a single database, on that one."""
    marked = metafunc.definition.get_closest_marker("django_db") is not None
    if not marked and not DATABASE_FIXTURES & set(metafunc.fixturenames):
        return
    wanted = metafunc.config.getoption("--database")
    if wanted == "as-needed":
        place = Path(str(metafunc.definition.path)).relative_to(Path(__file__).parent).as_posix()
        wanted = "sqlite" if place.startswith(ON_ONE_DATABASE) else "both"
    backends = [name for name in BACKENDS if wanted in (name, "both")]
    only = [name for name in BACKENDS if metafunc.definition.get_closest_marker(f"only_{name}")]
    if only and metafunc.config.getoption("--database") == "as-needed":
        backends = only
    elif only:
        backends = [name for name in backends if name in only]
    # Session scope: pytest then keeps the tests of one database together.
    metafunc.parametrize("database_url", backends, indirect=True, scope="session")


def unavailable(reason: str) -> None:
    """Skip with a sentence on a developer's machine; fail where CI=true."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason} (CI=true: this may not be skipped)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server for tests; it starts when its address is first asked for."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Databases]:
    """The test databases that were made so far."""
    yield Databases(folder=tmp_path_factory.mktemp("databases"), postgres=postgres_server)
    from django.db import connections

    connections["default"].close()


@pytest.fixture(scope="session", autouse=True)
def database_url(
    request: pytest.FixtureRequest,
    databases: Databases,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> str | None:
    """The address of the database that this test runs on; None for a test that touches none."""
    backend: str | None = getattr(request, "param", None)
    if backend is None:
        return None
    with django_db_blocker.unblock():
        try:
            return databases.use(backend)
        except NoPostgres as absence:
            unavailable(str(absence))
            raise


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """In the place of pytest-django's own set-up: `database_url` makes the databases."""


@pytest.fixture(autouse=True)
def _let_tables_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the guards up when a test that commits has ended: its rows are deleted, labels and events too.

    Emptying the tables sends the signal on which the guards are laid down again.
    """
    marker = request.node.get_closest_marker("django_db")
    committing = marker is not None and marker.kwargs.get("transaction", False)
    if not committing and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    from labelling.models.guards import remove_guards

    yield
    remove_guards(using="default")


@pytest.fixture(autouse=True)
def _images_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every test stores its images in a folder of its own, which comes into being when one is stored."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"images-{os.urandom(6).hex()}"


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as a server has them, collected once."""
    folder = tmp_path_factory.mktemp("collected")
    server = LiveServer(var_dir=folder, database_url=f"sqlite:///{folder / 'unused.sqlite3'}")
    server.manage("collectstatic", "--noinput", "--verbosity", "0")
    return folder / "static"


class Migrated:
    """Databases as `migrate` leaves them. It runs once for each kind; every server gets a copy."""

    def __init__(self, folders: pytest.TempPathFactory, postgres: PostgresServer) -> None:
        self._folders = folders
        self._postgres = postgres
        self._first: dict[str, str] = {}

    def copy_for(self, backend: str, var_dir: Path) -> str:
        """Return the address of a new copy; that of SQLite lies in `var_dir`."""
        first = self._first.get(backend) or self._migrate(backend)
        self._first[backend] = first
        if backend == "postgresql":
            return self._postgres.new_database(template=urlsplit(first).path[1:])
        shutil.copyfile(first.removeprefix("sqlite:///"), var_dir / "db.sqlite3")
        return f"sqlite:///{var_dir / 'db.sqlite3'}"

    def _migrate(self, backend: str) -> str:
        folder = self._folders.mktemp("migrated")
        sqlite = f"sqlite:///{folder / 'db.sqlite3'}"
        url = sqlite if backend == "sqlite" else self._postgres.new_database()
        LiveServer(var_dir=folder, database_url=url).manage("migrate", "--verbosity", "0")
        return url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Migrated:
    """Copies of migrated databases for servers."""
    return Migrated(tmp_path_factory, postgres_server)


@pytest.fixture
def start_server(
    tmp_path_factory: pytest.TempPathFactory, migrated: Migrated, collected_static: Path
) -> Iterator[ServerStarter]:
    """Start real servers: `start_server("sqlite")`, `start_server("postgresql")`. They stop with the test."""
    yield from _starter(tmp_path_factory, migrated, collected_static)


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, migrated: Migrated, collected_static: Path
) -> Iterator[LiveServer]:
    """A real server on SQLite with an empty, migrated database, shared by the tests of a module."""
    starter = _starter(tmp_path_factory, migrated, collected_static)
    yield next(starter)("sqlite")
    next(starter, None)


def _starter(folders: pytest.TempPathFactory, migrated: Migrated, collected: Path) -> Iterator[ServerStarter]:
    running: list[LiveServer] = []

    def start(backend: str, **environment: str) -> LiveServer:
        var_dir = folders.mktemp("server")
        (var_dir / "static").symlink_to(collected)
        try:
            url = migrated.copy_for(backend, var_dir)
        except NoPostgres as absence:
            unavailable(str(absence))
            raise
        live = LiveServer(var_dir=var_dir, database_url=url, environment=environment)
        running.append(live)
        live.start()
        return live

    try:
        yield start
    finally:
        for live in running:
            live.stop()
