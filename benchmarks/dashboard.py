"""How long the server takes to make each page of the desk, with a million labels in the database.

    python -m benchmarks.dashboard                   # builds both databases, then measures; some six minutes
    python -m benchmarks.dashboard --keep /tmp/desk  # builds once, and measures on the same data from then on
    python -m benchmarks.dashboard --database sqlite --only annotators --rounds 5

Every address of the admin site is asked for as the signed-in owner through Django's own client, so that the
time is the server's alone: middleware, queries, template. The first request of a process, which may unpack
what is kept, has a column of its own. One study has 333,334 images, a million labels and 1000 annotators;
twelve smaller ones stand beside it. Prints a table in Markdown.
"""

import argparse
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.desk_speed.kept import BACKENDS, Desk
from benchmarks.desk_speed.pages import Measured, measured_from

GOAL = 150


def main() -> None:
    """Build what is not there, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=[*BACKENDS, "both"], default="both")
    parser.add_argument(
        "--keep", metavar="FOLDER", type=Path, help="keep the databases here, and use them again"
    )
    parser.add_argument("--rounds", type=int, default=20, help="requests of each page (default: 20)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only pages whose name has this text")
    parser.add_argument("--labels", type=int, default=1_000_000, help="labels of the large study")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="human-baseline-desk-", ignore_cleanup_errors=True) as temporary:
        Path(temporary).chmod(0o755)  # PostgreSQL runs as somebody else
        folder = options.keep or Path(temporary)
        backends = [name for name in BACKENDS if options.database in (name, "both")]
        measured = {name: on(name, folder, options) for name in backends}
    print_table(measured)


def on(backend: str, folder: Path, options: argparse.Namespace) -> list[Measured]:
    """Measure on one kind of database."""
    desk = Desk(backend, folder.resolve())
    try:
        server = desk.start()
        if not desk.is_built:
            items = options.labels // 3 + 1
            took = server.run_python(
                "from benchmarks.desk_speed.data import build\n"
                f"print(build(items={items}, labels={options.labels}))"
            )
            desk.built()
            print(f"{backend}: built in {float(took.splitlines()[-1]):.0f} s.", file=sys.stderr)
        # As a large study always is after its first minute: counted, and the counts kept.
        server.run_python("from benchmarks.desk_speed.pages import count_large\ncount_large()")
        return measured_from(
            server.run_python(
                "from benchmarks.desk_speed.pages import measure, printed\n"
                f"print(printed(measure(rounds={options.rounds}, only={options.only!r})))"
            )
        )
    finally:
        desk.stop()


def print_table(measured: dict[str, list[Measured]]) -> None:
    """Print a row for each page, the slowest first, and what could not be measured."""
    names = {page.page: page for pages in measured.values() for page in pages}
    by_name = {backend: {page.page: page for page in pages} for backend, pages in measured.items()}
    good = [name for name in names if not any(pages[name].why_not for pages in by_name.values())]
    good.sort(key=lambda name: -max(pages[name].median for pages in by_name.values()))
    heads = ["page", "queries"]
    for backend in measured:
        heads += [f"{backend}: median ms", "95 % ms", "first ms"]
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for name in good:
        queries = sorted({str(pages[name].queries) for pages in by_name.values()})
        cells = [in_words(name), " / ".join(queries)]
        for pages in by_name.values():
            page = pages[name]
            over = " **over**" if page.median > GOAL else ""
            cells += [f"{page.median:.0f}{over}", f"{page.high:.0f}", f"{page.first:.0f}"]
        print("| " + " | ".join(cells) + " |")
    print()
    for backend, pages in measured.items():
        for page in pages:
            if page.why_not:
                print(f"- {backend}: {in_words(page.page)} {page.why_not}.")


def in_words(name: str) -> str:
    """Return an address's name without what Django puts before it: `study items`, `index`."""
    return name.removeprefix("labelling_").removeprefix("auth_").replace("_", " ")


if __name__ == "__main__":
    main()
