"""The two servers that are compared, each as `make run` starts it, beside the same database server."""

import contextlib
import os
import re
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.labelling_speed.studies import Made, made_from
from tests.live_server import CommandFailed, LiveServer
from tests.postgres_cluster import PostgresCluster


class Served(LiveServer):
    """One running server: the product, or the floor."""

    def __init__(self, *, folder: Path, database_url: str, **environment: str) -> None:
        folder.mkdir(parents=True)
        super().__init__(var_dir=folder, database_url=database_url, environment=environment)

    def processes(self) -> list[int]:
        """Return the ids of the server's processes: the arbiter first, then its workers."""
        if self._process is None:
            raise CommandFailed("The server does not run.")
        arbiter = self._process.pid
        workers = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has ended meanwhile
            if int(fields[1]) == arbiter:
                workers.append(int(path.parent.name))
        return [arbiter, *sorted(workers)]

    def memory(self) -> tuple[float, float]:
        """Return megabytes resident in all processes: the plain sum, and with shared pages counted once."""
        resident = shared_once = 0
        for process in self.processes():
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            resident += int(re.search(r"^Rss:\s+(\d+)", rollup, re.MULTILINE)[1])
            shared_once += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
        return resident / 1024, shared_once / 1024

    def cpu_seconds(self) -> float:
        """Return the processor seconds that the server's processes have used."""
        ticks = 0
        for process in self.processes():
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


class Product(Served):
    """The product."""

    def prepare(self) -> None:
        """Make the tables and collect the static files."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    def make_study(self, slug: str, items: int, redundancy: int, people: int, order: str = "breadth") -> Made:
        """Make a running study of so many items; see `benchmarks.labelling_speed.studies`."""
        return made_from(
            self.run_python(
                "from benchmarks.labelling_speed.studies import make_study, printed\n"
                f"print(printed(make_study(slug={slug!r}, items={items}, redundancy={redundancy}, "
                f"people={people}, order={order!r})))"
            )
        )

    def picking_times(self, slug: str, answered: int) -> tuple[float, float]:
        """Return median and 95th percentile of finding ten places, in milliseconds.

        Those who ask answer so many images first.
        """
        told = self.run_python(
            "from benchmarks.labelling_speed.picking import picking_times\n"
            f"print(*picking_times(slug={slug!r}, answered={answered}))"
        )
        middle, high = told.split()
        return float(middle), float(high)


class Floor(Served):
    """The plainest application on the same database server."""

    def __init__(self, *, folder: Path, database_url: str) -> None:
        settings = "benchmarks.labelling_floor.settings"
        super().__init__(folder=folder, database_url=database_url, DJANGO_SETTINGS_MODULE=settings)

    def prepare(self) -> None:
        """Make the two tables, and the tasks to read."""
        self.run_python(
            "from django.core.management import call_command\n"
            "call_command('migrate', run_syncdb=True, verbosity=0)\n"
            "from benchmarks.labelling_floor.models import Task\n"
            "Task.objects.bulk_create(Task(pk=n, name=f'task {n}') for n in range(1, 1001))"
        )


class Databases:
    """Empty databases of one kind: files in a folder, or databases of a throwaway PostgreSQL server."""

    def __init__(self, backend: str, folder: Path) -> None:
        self.backend = backend
        self._folder = folder
        self._cluster: PostgresCluster | None = None
        self._made = 0

    def new(self) -> str:
        """Make an empty database and return its address."""
        self._made += 1
        if self.backend == "sqlite":
            return f"sqlite:///{self._folder / f'database-{self._made}'}.sqlite3"
        if self._cluster is None:
            self._cluster = PostgresCluster()
            self._cluster.start()
        name = f"speed_{self._made}"
        with psycopg.connect(self._cluster.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return urlunsplit(urlsplit(self._cluster.url)._replace(path=f"/{name}"))

    def settle(self) -> None:
        """Write everything that was stored to its place on the disk, so that it is not written meanwhile."""
        if self._cluster is not None:
            with psycopg.connect(self._cluster.url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
        for path in self._folder.glob("*.sqlite3"):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.sync()

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()
