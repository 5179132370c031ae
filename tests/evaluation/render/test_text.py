from evaluation import EvaluationConfig, StudyFacts, evaluate
from evaluation.render.text import summary
from tests.evaluation.tables import make_table, random_table


def text(table, study=None, **options):
    return summary(evaluate(table, EvaluationConfig(resamples=20), study, **options))


def test_it_states_the_headline_and_its_rule():
    assert "Majority accuracy (tie rule random): 66.67 %" in text(make_table([[0, 0], [0, 1], [0, 1]]))


def test_it_has_every_part():
    table = random_table(1)
    written = text(table, predictions={"net": table.truth})
    for part in ("interval", "Ties:", "labels per item", "Agreement", "Dawid-Skene", "By category",
                 "By annotator", "net"):  # fmt: skip
        assert part in written


def test_what_is_undefined_is_a_dash_with_its_reason():
    written = text(make_table([[None]]))
    assert "Majority accuracy (tie rule random): -" in written
    assert "No item has a label." in written


def test_long_tables_are_cut_and_say_so():
    assert "... and 10 more" in text(random_table(1, n_items=300, n_annotators=30))


def test_a_rehearsal_and_missing_labels_stand_at_the_top():
    lines = text(make_table([[0], [None]]), StudyFacts(rehearsal=True)).splitlines()
    assert lines[1] == "REHEARSAL: these labels come from a simulated crowd."
    assert lines[2].startswith("NOTE: 1 of 2 images have no label yet.")
