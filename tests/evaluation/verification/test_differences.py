import pytest

from evaluation.verification.differences import MOST, differences


def told(name, expected, found):
    return [(fault.place, fault.expected, fault.found) for fault in differences(name, expected, found)]


def test_equal_files_do_not_differ():
    assert told("a.csv", b"x\n", b"x\n") == []


def test_a_csv_differs_in_a_line():
    assert told("a.csv", b"a\nb\nc\n", b"a\nx\nc\n") == [("line 2", "b", "x")]


def test_a_line_too_many_and_a_line_too_few():
    assert told("a.csv", b"a\n", b"a\nb\n")[0] == ("line 2", "", "b")
    assert told("a.csv", b"a\n", b"a")[0] == ("line 2", "", "(nothing)")


def test_json_differs_in_a_key():
    expected, found = b'{"a": {"b": [1, 2]}, "c": 1}', b'{"a": {"b": [1, 3]}, "c": 1}'
    assert told("a.json", expected, found) == [("key a.b[1]", "2", "3")]


@pytest.mark.parametrize(
    ("expected", "found", "place"),
    [
        (b'{"a": 1}', b'{"a": 1, "b": 2}', ("key b", "(nothing)", "2")),
        (b'{"a": 1, "b": 2}', b'{"a": 1}', ("key b", "2", "(nothing)")),
        (b'{"a": 1}', b'{"a": true}', ("key a", "1", "true")),
        (b'{"a": 1}', b'{"a": 1.0}', ("key a", "1", "1.0")),
        (b'{"a": [1]}', b'{"a": [1, 2]}', ("key a", "[1]", "[1, 2]")),
    ],
)
def test_keys_too_many_or_too_few_and_types(expected, found, place):
    assert told("a.json", expected, found) == [place]


def test_json_that_says_the_same_in_another_writing_differs_in_a_line():
    assert told("a.json", b'{"a": 1}', b'{"a":  1}') == [("line 1", '{"a": 1}', '{"a":  1}')]


def test_what_is_no_json_any_more_differs_in_a_line():
    assert told("a.json", b'{"a": 1}', b'{"a": 1') == [("line 1", '{"a": 1}', '{"a": 1')]


def test_json_that_is_nested_without_end_differs_in_a_line():
    assert told("a.json", b"[1]", b"[" * 100_000)[0][0] == "line 1"


def test_a_binary_file_differs_in_a_byte():
    expected = bytes(1000)
    found = expected[:700] + b"\x07" + expected[701:]
    assert told("a.npy", expected, found) == [("byte 700", "00 " * 15 + "00", "07 " + "00 " * 14 + "00")]


def test_a_binary_file_that_is_too_short_ends():
    assert told("a.npy", bytes(20), bytes(10))[0][::2] == ("byte 10", "(the end, after 10 bytes)")


def test_only_the_first_differences_are_told():
    assert len(told("a.csv", b"a\n" * 50, b"b\n" * 50)) == MOST
