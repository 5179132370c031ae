import contextlib
import io
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import BadFile
from evaluation.npy_files import read_array


def saved(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "array", [np.arange(5), np.eye(3), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.zeros(0, np.uint8)]
)
def test_numbers_are_read_as_they_were_saved(array):
    read = read_array(saved(array), "net.npy")
    assert read.tolist() == array.tolist()
    assert read.shape == array.shape


class Trap:
    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_pickled_objects_are_refused_and_never_opened():
    content = saved(np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(BadFile, match=r"net\.npy: it holds Python objects \(a pickle\)"):
        read_array(content, "net.npy")
    assert not Trap.sprung
    pickle.loads(content[content.index(b"\n") + 1 :])
    assert Trap.sprung


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (saved(np.array(["cat"])), "its type is <U3. Save categories as whole numbers"),
        (saved(np.array([True])), "its type is bool"),
        (saved(np.zeros(2, dtype=[("a", "i4")])), "its type is"),
        (saved(np.array([1j])), "its type is complex128"),
        (saved(np.zeros((1, 2, 2))), r"its shape is \(1, 2, 2\)"),
        (saved(np.array(3)), r"its shape is \(\)"),
        (saved(np.arange(5))[:-3], "promises 40 bytes of numbers for the shape .5,., and it has 37"),
        (saved(np.arange(5)) + b"x", "and it has 41"),
        (saved(np.arange(5)).replace(b"(5,)", b"(99999999999999999999,)"), "promises 799999999999999999992"),
        (saved(np.arange(5)).replace(b"(5,),", b"(-5,-1),"), r"its shape is \(-5, -1\)"),
        (b"\x93NUMPY", "its header cannot be read"),
        (b"\x93NUMPY\x03\x00" + b"\x00" * 20, r"it is of version \(3, 0\)"),
        (b"\x93NUMPY\x02\x00" + (1 << 31).to_bytes(4, "little") + b"{", "its header cannot be read"),
        (b"\x93NUMPY\x01\x00" + (60_000).to_bytes(2, "little") + b" " * 60_000, "60000. is large"),
        (b"\x93NUMPY\x01\x00" + (9_000).to_bytes(2, "little") + b"(" * 9_000, "its header cannot be read"),
        (saved(np.arange(5)).replace(b"'descr'", b"'desxr'"), "its header cannot be read"),
    ],
)
def test_what_is_no_array_of_predictions_is_refused_with_its_reason(content, message):
    with pytest.raises(BadFile, match=message):
        read_array(content, "net.npy")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(data):
    content = bytearray(saved(np.arange(20, dtype=np.int16)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(6, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadFile):
        read_array(bytes(content), "net.npy")
