"""Time, memory and size of a bundle: written by `export_report`, checked by both commands that check one.

    python -m benchmarks.bundle            # 3,000 and 510,000 labels; some minutes, most of them to import
    python -m benchmarks.bundle --quick    # 3,000 labels

The dataset is Fashion-MNIST, found as `import_dataset` finds it. People are simulated: each errs on three
images of ten, towards categories near the ground truth. The labels are imported with `import_labels`, so that
the study has its record of events. Each command runs in a process of its own, whose processor time and
largest memory the system counts.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SEED = 1


@dataclass(frozen=True)
class Size:
    """A study: images, labels of each, and labels of one annotator."""

    images: int
    redundancy: int
    each: int

    @property
    def labels(self) -> int:
        return self.images * self.redundancy


SMALL, LARGE = Size(1_000, 3, 100), Size(10_000, 51, 1_000)


@dataclass(frozen=True)
class Run:
    """What a command took."""

    wall: float
    processor: float
    megabytes: float


class Desk:
    """The commands of one installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "VAR_DIR": str(folder / "var")}
        self.environment.pop("DATABASE_URL", None)

    def manage(self, *command: str) -> Run:
        return self.run("manage.py", *command)

    def run(self, *command: str) -> Run:
        """Run a Python command to its end, and measure it."""
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begin
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def simulated(folder: Path, sample: Path, size: Size) -> Path:
    """Write labels for a sample: every person labels a row of images, one after the other."""
    with sample.open() as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["truth"] for row in rows})
    code = {name: place for place, name in enumerate(names)}
    rng = np.random.default_rng(SEED)
    path = folder / "labels.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["item", "annotator", "label", "response_ms"])
        for turn in range(size.redundancy):
            for place, row in enumerate(rows):
                who = f"person-{turn:03d}-{place // size.each:03d}"
                away = int(rng.random() < 0.3) * int(rng.integers(1, 4))
                label = names[(code[row["truth"]] + away) % len(names)]
                writer.writerow([row["item"], who, label, int(rng.lognormal(7.3, 0.5))])
    return path


def measure(size: Size, folder: Path) -> list[tuple[str, Run]]:
    """Make a study of this size, and measure what is done with its bundle."""
    desk, slug, bundle = Desk(folder), f"study-{size.labels}", folder / "bundle"
    desk.manage("migrate", "--verbosity", "0")
    desk.manage("import_dataset", "fashion-mnist")
    wanted = ("--sample-size", str(size.images), "--redundancy", str(size.redundancy), "--seed", str(SEED))
    # The sample is read from the bundle of a study without labels.
    desk.manage("create_study", slug, "--dataset", "fashion-mnist", "--open-accuracy", *wanted)
    desk.manage("launch_study", slug)
    desk.manage("export_report", slug, "--output", str(bundle), "--resamples", "0")
    labels = simulated(folder, bundle / "sample.csv", size)
    done = [("import_labels", desk.manage("import_labels", slug, str(labels)))]
    done.append(("export_report", desk.manage("export_report", slug, "--output", str(bundle))))
    done.append(("python -m evaluation.verify", desk.run("-m", "evaluation.verify", str(bundle))))
    done.append(("manage.py verify_bundle", desk.manage("verify_bundle", str(bundle))))
    print_table(size, bundle, done)
    return done


def print_table(size: Size, bundle: Path, done: list[tuple[str, Run]]) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file()]
    for name, run in done:
        took = f"{run.wall:.1f} s | {run.processor:.1f} s | {run.megabytes:.0f} MB"
        print(f"| {name} | {size.labels:,} | {took} |", flush=True)
    total = sum(path.stat().st_size for path in files) / 1e6
    page = (bundle / "report.html").stat().st_size / 1e6
    print(f"  {len(files)} files, {total:.1f} MB; report.html {page:.2f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="3,000 labels alone")
    options = parser.parse_args()
    print(
        "| command | labels | time | processor | largest memory |\n| --- | --- | --- | --- | --- |",
        flush=True,
    )
    for size in (SMALL,) if options.quick else (SMALL, LARGE):
        with tempfile.TemporaryDirectory(prefix="human-baseline-bundle-") as name:
            measure(size, Path(name))


if __name__ == "__main__":
    main()
