"""Speed and memory of the evaluation library, beside the libraries that people use today.

    python -m benchmarks.evaluation

Every comparison runs on the same arrays and first checks that the results are equal. Times are processor
seconds of the process, the least of several runs, so that other work on the machine counts little; a ratio is
between two times of one run.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np

if not __package__:
    # Run as a file, this script would be found instead of the library of the same name.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from evaluation import EvaluationConfig, LabelTable, evaluate
from evaluation.agreement import fleiss_kappa, krippendorff_alpha
from evaluation.bootstrap import bootstrap_items
from evaluation.confusion import (
    category_scores,
    expected_confusion,
    individual_confusion,
    majority_confusion,
)
from evaluation.counting import label_counts
from evaluation.label_files import read_table
from evaluation.truth_inference import dawid_skene
from evaluation.voting import majority_vote, tie_ledger, vote_credit

CATEGORIES = 10


def make_table(n_items, n_annotators, labels_per_item, seed=1):
    """Draw a crowd like the one on Fashion-MNIST: images differ, people differ, each image has a usual
    confusion."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(CATEGORIES, size=n_items)
    item = np.repeat(np.arange(n_items), labels_per_item)
    first = rng.integers(n_annotators, size=n_items)[:, None]
    annotator = (
        (first + np.arange(labels_per_item) * (n_annotators // labels_per_item)) % n_annotators
    ).ravel()
    logit = 1.2 + rng.normal(0, 1.5, n_items)[item] + rng.normal(0, 0.7, n_annotators)[annotator]
    usual = (truth + rng.integers(1, CATEGORIES, size=n_items)) % CATEGORIES
    wrong = np.where(rng.random(item.size) < 0.7, usual[item], rng.integers(CATEGORIES, size=item.size))
    right = rng.random(item.size) < 1 / (1 + np.exp(-logit))
    return LabelTable.from_codes(
        items=[str(code) for code in range(n_items)],
        annotators=[str(code) for code in range(n_annotators)],
        categories=[str(code) for code in range(CATEGORIES)],
        truth=truth,
        item_codes=item,
        annotator_codes=annotator,
        category_codes=np.where(right, truth[item], wrong),
    )


def seconds(work, repeats=5):
    """Time some work: its result, and the least processor time of several runs."""
    best, result = np.inf, None
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return result, best


class Rows:
    """The table that is printed, row by row as it is measured."""

    def __init__(self):
        print("| work | labels | this library | other | library | ratio |")
        print("| --- | --- | --- | --- | --- | --- |")

    def add(self, work, labels, ours, other=None, library="", goal=""):
        theirs = "" if other is None else f"{shown(other)}"
        ratio = goal if other is None else f"{other / ours:.0f} x"
        print(f"| {work} | {labels:,} | {shown(ours)} | {theirs} | {library} | {ratio} |", flush=True)


def shown(duration):
    return f"{duration:.2f} s" if duration >= 1 else f"{1000 * duration:.3g} ms"


def frame(table):
    import pandas as pd

    columns = {"task": table.item_codes, "worker": table.annotator_codes, "label": table.category_codes}
    return pd.DataFrame(columns)


def codes(table):
    return table.item_codes, table.annotator_codes, table.category_codes


def counted(table):
    return label_counts(table.item_codes, table.category_codes, table.n_items, table.n_categories)


def against_crowd_kit(rows, table, iterations, repeats):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from crowdkit.aggregation import DawidSkene, MajorityVote
    data = frame(table)
    votes, ours = seconds(lambda: majority_vote(counted(table)), 5)
    theirs, other = seconds(lambda: MajorityVote().fit_predict(data), repeats)
    clear = votes.winner >= 0
    assert (theirs.sort_index().to_numpy()[clear] == votes.winner[clear]).all()
    rows.add("majority vote", table.n_labels, ours, other, "crowd-kit")

    shape = (table.n_items, table.n_annotators, table.n_categories)
    mine, ours = seconds(lambda: dawid_skene(*codes(table), shape, iterations, tolerance=0), 3)
    model = DawidSkene(n_iter=iterations, tol=-np.inf)
    theirs, other = seconds(lambda: model.fit_predict_proba(data), 1)
    theirs = theirs.sort_index()[range(CATEGORIES)].to_numpy()
    # crowd-kit gives cells that an annotator never used another tiny value, which moves few posteriors a
    # little.
    apart = np.abs(mine.posterior - theirs).max(axis=1) > 1e-6
    assert apart.mean() < 0.01, apart.mean()
    name = f"Dawid-Skene, {iterations} iterations"
    rows.add(name, table.n_labels, ours, other, "crowd-kit")


def against_scikit_learn(rows, table):
    from sklearn.metrics import classification_report, confusion_matrix

    truth, label = table.truth[table.item_codes], table.category_codes
    mine, ours = seconds(lambda: individual_confusion(counted(table), table.truth))
    theirs, other = seconds(lambda: confusion_matrix(truth, label))
    assert (mine == theirs).all()
    rows.add("confusion matrix of single labels", table.n_labels, ours, other, "scikit-learn")

    votes = majority_vote(table.counts)
    predicted = np.where(votes.winner < 0, 0, votes.winner)
    whole = majority_vote(label_counts(np.arange(table.n_items), predicted, table.n_items, CATEGORIES))
    mine, ours = seconds(lambda: category_scores(whole, table.truth, table.categories))
    theirs, other = seconds(lambda: classification_report(table.truth, predicted, output_dict=True))
    np.testing.assert_allclose(
        [score.f1 for score in mine], [theirs[c]["f1-score"] for c in table.categories]
    )
    rows.add("precision, recall, F1 of the vote", table.n_items, ours, other, "scikit-learn")


def against_agreement_libraries(rows, table, repeats):
    import krippendorff
    from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_kappa

    counts = table.counts
    mine, ours = seconds(lambda: fleiss_kappa(counts).value)
    theirs, other = seconds(lambda: statsmodels_kappa(counts))
    np.testing.assert_allclose(mine, theirs, atol=1e-10)
    rows.add("Fleiss' kappa from counts", table.n_labels, ours, other, "statsmodels")
    mine, ours = seconds(lambda: krippendorff_alpha(counts).value)
    theirs, other = seconds(
        lambda: krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"), repeats
    )
    np.testing.assert_allclose(mine, theirs, atol=1e-10)
    rows.add("Krippendorff's alpha from counts", table.n_labels, ours, other, "krippendorff")


def against_scipy_bootstrap(rows, table):
    from scipy.stats import bootstrap

    credit = vote_credit(majority_vote(table.counts), table.truth)
    mine, ours = seconds(lambda: bootstrap_items(credit, 10_000, seed=1))

    def theirs_once():
        return bootstrap((credit,), np.mean, n_resamples=10_000, method="percentile", batch=1000, rng=1)

    theirs, other = seconds(theirs_once, 2)
    limits = theirs.confidence_interval
    # Two independent sets of resamples.
    np.testing.assert_allclose([mine.low, mine.high], [limits.low, limits.high], atol=0.003)
    rows.add("bootstrap over items, 10,000 resamples", table.n_items, ours, other, "scipy.stats")


def whole_reports(rows, small, large):
    plain = EvaluationConfig(resamples=0)
    rows.add("whole report without bootstrap", small.n_labels, timed_report(small, plain), goal="goal 50 ms")
    both = EvaluationConfig(resamples=10_000, population=10_000)
    rows.add("whole report, 10,000 resamples of both bootstraps", small.n_labels, timed_report(small, both),
             goal="goal 2 s")  # fmt: skip
    rows.add("whole report without bootstrap", large.n_labels, timed_report(large, plain, 2), goal="goal 2 s")
    rows.add(
        "whole report, 10,000 resamples of both bootstraps", large.n_labels, timed_report(large, both, 1)
    )


def timed_report(table, config, repeats=5):
    return seconds(lambda: evaluate(table, config), repeats)[1]


def million_items(rows, table):
    def together():
        counts = counted(table)
        votes = majority_vote(counts)
        tie_ledger(votes, table.truth)
        majority_confusion(votes, table.truth)
        expected_confusion(votes, table.truth)
        individual_confusion(counts, table.truth)
        return fleiss_kappa(counts), krippendorff_alpha(counts)

    # The ledger's seeded rule draws for every tie; that is part of the time.
    _, ours = seconds(together, 2)
    tracemalloc.start()
    together()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    rows.add(f"vote, ledger, confusion, kappa and alpha together ({peak / 1e6:.0f} MB beyond the input)",
             table.n_labels, ours, goal="goal 2 s, 1 GB")  # fmt: skip


def linear_in_labels(rows, full):
    for share in (4, 2, 1):
        table = full if share == 1 else make_table(full.n_items // share, full.n_annotators, 3)
        shape = (table.n_items, table.n_annotators, table.n_categories)
        once = timed_iterations(table, shape, 1)
        each = (timed_iterations(table, shape, 6) - once) / 5
        rows.add(
            "Dawid-Skene, one iteration",
            table.n_labels,
            each,
            goal=f"{1e9 * each / table.n_labels:.0f} ns a label",
        )


def timed_iterations(table, shape, iterations):
    return seconds(lambda: dawid_skene(*codes(table), shape, iterations, tolerance=0), 2)[1]


def files_and_start(rows):
    table = make_table(100_000, 5000, 10)
    with tempfile.TemporaryDirectory() as folder:
        labels, truth = Path(folder) / "labels.csv", Path(folder) / "truth.csv"
        lines = zip(*(code.tolist() for code in codes(table)), strict=True)
        labels.write_text("item,annotator,label\n" + "".join(f"{i},a{a},{c}\n" for i, a, c in lines))
        truth.write_text("item,label\n" + "".join(f"{i},{c}\n" for i, c in enumerate(table.truth.tolist())))
        _, ours = seconds(lambda: read_table(labels, truth), 2)
    rows.add("reading a CSV file", table.n_labels, ours)
    code = "import time; start = time.process_time(); import evaluation; print(time.process_time() - start)"
    found = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    rows.add("import evaluation", 0, min(found), goal="goal 0.5 s")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="leave out the million items")
    options = parser.parse_args()
    small, large = make_table(1000, 60, 3), make_table(10_000, 2571, 51)
    evaluate(make_table(50, 9, 3), EvaluationConfig(resamples=10))
    rows = Rows()
    whole_reports(rows, small, large)
    for table, repeats in ((small, 5), (large, 2)):
        against_crowd_kit(rows, table, 5, repeats)
        against_scikit_learn(rows, table)
        against_agreement_libraries(rows, table, repeats)
        against_scipy_bootstrap(rows, table)
    files_and_start(rows)
    if not options.quick:
        full = make_table(1_000_000, 20_000, 3)
        million_items(rows, full)
        linear_in_labels(rows, full)


if __name__ == "__main__":
    main()
