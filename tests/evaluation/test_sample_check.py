import pytest
from scipy.stats import chi2_contingency, hypergeom

from evaluation import BadSetting, EvaluationConfig, LabelTable, evaluate
from evaluation.sample_check import sample_check


def sample(**categories):
    truth = [name for name, size in categories.items() for _ in range(size)]
    return LabelTable.from_labels([], truth=truth)


def test_large_cells_have_pearson_s_test_as_scipy_has_it():
    check = sample_check(sample(a=30, b=40, c=50), {"a": 1000, "b": 1000, "c": 1000}, seed=1)
    scipys = chi2_contingency([[30, 40, 50], [970, 960, 950]], correction=False)
    assert check.method == "chi_square"
    assert (check.statistic, check.p_value) == pytest.approx((scipys.statistic, scipys.pvalue))


def test_small_cells_have_the_exact_test():
    check = sample_check(sample(a=9, b=1), {"a": 60, "b": 40}, seed=1)
    assert check.method == "exact"
    # Of ten, six are expected; as far from it or further are three or fewer, and nine or ten.
    drawn = hypergeom(100, 60, 10)
    exact = sum(drawn.pmf(number) for number in range(11) if abs(number - 6) >= 3)
    assert check.p_value == pytest.approx(exact, abs=0.01)


def test_the_exact_test_is_the_same_for_the_same_seed():
    made = [sample_check(sample(a=9, b=1), {"a": 60, "b": 40}, seed=7) for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].draws, made[0].seed) == (20_000, 7)


@pytest.mark.parametrize(
    ("table", "populations", "reason"),
    [
        (sample(a=3), None, "was not told"),
        (sample(a=3, b=2), {"a": 3, "b": 2}, "there is no sample to check"),
        (sample(a=3), {"a": 30}, "has one category"),
    ],
)
def test_where_there_is_nothing_to_test_the_reason_is_said(table, populations, reason):
    check = sample_check(table, populations, seed=1)
    assert (check.p_value, check.method) == (None, None)
    assert reason in check.reason


def test_a_category_without_a_sampled_item_is_listed():
    table = LabelTable.from_labels([], truth=["a"] * 8, categories=["a", "b"])
    check = sample_check(table, {"a": 50, "b": 50}, seed=1)
    assert [(row.category, row.sampled, row.expected) for row in check.categories] == [
        ("a", 8, 4.0),
        ("b", 0, 4.0),
    ]
    assert check.p_value < 0.05


def test_a_category_of_the_list_that_the_dataset_has_none_of_does_not_count():
    table = LabelTable.from_labels([], truth=["a"] * 30 + ["b"] * 30, categories=["a", "b", "none"])
    check = sample_check(table, {"a": 500, "b": 500, "none": 0}, seed=1)
    assert check.degrees_of_freedom == 1


@pytest.mark.parametrize("populations", [{"a": 9}, {"a": 2, "b": 9}])
def test_populations_that_do_not_fit_are_refused(populations):
    with pytest.raises(BadSetting, match=r"(?i)category"):
        evaluate(sample(a=3, b=2), EvaluationConfig(resamples=0, category_populations=populations))
