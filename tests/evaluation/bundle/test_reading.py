import json

import numpy as np
import pytest

from evaluation import BadTable, LabelTable
from evaluation.bundle.inputs import BundleInputs, LabelRow, SampleRow, evaluate_inputs
from evaluation.bundle.reading import read_inputs
from evaluation.bundle.record import StudyRecord
from evaluation.bundle.source_files import source_files
from evaluation.render.json import render

AT = "2026-11-22T12:00:00.000000Z"
CATEGORIES = ["cat", "=dog", "-3"]
DOCUMENT = {
    "study": {},
    "dataset": {"categories": [{"name": name} for name in CATEGORIES]},
    "protocol": {},
    "sample": [11, 2],
}
PROTOCOL = json.dumps(DOCUMENT)


def inputs(*, strata: bool = False, **fields) -> BundleInputs:
    sample = [
        SampleRow(2, "cat", "00", "=s" if strata else ""),
        SampleRow(11, "=dog", "01", "t" if strata else ""),
    ]
    labels = [
        LabelRow(2, "9", "cat", None, AT),
        LabelRow(2, "10", "-3", 1200, AT),
        LabelRow(11, "9", "=dog", 0, AT),
    ]
    table = LabelTable.from_labels(
        [row[:3] for row in labels],
        truth={row.item: row.truth for row in sample},
        categories=CATEGORIES,
        response_ms=[row.response_ms for row in labels],
        strata={str(row.item): row.stratum for row in sample} if strata else None,
    )
    given = {"predictions": {"net": np.array([0, 2])}, "images": {"11": b"png"}, "events": b"", **fields}
    record = StudyRecord(stratum_names=table.stratum_names)
    return BundleInputs(table, tuple(sample), tuple(labels), record, PROTOCOL, **given)


@pytest.mark.parametrize("strata", [False, True])
def test_what_was_written_is_read_and_gives_the_same_report(strata):
    before = inputs(strata=strata)
    files = source_files(before)
    after = read_inputs(files)
    assert source_files(after) == files
    assert (after.labels, after.sample, after.images) == (before.labels, before.sample, before.images)
    assert after.predictions["net"].tolist() == [0, 2]
    assert render(evaluate_inputs(after)) == render(evaluate_inputs(before))


def test_names_that_look_like_formulas_are_read_as_they_are():
    assert read_inputs(source_files(inputs())).table.categories == tuple(CATEGORIES)


def test_rows_in_another_order_are_read_in_theirs():
    files = source_files(inputs())
    first, *rest = files["labels.csv"].splitlines(keepends=True)
    turned = {**files, "labels.csv": b"".join([first, *reversed(rest)])}
    assert source_files(read_inputs(turned)) == files


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        ("labels.csv", b"2,9,cat", b"3,9,cat", "labels.csv, line 2, column 'item', value '3'"),
        ("labels.csv", b"2,9,cat", b"2,9,cow", "labels.csv, line 2, column 'label', value 'cow'"),
        ("labels.csv", b",1200,", b",1e3,", "labels.csv, line 3, column 'response_ms', value '1e3'"),
        ("labels.csv", b",1200,", b"," + b"9" * 5000 + b",", "labels.csv, line 3, column 'response_ms'"),
        ("labels.csv", b"12:00:00.000000Z", b"12:00:00", "labels.csv, line 2, column 'submitted_at'"),
        ("labels.csv", b"2026-11-22T", b"2026-13-22T", "labels.csv, line 2, column 'submitted_at'"),
        ("labels.csv", b"item,", b"items,", "labels.csv, line 1: the header"),
        ("labels.csv", b"2,9,cat,,", b"2,9,cat,", "labels.csv, line 2: it has 4 cells"),
        ("labels.csv", b"2,10,", b"2,9,", "Annotator '9' has two labels on item '2'"),
        ("labels.csv", b"2,9,cat", b"2,9,c\xfft", "labels.csv, line 2: it is not UTF-8"),
        ("sample.csv", b"2,cat,", b"x,cat,", "sample.csv, line 2, column 'item', value 'x'"),
        ("sample.csv", b"2,cat,", b"2,cow,", "sample.csv, line 2, column 'truth', value 'cow'"),
        ("protocol.json", b"dataset", b"datasat", "protocol.json: it has no object 'dataset'"),
        ("predictions/net.csv", b"11,", b"12,", "predictions/net.csv: its items are not those"),
    ],
)
def test_what_no_bundle_has_is_refused_with_its_place(name, before, after, told):
    files = source_files(inputs())
    assert before in files[name]
    with pytest.raises(BadTable) as refused:
        read_inputs({**files, name: files[name].replace(before, after, 1)})
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["images/3.png", "images/011.png", "images/x.png", "images/11.jpg"])
def test_an_image_of_no_sampled_item_is_refused(name):
    with pytest.raises(BadTable, match="named as no item"):
        read_inputs({**source_files(inputs()), name: b""})


def test_a_missing_file_is_named():
    files = source_files(inputs())
    del files["sample.csv"]
    with pytest.raises(BadTable, match=r"has no sample\.csv"):
        read_inputs(files)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"study": []}, "it has no object 'study'"),
        ({"protocol": "none"}, "it has no object 'protocol'"),
        ({"dataset": None}, "it has no object 'dataset'"),
        ({"dataset": {}}, "it does not name the dataset's categories"),
        ({"dataset": {"categories": {}}}, "it does not name the dataset's categories"),
        ({"dataset": {"categories": [{"name": []}]}}, "it does not name the dataset's categories"),
        ({"dataset": {"categories": [7]}}, "it does not name the dataset's categories"),
        ({"sample": None}, "it has no list 'sample' of whole numbers"),
        ({"sample": [1, "2"]}, "it has no list 'sample' of whole numbers"),
        ({"sample": [[]]}, "it has no list 'sample' of whole numbers"),
        ({"study": {"slug": "\ud800"}}, "a text in it is not Unicode"),
        ({"study": {"seed": float("nan")}}, "NaN is no number"),
        ({"study": {"seed": 2**63}}, "9223372036854775808 is too large a number"),
    ],
)
def test_a_protocol_of_another_shape_is_refused_in_words(changes, told):
    files = {**source_files(inputs()), "protocol.json": json.dumps({**DOCUMENT, **changes}).encode()}
    with pytest.raises(BadTable, match=f"^protocol.json: .*{told}"):
        read_inputs(files)


@pytest.mark.parametrize("name", ["protocol.json", "study.json"])
@pytest.mark.parametrize(("text", "told"), [(b"7", "is n"), (b"[" * 100_000, "nested too deep")])
def test_what_is_no_object_or_nested_without_end_is_refused_in_words(name, text, told):
    with pytest.raises(BadTable, match=f"{name}.* {told}"):
        read_inputs({**source_files(inputs()), name: text})
