import json

import numpy as np
import pytest

from evaluation import EvaluationConfig, evaluate
from evaluation.render.json import plain, render
from tests.evaluation.tables import make_table, random_table

# The contract: key, and the keys below it.
CONTRACT = {
    "schema_version": None,
    "generated_by": {"version"},
    "study": {
        "name", "dataset", "dataset_checksum", "split", "sample_size", "population", "strategy", "seed",
        "labels_per_item", "tie_rule", "protocol_sha256", "rehearsal",
    },
    "counts": {"items", "labels", "annotators", "complete_items", "surplus_labels", "excluded_annotators"},
    "accuracy": {"majority", "tie_ledger", "individual", "by_labels_per_item"},
    "confusion_matrix": {"categories", "majority", "majority_expected", "individual"},
    "per_category": {"category", "support", "precision", "recall", "f1"},
    "agreement": {"fleiss_kappa", "krippendorff_alpha", "pairwise", "unanimous"},
    "truth_inference": {"dawid_skene"},
    "annotators": {
        "annotator", "labels", "accuracy", "interval", "agreement_with_others", "median_response_ms",
        "spammer_score",
    },
    "seeds": {"bootstrap"},
    "input_sha256": None,
}  # fmt: skip


def rendered(table, **settings):
    return json.loads(render(evaluate(table, EvaluationConfig(resamples=20, **settings))))


@pytest.mark.parametrize("key", CONTRACT)
def test_the_contracts_keys_are_there(key):
    value = rendered(random_table(1))[key]
    first = value[0] if isinstance(value, list) else value
    assert CONTRACT[key] is None or set(first) >= CONTRACT[key]


def test_the_contracts_keys_of_accuracy_are_there():
    accuracy = rendered(random_table(1))["accuracy"]
    intervals = {"wilson", "clopper_pearson", "bootstrap_items", "bootstrap_crossed", "finite_population"}
    assert set(accuracy["majority"]) >= {"tie_rule", "value", "intervals"}
    assert set(accuracy["majority"]["intervals"]) >= intervals
    ledger = {"ties", "unanimous", "absolute_majority", "random", "wrong", "optimistic"}
    assert set(accuracy["tie_ledger"]) >= ledger
    assert set(accuracy["individual"]) >= {"micro", "macro_items", "macro_annotators"}
    assert set(accuracy["by_labels_per_item"][0]) >= {"k", "value"}


def test_matrices_have_the_contracts_shapes():
    matrices = rendered(random_table(1))["confusion_matrix"]
    assert np.shape(matrices["majority"]) == (4, 5)
    assert np.shape(matrices["majority_expected"]) == (4, 4)
    assert np.shape(matrices["individual"]) == (4, 4)


def nulls_without_reason(value, path="report"):
    if isinstance(value, dict):
        if None in value.values() and not value.get("reason"):
            yield path
        for key, entry in value.items():
            yield from nulls_without_reason(entry, f"{path}.{key}")
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from nulls_without_reason(entry, f"{path}[{place}]")


@pytest.mark.parametrize(
    "rows",
    [[[None]], [[0]], [[0, 1, 2]] * 3, [[1, 1], [None, None]], [[0, 0], [1, None]], [[0, 0, 0]] * 2],
    ids=["no-label", "one-label", "all-ties", "all-wrong", "unequal", "unanimous"],
)
@pytest.mark.parametrize("resamples", [0, 5])
def test_every_null_has_a_reason_beside_it(rows, resamples):
    table = make_table(rows)
    report = evaluate(table, EvaluationConfig(resamples=resamples), predictions={"net": table.truth})
    assert list(nulls_without_reason(json.loads(render(report)))) == []


def test_numbers_have_twelve_digits():
    assert plain({"a": 2 / 3, "b": [1e-20 / 3]}) == {"a": 0.666666666667, "b": [3.33333333333e-21]}


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json.dumps(plain(float("nan")), allow_nan=False)


def test_two_runs_give_the_same_bytes():
    config = EvaluationConfig(resamples=200)
    assert render(evaluate(random_table(1), config)) == render(evaluate(random_table(1), config))


def test_the_text_is_ascii_and_ends_with_a_line_feed():
    text = render(evaluate(make_table([[0]]), EvaluationConfig(resamples=0)))
    assert text.isascii()
    assert text.endswith("}\n")
