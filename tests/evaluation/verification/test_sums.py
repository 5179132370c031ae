import hashlib

import pytest

from evaluation.verification.sums import check_sums

FILES = {"a.csv": b"1\n", "tables/b.csv": b"2\n"}


def sums(files):
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def told(files, listed=None):
    return [str(fault) for fault in check_sums({**files, "SHA256SUMS": listed or sums(FILES)})]


def test_files_as_they_are_listed_have_no_fault():
    assert told(FILES) == []


def test_a_changed_a_missing_and_an_extra_file():
    assert "its SHA-256 is not the one" in told({**FILES, "a.csv": b"3\n"})[0]
    assert told({"a.csv": b"1\n"}) == ["tables/b.csv: SHA256SUMS lists the file, and it is missing."]
    assert told({**FILES, "c.csv": b""}) == ["c.csv: the file is not listed in SHA256SUMS."]


def test_no_list_at_all():
    assert [str(fault) for fault in check_sums(FILES)] == ["SHA256SUMS: the file is missing."]


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text + text.splitlines(keepends=True)[0],
        lambda text: b"".join(reversed(text.splitlines(keepends=True))),
        lambda text: text[:-1],
        lambda text: text.replace(b"  a", b" *a"),
        lambda text: text.upper(),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text + b"\xff\n",
    ],
)
def test_a_list_that_is_not_as_it_is_written_is_found(alter):
    assert told(FILES, alter(sums(FILES)))
