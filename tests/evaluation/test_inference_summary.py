from evaluation import inference_summary
from evaluation.inference_summary import infer_truth, inferred_credit
from tests.evaluation.tables import make_table, random_table


def test_both_models_are_summed_up():
    result = infer_truth(random_table(1, right=0.9)).summary
    assert result.dawid_skene.accuracy > 0.8
    assert result.one_coin.accuracy > 0.8
    assert result.dawid_skene.start == "vote shares"


def test_every_annotator_gets_a_spammer_score():
    assert infer_truth(random_table(1)).spammer_scores.shape == (8,)


def test_no_label_is_undefined_with_a_reason():
    result = infer_truth(make_table([[None]]))
    assert result.summary.dawid_skene.accuracy is None
    assert result.summary.dawid_skene.reason == "There is no label to infer a truth from."
    assert result.spammer_scores is None


def test_matrices_larger_than_memory_leave_the_one_coin_model(monkeypatch):
    monkeypatch.setattr(inference_summary, "MOST_CELLS", 100)
    result = infer_truth(random_table(1)).summary
    assert result.dawid_skene.reason == "8 annotators x 4 x 4 categories are more than 100 cells."
    assert result.one_coin.accuracy is not None


def test_more_probabilities_than_memory_leave_both_models_with_the_reason(monkeypatch):
    monkeypatch.setattr("evaluation.inference_summary.MOST_POSTERIORS", 100)
    result = infer_truth(random_table(1))
    for model in (result.summary.dawid_skene, result.summary.one_coin):
        assert (model.accuracy, model.n) == (None, 40)
        assert model.reason == "40 items x 4 categories are more than 100 probabilities."


def test_equal_probabilities_share_the_credit():
    assert inferred_credit([[0.4, 0.4 + 1e-12, 0.2]], [0]).tolist() == [0.5]
