"""Our Parquet files, read by an independent implementation."""

import hashlib
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.bundle.inputs import LabelRow
from evaluation.render.labels_parquet import labels_parquet
from evaluation.render.parquet import Column, parquet_bytes
from evaluation.render.thrift import struct, varint

ROWS = [0, 1, 7, 8, 9, 1000, 4099]


def columns(rows: int, names: int = 37) -> list[Column]:
    spread = np.arange(rows) * 2_654_435_761 % 2**32
    return [
        Column("item", "integer", spread - 5),
        Column("who", "text", spread % names, [f"Ä{number}" for number in range(names)]),
        Column("one", "text", np.zeros(rows, dtype=np.int64), ["=x"]),
        Column("time", "integer", spread % 9999, known=spread % 10 < 7),
        Column("at", "moment", spread * 2**18),
    ]


def expected(column: Column) -> list:
    values = column.values.tolist()
    if column.kind == "text":
        values = [column.names[code] for code in values]
    if column.known is None:
        return values
    return [value if known else None for value, known in zip(values, column.known.tolist(), strict=True)]


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("group_rows", [1000, 8])
def test_another_reader_finds_the_same_values(rows, group_rows):
    made = columns(rows)
    table = pq.read_table(io.BytesIO(parquet_bytes(made, group_rows)))
    for column in made:
        found = table[column.name]
        found = found.cast(pa.int64()) if column.kind == "moment" else found
        assert found.to_pylist() == expected(column)


@pytest.mark.parametrize("names", [1, 2, 3, 256, 257, 70_000])
def test_any_number_of_texts(names):
    column = Column("who", "text", np.arange(names), [str(number) for number in range(names)])
    table = pq.read_table(io.BytesIO(parquet_bytes([column])))
    assert table["who"].to_pylist() == column.names


def test_another_reader_finds_the_same_types():
    schema = pq.read_schema(io.BytesIO(parquet_bytes(columns(3))))
    assert schema.names == ["item", "who", "one", "time", "at"]
    assert schema.field("item").type == pa.int64()
    assert schema.field("who").type == pa.string()
    assert schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert [field.nullable for field in schema] == [False, False, False, True, False]


def test_the_bytes_are_those_that_were_recorded():
    """A change here is a change of every bundle's bytes: `CREATED_BY` then needs another version."""
    made = hashlib.sha256(parquet_bytes(columns(100), 64)).hexdigest()
    assert made == "e2a60498376c8316dfb3dc304c8ae70d220f8bdd57c19a4e84e6880a7685a51b"


def test_labels_keep_their_order_and_a_time_that_is_not_known():
    rows = [
        LabelRow(9, "bob", "dog", None, "2026-11-22T12:00:01.500000Z"),
        LabelRow(2, "ann", "cat", 0, "1969-12-31T23:59:59.999999Z"),
    ]
    table = pq.read_table(io.BytesIO(labels_parquet(rows, ["cat", "dog", "cow"])))
    assert table["item"].to_pylist() == [9, 2]
    assert table["annotator"].to_pylist() == ["bob", "ann"]
    assert table["label"].to_pylist() == ["dog", "cat"]
    assert table["response_ms"].to_pylist() == [None, 0]
    assert table["submitted_at"].cast(pa.int64()).to_pylist() == [1795348801500000, -1]


def test_no_label_at_all_is_a_table_without_rows():
    table = pq.read_table(io.BytesIO(labels_parquet([], ["cat"])))
    assert table.num_rows == 0
    assert table.column_names == ["item", "annotator", "label", "response_ms", "submitted_at"]


def test_a_long_list_and_a_number_below_zero_in_thrift():
    assert struct({1: [3] * 20})[:3] == bytes([0x19, 0xF5, 20])
    assert struct({1: -1}) == b"\x15\x01\x00"
    assert varint(0) == b"\x00"
