"""Folders with something wrong in them: how each is made, and what its refusal must say.

A module bad_files_FORM.py fills `BAD` for its form. Run as a program, this reads each folder of a corpus that
was written before and prints what became of it, with the time and the memory that it took.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bad:
    """`write` fills a folder; the refusal names `file` and matches `fault`."""

    write: Callable[[Path], object]
    file: str
    fault: str
    form: str = "auto"
    split: str = "test"


def peak_megabytes() -> float:
    """Return the most memory this process had since its peak began anew; getrusage counts its parent's."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
    return int(line.split()[1]) / 1024


def refusals(corpus: Path) -> dict[str, dict[str, object]]:
    """Read every folder of the corpus; return what was said, and how long it took."""
    import django

    django.setup()
    from labelling.datasets import Search, find_source
    from labelling.errors import DatasetError

    list(find_source("idx", Search(folder=corpus / "good")).items())  # what is imported once is not counted
    said: dict[str, dict[str, object]] = {}
    for name, facts in json.loads((corpus / "corpus.json").read_text()).items():
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        start = time.perf_counter()
        words = "it was read"
        try:
            source = find_source(
                "bad", Search(folder=corpus / name, form=facts["form"], split=facts["split"], network=False)
            )
            for _ in source.items():
                pass
        except DatasetError as error:
            words = str(error)
        said[name] = {
            "words": words,
            "seconds": time.perf_counter() - start,
            "megabytes": peak_megabytes(),
        }
    return said


if __name__ == "__main__":
    json.dump(refusals(Path(sys.argv[1])), sys.stdout)
