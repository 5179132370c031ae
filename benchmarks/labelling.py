"""Speed of labelling over HTTP, beside the plainest Django application on the same machine.

    python -m benchmarks.labelling                # everything, about an hour
    python -m benchmarks.labelling crowd --quick  # one part, short rounds

The annotator's loop is the page's own: images leased in batches and sent inside the reply, answers one by
one. The server is gunicorn as `make run` starts it. The floor (`labelling_floor`) has a view with one SELECT
and one INSERT, the same gunicorn and the same durability. Rounds of floor and product take turns, and each
figure is the median of its rounds, so that a ratio means something on a machine that others use too.
"""

import argparse
import contextlib
import itertools
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.labelling_speed.crowd import Tally, crowd_of, run_crowd, run_floor
from benchmarks.labelling_speed.servers import Databases, Floor, Product
from benchmarks.labelling_speed.studies import Badge

BACKENDS = ("sqlite", "postgresql")
CROWDS = (1, 8, 32, 128)


@dataclass(frozen=True)
class Effort:
    """How long it may take."""

    rounds: int
    seconds: float
    largest: int


LONG = Effort(rounds=5, seconds=4, largest=1_000_000)
QUICK = Effort(rounds=3, seconds=2, largest=100_000)


@contextlib.contextmanager
def running(
    backend: str,
) -> Iterator[tuple[Callable[[], Product], Callable[[], Floor], Callable[[], None]]]:
    """Give two ways to start servers on one kind of database, and one to let that settle. All are stopped."""
    started: list[Product | Floor] = []
    with tempfile.TemporaryDirectory(prefix="human-baseline-speed-") as name:
        databases = Databases(backend, Path(name))

        def start(kind: type) -> Product | Floor:
            folder = Path(name) / f"server-{len(started)}"
            server = kind(folder=folder, database_url=databases.new())
            started.append(server)
            server.prepare()
            server.start()
            return server

        try:
            yield lambda: start(Product), lambda: start(Floor), databases.settle
        finally:
            for server in started:
                server.stop()
            databases.close()


def median(rounds: list[Tally], figure: Callable[[Tally], float]) -> float:
    return statistics.median(figure(tally) for tally in rounds)


def rate(tally: Tally) -> float:
    return tally.labels / tally.seconds


def cpu(tally: Tally) -> float:
    """Return the server's processor time for a label, or for a request of the floor, in milliseconds."""
    return tally.server_cpu / max(tally.labels, 1) * 1000


def percentile(tally: Tally, q: float) -> float:
    """Return a percentile of the time in which an answer was saved, in milliseconds; NaN without answers."""
    return float(np.percentile(tally.submit_seconds, q)) * 1000 if tally.submit_seconds else float("nan")


def table(heads: list[str], rows: list[list[str]]) -> None:
    """Print a table as Markdown."""
    print("\n| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


def crowd(effort: Effort) -> None:
    """Labels a second beside the floor's requests a second."""
    rows = []
    for backend in BACKENDS:
        with running(backend) as (start_product, start_floor, settle):
            product, floor = start_product(), start_floor()
            study = product.make_study("crowd", 100_000, 3, 16 + 2 * sum(CROWDS))
            settle()
            badges = iter(study.badges)
            warm(product, floor, study.link, list(itertools.islice(badges, 16)))
            for people in CROWDS:
                both = [
                    crowd_of(
                        port=product.port, link=study.link, badges=list(itertools.islice(badges, people))
                    )
                    for _ in (False, True)
                ]
                plain: list[Tally] = []
                ours: dict[bool, list[Tally]] = {False: [], True: []}
                for _ in range(effort.rounds):
                    before = floor.cpu_seconds()
                    plain.append(run_floor(port=floor.port, clients=people, seconds=effort.seconds))
                    plain[-1].server_cpu = floor.cpu_seconds() - before
                    for in_turn, everybody in enumerate(both):
                        before = product.cpu_seconds()
                        tally = run_crowd(everybody, seconds=effort.seconds, in_turn=bool(in_turn))
                        tally.server_cpu = product.cpu_seconds() - before
                        ours[bool(in_turn)].append(tally)
                rows += [_crowd_row(backend, people, in_turn, ours[in_turn], plain) for in_turn in ours]
            resident, once = product.memory()
            print(
                f"{backend}: the product's three processes hold {resident:.0f} MB ({once:.0f} MB with shared"
            )
            print(f"pages counted once); the floor's {floor.memory()[0]:.0f} MB.")
    heads = ["database", "annotators", "answers", "labels/s", "median ms", "95 % ms", "requests a label"]
    heads += [
        "errors",
        "server ms a label",
        "floor requests/s",
        "floor ms",
        "floor 95 % ms",
        "ratio",
        "client's core",
    ]
    table(heads, rows)


def _crowd_row(backend: str, people: int, in_turn: bool, ours: list[Tally], plain: list[Tally]) -> list[str]:
    for failure in set().union(*(tally.failures for tally in ours + plain)):
        print(f"{backend}, {people}: {failure}", file=sys.stderr)
    ratios = [rate(tally) / rate(beside) for tally, beside in zip(ours, plain, strict=True)]
    return [
        backend,
        str(people),
        "one by one" if in_turn else "as the page",
        f"{median(ours, rate):.0f}",
        f"{median(ours, lambda t: percentile(t, 50)):.1f}",
        f"{median(ours, lambda t: percentile(t, 95)):.1f}",
        f"{median(ours, lambda t: t.requests / max(t.labels, 1)):.2f}",
        str(sum(tally.errors for tally in ours + plain)),
        f"{median(ours, cpu):.2f}",
        f"{median(plain, rate):.0f}",
        f"{median(plain, cpu):.2f}",
        f"{median(plain, lambda t: percentile(t, 95)):.1f}",
        f"{statistics.median(ratios):.2f}",
        f"{median(ours, lambda t: t.client_cpu / t.seconds):.2f}",
    ]


def warm(product: Product, floor: Floor, link: str, badges: list[Badge]) -> None:
    """Let every worker load what it loads once, before anything is measured."""
    run_floor(port=floor.port, clients=len(badges), seconds=1)
    run_crowd(crowd_of(port=product.port, link=link, badges=badges), seconds=1)


def pace(effort: Effort) -> None:
    """The time to save an answer when 32 people each answer every two seconds."""
    rows = []
    for backend in BACKENDS:
        with running(backend) as (start_product, *_):
            product = start_product()
            study = product.make_study("pace", 1000, 3, 16 + 32)
            run_crowd(crowd_of(port=product.port, link=study.link, badges=study.badges[:16]), seconds=1)
            people = crowd_of(port=product.port, link=study.link, badges=study.badges[16:])
            seen = run_crowd(people, seconds=5 * effort.seconds, pause=2)
            resident, once = product.memory()
            rows.append(
                [
                    backend,
                    str(seen.labels),
                    f"{percentile(seen, 50):.1f}",
                    f"{percentile(seen, 95):.1f}",
                    f"{seen.requests / seen.labels:.2f}",
                    str(seen.errors),
                    f"{resident:.0f}",
                    f"{once:.0f}",
                ]
            )
    heads = ["database", "labels", "median ms", "95 % ms", "requests a label", "errors"]
    table([*heads, "server MB", "shared pages once, MB"], rows)


def sizes(effort: Effort) -> None:
    """Labels a second in a study of a thousand items and in one of very many, in turn."""
    rows = []
    for backend in BACKENDS:
        with running(backend) as (start_product, _, settle):
            small, large = start_product(), start_product()
            many = large.make_study("many", effort.largest, 3, 16 + 16)
            few = [small.make_study(f"few-{number}", 1000, 3, 16) for number in range(effort.rounds + 1)]
            everybody = [
                (small, [crowd_of(port=small.port, link=study.link, badges=study.badges) for study in few]),
                (large, [crowd_of(port=large.port, link=many.link, badges=many.badges[16:])] * len(few)),
            ]
            settle()
            seen: dict[Product, list[Tally]] = {small: [], large: []}
            for turn in range(len(few)):
                for server, crowds in everybody:
                    before = server.cpu_seconds()
                    tally = run_crowd(crowds[turn], seconds=effort.seconds, in_turn=True)
                    tally.server_cpu = server.cpu_seconds() - before
                    seen[server].append(tally)
            # The first round warms both up.
            few_rounds, many_rounds = seen[small][1:], seen[large][1:]
            rows += [
                _size_row(backend, 1000, few_rounds, few_rounds),
                _size_row(backend, effort.largest, many_rounds, few_rounds),
            ]
            print(f"{backend}: {effort.largest} items were stored in {many.seconds:.0f} s.")
    table(
        ["database", "items", "labels/s", "median ms", "95 % ms", "server ms a label", "to 1,000 items"], rows
    )


def _size_row(backend: str, items: int, rounds: list[Tally], beside: list[Tally]) -> list[str]:
    return [
        backend,
        f"{items:,}",
        f"{median(rounds, rate):.0f}",
        f"{median(rounds, lambda t: percentile(t, 50)):.1f}",
        f"{median(rounds, lambda t: percentile(t, 95)):.1f}",
        f"{median(rounds, cpu):.2f}",
        f"{median(rounds, rate) / median(beside, rate):.2f}",
    ]


# Items, labels wanted for each, and how many answers those who ask have given before.
HISTORIES = (
    (1000, 3, 0),
    (1000, 3, 300),
    (1000, 50, 0),
    (1000, 50, 500),
    (10_000, 3, 3000),
    (100_000, 3, 0),
    (100_000, 50, 0),
    (1_000_000, 3, 0),
    (1_000_000, 3, 500),
)


def picking(effort: Effort) -> None:
    """Finding the next ten places, by items, labels wanted for each, order and answers given before."""
    rows = []
    for backend in BACKENDS:
        with running(backend) as (start_product, *_):
            product = start_product()
            for items, redundancy, answered in HISTORIES:
                if items * redundancy > 5 * effort.largest:
                    continue
                for order in ("breadth", "depth"):
                    slug = f"{order}-{items}-{redundancy}-{answered}"
                    product.make_study(slug, items, redundancy, 8, order)
                    times = product.picking_times(slug, answered)
                    sizes = [f"{size:,}" for size in (items, redundancy)]
                    rows.append([backend, *sizes, order, f"{answered:,}", *(f"{time:.2f}" for time in times)])
    table(["database", "items", "labels each", "order", "answered before", "median ms", "95 % ms"], rows)


PARTS = {"crowd": crowd, "pace": pace, "sizes": sizes, "picking": picking}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], help="what to measure (default: everything)"
    )
    parser.add_argument("--quick", action="store_true", help="short rounds, and no million items")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        PARTS[part](QUICK if options.quick else LONG)


if __name__ == "__main__":
    main()
