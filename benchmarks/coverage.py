"""How often intervals hold the true accuracy, on crowds where items and people both differ.

    python -m benchmarks.coverage [--studies 600] [--resamples 1000]

Every study draws new items and new annotators. The logit of a right answer is a mean plus an effect of the
item plus an effect of the annotator, both normal; a wrong answer falls on the other nine categories alike.
The true accuracy is that of all such studies, from four million simulated items. An interval with 95 %
confidence should hold it in 95 of 100 studies.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

if not __package__:
    # Run as a file, the folder of this script would hide the library of the same name.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tqdm import tqdm

from evaluation import LabelTable
from evaluation.bootstrap import bootstrap_items, percentile_limits
from evaluation.crossed_bootstrap import bootstrap_individual, crossed_majority
from evaluation.expanded_interval import effective_annotators, expanded_confidence
from evaluation.intervals import wilson
from evaluation.voting import majority_vote, mean_credit, vote_credit

CATEGORIES = 10


@dataclass(frozen=True)
class Crowd:
    items: int
    annotators: int
    labels_per_item: int
    item_spread: float
    annotator_spread: float
    mean: float = 1.2
    #: Person number a gives labels in proportion to a to the power of minus this: 0 for even loads.
    unevenness: float = 0.0

    @property
    def name(self):
        spread = f"{self.item_spread:g} and {self.annotator_spread:g}"
        loads = ", uneven loads" if self.unevenness else ""
        people = f"{self.annotators} people{loads}"
        return f"{self.items} items x {self.labels_per_item}, {people}, spreads {spread}"


CROWDS = (
    Crowd(1000, 60, 3, 1.0, 1.0),
    Crowd(1000, 30, 3, 1.0, 1.5),
    Crowd(500, 20, 3, 0.5, 1.5),
    Crowd(1000, 200, 3, 1.0, 1.0),
    Crowd(1000, 60, 5, 1.0, 1.0),
    Crowd(1000, 60, 3, 1.0, 0.0),
    Crowd(1000, 60, 3, 1.0, 1.0, unevenness=1.2),
    Crowd(1000, 3, 3, 1.0, 1.0),
    Crowd(1000, 2, 2, 1.0, 1.0),
)
METHODS = (
    "majority: Wilson over items (ties wrong)",
    "majority: bootstrap over items",
    "majority: crossed, percentiles as they are",
    "majority: crossed bootstrap",
    "single labels: Wilson over labels",
    "single labels: crossed bootstrap",
)


def right_answers(crowd, rng, item_effect, annotator_effect):
    logit = crowd.mean + crowd.item_spread * item_effect + crowd.annotator_spread * annotator_effect
    return rng.random(logit.shape) < 1 / (1 + np.exp(-logit))


def true_accuracies(crowd, rng, items=200_000, rounds=20):
    """Accuracy of the vote (ties by chance, ties wrong) and of single labels over all studies of such a
    crowd."""
    k = crowd.labels_per_item
    found = []
    for _ in range(rounds):
        right = right_answers(crowd, rng, rng.normal(size=(items, 1)), rng.normal(size=(items, k)))
        label = np.where(right, 0, rng.integers(1, CATEGORIES, size=right.shape))
        counts = np.stack([(label == code).sum(axis=1) for code in range(CATEGORIES)], axis=1)
        votes, truth = majority_vote(counts), np.zeros(items, dtype=np.int64)
        rules = [vote_credit(votes, truth, rule).mean() for rule in ("random", "wrong")]
        found.append([*rules, right.mean()])
    return np.mean(found, axis=0)


def draw_study(crowd, rng):
    n, k = crowd.items, crowd.labels_per_item
    item = np.repeat(np.arange(n), k)
    # The first k of a race in which everybody's time is exponential, and the diligent are fast.
    speed = np.arange(1, crowd.annotators + 1) ** -crowd.unevenness
    annotator = np.argsort(-np.log1p(-rng.random((n, crowd.annotators))) / speed, axis=1)[:, :k].ravel()
    right = right_answers(crowd, rng, rng.normal(size=n)[item], rng.normal(size=crowd.annotators)[annotator])
    truth = rng.integers(CATEGORIES, size=n)
    wrong = (truth[item] + rng.integers(1, CATEGORIES, size=item.size)) % CATEGORIES
    return LabelTable.from_codes(
        items=[str(code) for code in range(n)],
        annotators=[str(code) for code in range(crowd.annotators)],
        categories=[str(code) for code in range(CATEGORIES)],
        truth=truth,
        item_codes=item,
        annotator_codes=annotator,
        category_codes=np.where(right, truth[item], wrong),
    )


def limits(table, resamples, seed):
    """Limits of every method, in the order of METHODS."""
    votes = majority_vote(table.counts)
    credit = vote_credit(votes, table.truth)
    estimate = mean_credit(credit)
    strict = vote_credit(votes, table.truth, "wrong")
    replicates = crossed_majority(table, resamples, seed)
    shifted = replicates - (replicates.mean() - estimate)
    right = int((table.truth[table.item_codes] == table.category_codes).sum())
    intervals = [
        wilson(int(strict.sum()), table.n_items),
        bootstrap_items(credit, resamples, seed),
        tuple(np.quantile(replicates, [0.025, 0.975])),
        percentile_limits(shifted, expanded_confidence(0.95, effective_annotators(table)), estimate),
        wilson(right, table.n_labels),
        bootstrap_individual(table, resamples, seed),
    ]
    return [entry if isinstance(entry, tuple) else (entry.low, entry.high) for entry in intervals]


def coverage(crowd, studies, resamples, seed):
    rng = np.random.default_rng(seed)
    by_chance, strict, single = true_accuracies(crowd, rng)
    targets = (strict, by_chance, by_chance, by_chance, single, single)
    held, width = np.zeros(len(METHODS)), np.zeros(len(METHODS))
    # tqdm shows nothing in a pipe.
    for study in tqdm(range(studies), disable=None, leave=False):
        for method, (low, high) in enumerate(limits(draw_study(crowd, rng), resamples, study)):
            held[method] += low <= targets[method] <= high
            width[method] += high - low
    return held / studies, width / studies


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--studies", type=int, default=600)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = [coverage(crowd, options.studies, options.resamples, options.seed) for crowd in CROWDS]
    print(f"Studies of {options.studies} whose 95 % interval holds the true accuracy (mean width)\n")
    print("| crowd | " + " | ".join(METHODS) + " |")
    print("| --- |" + " --- |" * len(METHODS))
    for crowd, (held, width) in zip(CROWDS, found, strict=True):
        cells = (f"{100 * share:.1f} % ({100 * wide:.1f})" for share, wide in zip(held, width, strict=True))
        print(f"| {crowd.name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
