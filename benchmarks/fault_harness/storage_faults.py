"""A full disk, a locked database and dead connections, one after the other, while people label.

Whatever fails must fail whole, in words that a person understands, and everything must work again within ten
seconds after the fault is over.
"""

import contextlib
import http.client
import json
import pwd
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.fault_harness.crowd import Crowd, Habits
from benchmarks.fault_harness.cuttable_line import CuttableLine, reset
from benchmarks.fault_harness.person import Person, Reply, Unreachable
from benchmarks.fault_harness.registry import Fault, register
from benchmarks.fault_harness.result import FaultResult
from benchmarks.fault_harness.set_check import set_check
from benchmarks.fault_harness.small_disk import SmallDisk
from benchmarks.fault_harness.stage import PRODUCT, Stage, running

_PEOPLE = 4
_USABLE_WITHIN = 10.0  # seconds
_LONGEST_FULL = 3.0  # seconds a disk stays full until somebody has felt it
_LOCK = (0.1, 0.5)  # seconds a database is locked, but for a few times
_LONG_LOCK = 30.5
_DISK_MB = {"sqlite": 96, "postgresql": 160}
_HALF_ROWS = "benchmarks.fault_harness.inside.half_rows:half_rows"
# How often each kind comes, of a hundred faults.
_SHARES = {
    "sqlite": {"full disk": 40, "locked": 20, "person cut off": 40},
    "postgresql": {"full disk": 30, "locked": 20, "connections ended": 30, "line cut": 20},
}


class Reader(Person):
    """A person who reads what an error says, and minds a stack trace."""

    def ask(self, method: str, page: str, body: bytes = b"", kind: str = "application/json") -> Reply:
        """Ask as everybody does; note a reply that is an error and not one to try again after."""
        try:
            return super().ask(method, page, body, kind)
        except Unreachable as why:
            said = str(why)
            if said[:3].isdigit() and (not said.startswith("503") or "Traceback" in said):
                self.tally.refused.append(f"{method} {page}: {said}")
            raise

    def is_cut_off(self, answer: dict[str, object]) -> None:
        """Send an answer, and lose the connection before anything comes back."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.ports[0])
        body = json.dumps(answer).encode()
        self._connection.request("POST", f"{self.link}label/", body, self.script_headers())
        time.sleep(self.chance.random() * 0.02)
        if self._connection.sock is not None:
            reset(self._connection.sock)
        self.hang_up()


class Readers(Crowd):
    """A crowd of them."""

    def _newcomer(self) -> Person:
        with self._lock:
            person = Reader(ports=self._ports, link=self._link, seed=self._seed * 100_000 + len(self.people))
            self.people.append(person)
            return person

    @property
    def errors(self) -> int:
        """How many requests failed so far."""
        tally = self.tally
        return tally.errors + tally.unreachable


@dataclass
class _Scene:
    """What a fault needs: where the database is, and who would notice."""

    stage: Stage
    disk: SmallDisk
    crowd: Readers
    cut_off: Reader
    chance: random.Random
    line: CuttableLine | None = None
    long_locks: int = 0

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.disk.folder / "db.sqlite3"


def _fill_disk(scene: _Scene) -> None:
    """Keep the disk full until somebody has felt it."""
    if scene.stage.database == "sqlite":
        with contextlib.closing(sqlite3.connect(scene.file, timeout=1)) as connection:
            # Else the log has room left from before, and the next labels fit into it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = scene.crowd.errors
    deadline = time.monotonic() + _LONGEST_FULL
    scene.disk.fill()
    try:
        while scene.crowd.errors == before and time.monotonic() < deadline:
            time.sleep(0.01)
            scene.disk.fill()  # what the server gave back meanwhile
    finally:
        scene.disk.empty()


def _lock(scene: _Scene) -> None:
    """Lock the database against all writing, as somebody with another program may."""
    seconds = scene.chance.uniform(*_LOCK)
    if scene.long_locks:
        scene.long_locks -= 1
        seconds = _LONG_LOCK
    if scene.stage.database == "sqlite":
        with contextlib.closing(sqlite3.connect(scene.file, timeout=60, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            other.execute("ROLLBACK")
    else:
        with psycopg.connect(scene.stage.url) as other:
            other.execute("LOCK TABLE labelling_place IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)
            other.rollback()


def _end_connections(scene: _Scene) -> None:
    """Let PostgreSQL end every connection of the servers."""
    with psycopg.connect(scene.stage.url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _cut_line(scene: _Scene) -> None:
    """Reset every connection between the servers and PostgreSQL."""
    if scene.line is not None:
        scene.line.cut()


def _cut_off_person(scene: _Scene) -> None:
    """Cut a person off after an answer was sent; the person sends it again."""
    for assignment in scene.cut_off.lease(count=1, until=time.monotonic() + 60):
        answer = scene.cut_off.new_answer(assignment)
        scene.cut_off.is_cut_off(answer)
        scene.cut_off.submit(answer, until=time.monotonic() + 60)


_KINDS: dict[str, Callable[[_Scene], None]] = {
    "full disk": _fill_disk,
    "locked": _lock,
    "connections ended": _end_connections,
    "line cut": _cut_line,
    "person cut off": _cut_off_person,
}


def storage_faults(
    *, stage: Stage, seed: int, faults: int, long_locks: int, items: int, k: int, settings: str = PRODUCT
) -> FaultResult:
    """Bring about `faults` faults, of the kinds that the database can have; `long_locks` last over 30 s.

    After each, people must be able to label again within ten seconds.
    """
    started = time.monotonic()
    chance = random.Random(seed)
    with _on_small_disk(stage) as (own, disk), _line_to(own) as (line, surroundings):
        study = own.launch(sample_size=items, redundancy=k)
        server = own.server(settings=settings, gunicorn="--preload", **surroundings)
        with running(server):
            ports, habits = [server.port], Habits(each=40, gives_up=0.4, pause=0.04)
            crowd = Readers(link=study.link, ports=ports, size=_PEOPLE, habits=habits, seed=seed)
            cut_off = Reader(ports=ports, link=study.link, seed=seed)
            cut_off.join(until=time.monotonic() + 60)
            scene = _Scene(own, disk, crowd, cut_off, chance, line, long_locks)
            toll = _bring_about(scene, _plan(own.database, faults, chance))
            cut_off.hang_up()
        check = set_check(
            sent=crowd.sent | cut_off.sent,
            acknowledged=[*crowd.acknowledged, *cut_off.acknowledged],
            stored=study.labels(),
        )
        half = own.ask(_HALF_ROWS, slug=study.slug)
        found = [*toll.broken, *half, *study.violations(complete=False), *check.violations()]
    if "Traceback" in server.log:
        found.append(f"the log has a stack trace: {server.log[server.log.index('Traceback') :][:2000]}")
    found += [*crowd.failures[:5], *crowd.tally.refused[:5], *cut_off.tally.refused[:5]]
    return FaultResult(
        fault="storage_faults",
        database=stage.database,
        figures={
            "faults": toll.done.total(),
            **{kind: f"{toll.done[kind]} ({toll.felt[kind]} felt)" for kind in sorted(toll.done)},
            "locks over 30 s": long_locks,
            "acknowledged labels": check.acknowledged,
            "lost": len(check.lost),
            "half rows": len(half),
            "slowest return, s": round(toll.slowest, 2),
            "violations": len(found),
        },
        violations=found,
        seconds=time.monotonic() - started,
    )


def _plan(database: str, faults: int, chance: random.Random) -> list[str]:
    """Return so many kinds of fault in random order, each as often as its share."""
    shares = _SHARES[database]
    plan = [kind for kind, share in shares.items() for _ in range(-(-faults * share // 100))]
    chance.shuffle(plan)
    return plan[:faults]


@dataclass
class _Toll:
    """What the faults did: how many there were, how many made a request fail, the slowest return to work."""

    done: Counter[str] = field(default_factory=Counter)
    felt: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def _bring_about(scene: _Scene, plan: list[str]) -> _Toll:
    """Bring about each fault while the crowd labels; wait after each for the next answer that is saved."""
    toll, crowd = _Toll(), scene.crowd
    crowd.start()
    try:
        for number, kind in enumerate(plan):
            errors = crowd.errors
            try:
                _KINDS[kind](scene)
            except TimeoutError as error:
                toll.broken.append(f"fault {number}, {kind}: {error}")
                break
            over, saved = time.monotonic(), crowd.saved
            while crowd.saved == saved and time.monotonic() - over < 3 * _USABLE_WITHIN:
                time.sleep(0.005)
            took = time.monotonic() - over
            toll.slowest = max(toll.slowest, took)
            toll.done[kind] += 1
            toll.felt[kind] += kind == "person cut off" or crowd.errors > errors
            if took > _USABLE_WITHIN:
                toll.broken.append(f"fault {number}, {kind}: the next answer was saved {took:.1f} s after it")
                break
    finally:
        crowd.end(seconds=60)
    return toll


@contextmanager
def _on_small_disk(stage: Stage) -> Iterator[tuple[Stage, SmallDisk]]:
    """Give a stage whose database is on a disk of its own; PostgreSQL's own log is on the large one."""
    folder, static = Path(tempfile.mkdtemp(dir=stage.folder)), stage.folder / "static"
    if stage.database == "sqlite":
        with SmallDisk(folder=folder / "disk", megabytes=_DISK_MB["sqlite"]) as disk:
            own = Stage(database="sqlite", folder=folder, static=static)
            own.url = f"sqlite:///{disk.folder / 'db.sqlite3'}"
            with own:
                yield own, disk
        return
    postgres = stage.crashable_postgres()
    with tempfile.TemporaryDirectory(prefix="small-disk-") as place:
        Path(place).chmod(0o755)
        disk = SmallDisk(
            folder=Path(place) / "disk", megabytes=_DISK_MB["postgresql"], owner=pwd.getpwnam("nobody").pw_uid
        )
        with disk, Stage(database="postgresql", folder=folder, static=static, postgres=postgres) as own:
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                space, name = sql.Identifier("small_disk"), sql.Identifier(urlsplit(own.url).path[1:])
                admin.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(space, str(disk.folder)))
                admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE {}").format(name, space))
            try:
                yield own, disk
            finally:
                own.close()
                with psycopg.connect(postgres.url, autocommit=True) as admin:
                    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
                    admin.execute(sql.SQL("DROP TABLESPACE {}").format(space))


@contextmanager
def _line_to(own: Stage) -> Iterator[tuple[CuttableLine | None, dict[str, str]]]:
    """Give a line to PostgreSQL that can be cut, and what a server is started with to use it."""
    if own.database == "sqlite":
        yield None, {}
        return
    parts = urlsplit(own.url)
    if parts.port is None:
        raise ValueError(f"The address {own.url} has no port.")
    line = CuttableLine(to=parts.port)
    through = parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{line.port}"))
    try:
        yield line, {"DATABASE_URL": urlunsplit(through)}
    finally:
        line.close()


register(
    Fault(
        name="storage_faults",
        title="disk full, database locked 30 s, connections killed",
        goal="500 faults, 0 half rows, usable again within 10 s",
        run=storage_faults,
        quick={"faults": 8, "long_locks": 0, "items": 60, "k": 60},
        full={"faults": 500, "long_locks": 3, "items": 120, "k": 400},
        least={"faults": 500},
        order=50,
    )
)
