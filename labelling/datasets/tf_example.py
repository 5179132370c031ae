"""tf.train.Example, one record of TensorFlow, read without TensorFlow.

An Example is a protocol buffer: a map from a feature's name to a list of bytes, of floats or of integers.
Only what that needs is read here, and no length is believed that the record cannot hold.
"""

from collections.abc import Iterator

Feature = list[bytes] | list[int]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_ONLY = 1  # Example.features and Features.feature are field 1, as are the lists' values.
_KEY, _VALUE = 1, 2
_BYTES_LIST, _INT64_LIST = 1, 3


class BadExample(Exception):
    """Bytes that are no Example; says what is wrong with them. The reader adds the file and the place."""


def read_example(record: bytes) -> dict[str, Feature]:
    """Return the features that hold bytes or integers, by name. Those that hold floats are left out.

    Raises BadExample.
    """
    features: dict[str, Feature] = {}
    for features_message in _messages(record, _ONLY):
        for entry in _messages(features_message, _ONLY):
            keys = _messages(entry, _KEY)
            try:
                name = keys[0].decode() if keys else ""
            except UnicodeDecodeError as error:
                raise BadExample("a feature's name is not text") from error
            for value in _messages(entry, _VALUE):
                if (feature := _feature(value)) is not None:
                    features[name] = feature
    return features


def _feature(message: bytes) -> Feature | None:
    for kind, value in _fields(message):
        if kind == _BYTES_LIST:
            return _messages(_as_bytes(value), _ONLY)
        if kind == _INT64_LIST:
            return _integers(_as_bytes(value))
    return None


def _integers(message: bytes) -> list[int]:
    """Return an Int64List's values; they stand packed in one field, or one by one."""
    values: list[int] = []
    for field, value in _fields(message):
        if field != _ONLY:
            continue
        if isinstance(value, int):
            values.append(_signed(value))
            continue
        place = 0
        while place < len(value):
            number, place = _varint(value, place)
            values.append(_signed(number))
    return values


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _messages(message: bytes, wanted: int) -> list[bytes]:
    return [_as_bytes(value) for field, value in _fields(message) if field == wanted]


def _as_bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise BadExample("a number stands where a message is needed")
    return value


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == _VARINT:
            number, place = _varint(message, place)
            yield tag >> 3, number
            continue
        if kind == _BYTES:
            length, place = _varint(message, place)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise BadExample(f"byte {place} has the wire type {kind}, which does not exist")
        if length > len(message) - place:
            raise BadExample(f"a field claims {length} bytes where {len(message) - place} are left")
        yield tag >> 3, message[place : place + length]
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins here and the place after it."""
    number = 0
    for step in range(_LONGEST_VARINT):
        if place + step >= len(message):
            raise BadExample("it ends within a number")
        byte = message[place + step]
        number |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, place + step + 1
    raise BadExample(f"the number at byte {place} does not end")
