"""Data cut into files that are numbered "00000-of-00002": which there are, and whether they are all there."""

import re
from pathlib import Path

from labelling.errors import DatasetError


def find_shards(folder: Path, pattern: re.Pattern[str]) -> tuple[Path, ...]:
    """Return the shards in the folder, or else in the only folder below it that has any, by name.

    The pattern matches a file's whole name, with groups `name`, `number` and `count`.
    """
    if found := _shards(folder, pattern):
        return found
    below = [found for path in sorted(folder.iterdir()) if (found := _shards(path, pattern))]
    if len(below) > 1:
        names = ", ".join(found[0].parent.name for found in below)
        raise DatasetError(f"{folder} holds such files in several folders ({names}). Name one of them.")
    return below[0] if below else ()


def check_complete(paths: tuple[Path, ...], pattern: re.Pattern[str]) -> None:
    """Refuse shards of which one is missing, or that do not belong together."""
    matches = [match for path in paths if (match := pattern.fullmatch(path.name))]
    kinds = {(match["name"], int(match["count"])) for match in matches}
    if len(kinds) > 1:
        names = " and ".join(f"{name} in {count} shards" for name, count in sorted(kinds))
        raise DatasetError(f"{paths[0].parent} mixes {names}. Keep one of them there.")
    total = int(matches[0]["count"])
    there = [int(match["number"]) for match in matches]
    doubles = [path for path, number in zip(paths, there, strict=True) if there.count(number) > 1]
    if doubles or max(there) >= total:
        odd = doubles[-1] if doubles else paths[there.index(max(there))]
        raise DatasetError(f"{odd} is one too many: there should be {total} shards, each once.")
    if missing := sorted(set(range(total)) - set(there)):
        match = matches[0]
        before, after = paths[0].name[: match.start("number")], paths[0].name[match.end("number") :]
        path = paths[0].parent / f"{before}{missing[0]:05d}{after}"
        raise DatasetError(f"{path} is missing: {len(there)} of {total} shards are there.")


def counted(paths: tuple[Path, ...], kind: str) -> str:
    """Say how many there are, and name the first."""
    return f"{len(paths)} {kind} {'shard' if len(paths) == 1 else 'shards'} from {paths[0].name}"


def _shards(folder: Path, pattern: re.Pattern[str]) -> tuple[Path, ...]:
    if not folder.is_dir():
        return ()
    return tuple(path for path in sorted(folder.iterdir()) if pattern.fullmatch(path.name))
