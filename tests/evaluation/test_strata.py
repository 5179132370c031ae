"""Accuracy in each stratum: which items, which order, which interval."""

import numpy as np
import pytest
from scipy.stats import binomtest

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.errors import BadFile
from evaluation.label_files import read_table
from evaluation.render import json as report_json
from evaluation.strata import accuracy_by_stratum, wilson_of_credit

SCALES = {0: "10.0", 1: "10.0", 2: "10.0", 3: "0.5", 4: "2.0"}
TRUTH = ["cat"] * 5


def table(labels: dict[int, str] | None = None, strata: dict[int, str] | None = SCALES) -> LabelTable:
    given = {0: "cat", 1: "dog", 2: "cat", 3: "dog", 4: "cat"} if labels is None else labels
    rows = [(item, "ann", label) for item, label in given.items()]
    return LabelTable.from_labels(rows, truth=TRUTH, categories=["cat", "dog"], strata=strata)


def test_each_stratum_has_the_accuracy_of_its_items_in_numeric_order():
    report = evaluate(table(), EvaluationConfig(resamples=0, labels_per_item=1))
    parts = report.accuracy.by_stratum
    assert [(part.stratum, part.items, part.value) for part in parts] == [
        ("0.5", 1, 0.0), ("2.0", 1, 1.0), ("10.0", 3, pytest.approx(2 / 3)),
    ]  # fmt: skip


def test_the_strata_stand_in_report_json():
    accuracy = report_json.plain(evaluate(table(), EvaluationConfig(resamples=0)))["accuracy"]
    first = accuracy["by_stratum"][0]
    assert {key: first[key] for key in ("stratum", "items", "value")} == {
        "stratum": "0.5", "items": 1, "value": 0.0,
    }  # fmt: skip
    assert first["interval"]["method"] == "wilson"


def test_a_table_without_strata_has_no_such_key():
    report = evaluate(table(strata=None), EvaluationConfig(resamples=0))
    assert report.accuracy.by_stratum is None
    assert "by_stratum" not in report_json.plain(report)["accuracy"]


def test_a_stratum_without_labels_says_so():
    report = evaluate(table({0: "cat"}), EvaluationConfig(resamples=0))
    empty = report.accuracy.by_stratum[0]
    assert (empty.stratum, empty.items, empty.value) == ("0.5", 1, None)
    assert empty.reason == "No item has a label."


def test_the_strata_s_items_make_up_all_items():
    rng = np.random.default_rng(3)
    strata = {item: str(rng.integers(4)) for item in range(50)}
    rows = [(item, "ann", "cat") for item in range(50)]
    made = LabelTable.from_labels(rows, truth=["cat"] * 50, strata=strata)
    parts = accuracy_by_stratum(made, rng.random(50))
    assert sum(part.items for part in parts) == 50


def test_whole_credits_have_scipy_s_wilson_interval():
    interval = wilson_of_credit(np.repeat([1.0, 0.0], [13, 4]))
    expected = binomtest(13, 17).proportion_ci(method="wilson")
    assert (interval.method, interval.n, interval.successes) == ("wilson", 17, 13)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_fractional_credits_have_a_wilson_interval_at_their_mean():
    interval = wilson_of_credit(np.array([0.5, 0.5, 1.0, 1.0, np.nan]))
    whole = wilson_of_credit(np.array([0.0, 1.0, 1.0, 1.0]))
    assert interval.method == "wilson_mean_credit"
    assert (interval.estimate, interval.n) == (0.75, 4)
    assert (interval.low, interval.high) == pytest.approx((whole.low, whole.high))


def test_the_interval_of_fractional_credits_does_not_depend_on_the_order_of_items():
    credit = np.random.default_rng(5).choice([0.0, 1 / 3, 0.5, 1.0], 200)
    assert wilson_of_credit(credit) == wilson_of_credit(credit[::-1])


def written(folder, *strata: str) -> tuple[str, str]:
    (folder / "labels.csv").write_text("item,annotator,label\n0,ann,cat\n1,ann,dog\n")
    rows = [f"{item},cat,{stratum}" for item, stratum in enumerate(strata)]
    (folder / "sample.csv").write_text("\n".join(["item,truth,stratum", *rows]) + "\n")
    return str(folder / "labels.csv"), str(folder / "sample.csv")


def test_the_strata_are_read_from_the_sample_s_file(tmp_path):
    read = read_table(*written(tmp_path, " 2.0 ", "0.5"), categories=["cat", "dog"])
    labels = [("0", "ann", "cat"), ("1", "ann", "dog")]
    given = {"truth": ["cat", "cat"], "categories": ["cat", "dog"], "strata": {0: "2.0", 1: "0.5"}}
    assert read.stratum_names == ("0.5", "2.0")
    assert read.sha256 == LabelTable.from_labels(labels, **given).sha256


def test_a_blank_stratum_is_refused_with_its_line(tmp_path):
    with pytest.raises(BadFile, match="the stratum is blank") as caught:
        read_table(*written(tmp_path, "0.5", " "))
    assert "3" in str(caught.value)
    assert "stratum" in str(caught.value)
