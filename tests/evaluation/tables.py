"""Tables for tests: small ones by hand, random ones by seed, published ones from their file."""

import json
from pathlib import Path

import numpy as np

from evaluation import LabelTable

PUBLISHED = json.loads((Path(__file__).parent / "published_tables.json").read_text(encoding="utf-8"))


def make_table(rows, truth=None, n_categories=None, **options):
    """Build a table from a list of category codes an item, annotators numbered by place; None is no label."""
    truth = [0] * len(rows) if truth is None else truth
    size = n_categories or max([*truth, *(code for row in rows for code in row if code is not None)]) + 1
    labels = [
        (item, f"a{place}", code)
        for item, row in enumerate(rows)
        for place, code in enumerate(row)
        if code is not None
    ]
    names = [f"c{code}" for code in range(size)]
    return LabelTable.from_labels(labels, truth=[names[t] for t in truth], categories=names, **options)


def random_table(seed, n_items=40, n_annotators=8, n_categories=4, labels_per_item=3, right=0.6):
    """Draw a table: every item gets the same number of labels, each right with the same chance."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_categories, size=n_items)
    item = np.repeat(np.arange(n_items), labels_per_item)
    annotator = np.concatenate(
        [rng.choice(n_annotators, labels_per_item, replace=False) for _ in range(n_items)]
    )
    wrong = rng.integers(n_categories, size=item.size)
    category = np.where(rng.random(item.size) < right, truth[item], wrong)
    return LabelTable.from_codes(
        items=[str(i) for i in range(n_items)],
        annotators=[f"a{a}" for a in range(n_annotators)],
        categories=[f"c{c}" for c in range(n_categories)],
        truth=truth,
        item_codes=item,
        annotator_codes=annotator,
        category_codes=category,
        response_ms=rng.integers(300, 9000, size=item.size).astype(float),
    )


def published_counts(name):
    """Counts of a published table of ratings, one row an item; missing ratings are None."""
    ratings = PUBLISHED[name]["ratings"]
    highest = max(rating for row in ratings for rating in row if rating is not None)
    counts = np.zeros((len(ratings), highest), dtype=np.int64)
    for item, row in enumerate(ratings):
        for rating in row:
            if rating is not None:
                counts[item, rating - 1] += 1
    return counts


def observers_by_units(name):
    """The same for tables that are printed with one row an observer."""
    ratings = PUBLISHED[name]["ratings"]
    highest = max(rating for row in ratings for rating in row if rating is not None)
    counts = np.zeros((len(ratings[0]), highest), dtype=np.int64)
    for row in ratings:
        for unit, rating in enumerate(row):
            if rating is not None:
                counts[unit, rating - 1] += 1
    return counts
