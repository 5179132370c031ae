"""Dawid and Skene's model and its one-coin form by EM, shown beside the majority vote.

Source: A. P. Dawid and A. M. Skene (1979), Maximum likelihood estimation of observer error-rates using the EM
algorithm, Applied Statistics 28, 20-28.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.array_types import BoolArray, FloatArray, IntArray
from evaluation.errors import BadSetting, BadTable
from evaluation.progress import Progress, silent

#: Cells of the annotators' matrices, A x K x K: 800 MB.
MOST_CELLS = 100_000_000
#: Probabilities of the items' categories, N x K. EM goes over several arrays of this size in every iteration.
MOST_POSTERIORS = 50_000_000
# An annotator who was never seen to do something is not taken to be unable to do it.
_LEAST_COUNT = 1e-10
# Less than exp(-230) of the best category's probability is none: nothing can tell the difference, and numbers
# too small for the floating-point format would make every product with them several times slower.
_LEAST_LOG = -230.0
START = "vote shares"


@dataclass(frozen=True, eq=False)
class InferredTruth:
    """What EM found.

    Parameters
    ----------
    model : {'dawid_skene', 'one_coin'}
        Which model.
    posterior : float array, shape (N, K)
        Probability of every category for every item; rows of zeros where an item has no label.
    prior : float array, shape (K,)
        Share of every category.
    confusion : float array, shape (A, K, K)
        For every annotator, rows: true category, columns: label given. None for `one_coin`.
    reliability : float array, shape (A,)
        Share of right labels of every annotator under `one_coin`. None for `dawid_skene`.
    expected_truths : float array, shape (A, K)
        Expected number of labels of every annotator on every true category. None for `one_coin`.
    log_likelihood : float
        Natural logarithm, at the parameters that the posterior was computed from.
    iterations : int
        M and E steps done, each pair one iteration.
    converged : bool
        Whether the change per label fell below the tolerance.
    n, labels : int
        Items with labels, and labels.
    tolerance : float
        The stopping rule.
    start : str
        Where EM started; other starts may reach other optima.
    """

    model: str
    posterior: FloatArray
    prior: FloatArray
    confusion: FloatArray | None
    reliability: FloatArray | None
    expected_truths: FloatArray | None
    log_likelihood: float
    iterations: int
    converged: bool
    n: int
    labels: int
    tolerance: float
    start: str = START


@dataclass(frozen=True, eq=False)
class _Labels:
    """Checked labels, and the vote shares that EM starts from."""

    item: IntArray
    annotator: IntArray
    category: IntArray
    shape: tuple[int, int, int]
    start: FloatArray
    labelled: BoolArray

    @property
    def n(self) -> int:
        return int(np.count_nonzero(self.labelled))


def dawid_skene(
    item_codes: Any,
    annotator_codes: Any,
    category_codes: Any,
    shape: tuple[int, int, int],
    max_iterations: int = 1000,
    tolerance: float = 1e-10,
    progress: Progress = silent,
) -> InferredTruth:
    """Infer the truth with a confusion matrix for every annotator.

    Parameters
    ----------
    item_codes, annotator_codes, category_codes : int arrays, shape (L,)
        One entry a label. An annotator may label an item several times.
    shape : (int, int, int)
        Number of items N, annotators A, categories K.
    max_iterations : int
        Most iterations, 1 or more.
    tolerance : float
        EM stops when the log-likelihood per label changes by less; 0 runs all iterations.
    progress : callable
        Told of every iteration.

    Returns
    -------
    InferredTruth
        Items without labels have a posterior of zeros.

    Raises
    ------
    BadTable
        Without labels, with codes out of range, or with matrices of more than `MOST_CELLS` cells.
    BadSetting
        If `max_iterations` is not positive.

    Examples
    --------
    >>> result = dawid_skene([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 0], shape=(2, 3, 2))
    >>> result.posterior.argmax(axis=1).tolist()
    [0, 1]
    """
    labels = _prepare(item_codes, annotator_codes, category_codes, shape)
    _, n_annotators, k = shape
    if n_annotators * k * k > MOST_CELLS:
        raise BadTable(
            f"{n_annotators} annotators x {k} x {k} categories are {n_annotators * k * k} cells, more than "
            f"{MOST_CELLS}. Use one_coin, which has one number an annotator."
        )
    given = _given(labels)
    by_column = given.T.tocsr()

    def mass(posterior: FloatArray) -> FloatArray:
        return np.asarray(by_column @ posterior).reshape(n_annotators, k, k)

    def log_scores(posterior: FloatArray) -> FloatArray:
        rates = _rates(mass(posterior))
        np.log(rates, out=rates)
        return _with_prior(np.asarray(given @ rates.reshape(-1, k)), _prior(labels, posterior))

    posterior, previous, likelihood, done, converged = _maximise(
        "Dawid-Skene", labels, log_scores, max_iterations, tolerance, progress
    )
    expected = mass(previous)
    return InferredTruth(
        "dawid_skene",
        posterior,
        _prior(labels, previous),
        _rates(expected).transpose(0, 2, 1),
        None,
        expected.sum(axis=1),
        likelihood,
        done,
        converged,
        labels.n,
        len(labels.item),
        tolerance,
    )


def one_coin(
    item_codes: Any,
    annotator_codes: Any,
    category_codes: Any,
    shape: tuple[int, int, int],
    max_iterations: int = 1000,
    tolerance: float = 1e-10,
    progress: Progress = silent,
) -> InferredTruth:
    """Infer the truth with one number for every annotator: how often they are right.

    An error is taken to fall on each of the other categories alike.

    Parameters
    ----------
    item_codes, annotator_codes, category_codes, shape, max_iterations, tolerance, progress
        As for `dawid_skene`.

    Returns
    -------
    InferredTruth
        With `reliability` in place of `confusion`.

    Raises
    ------
    BadTable
        Without labels, or with codes out of range.
    BadSetting
        If `max_iterations` is not positive.

    Examples
    --------
    >>> result = one_coin([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 0], shape=(2, 3, 2))
    >>> result.reliability[2] < result.reliability[0]
    np.True_
    """
    labels = _prepare(item_codes, annotator_codes, category_codes, shape)
    n_items, n_annotators, k = shape
    cell = labels.item * k + labels.category
    given = np.bincount(labels.annotator, minlength=n_annotators)

    def counts(posterior: FloatArray) -> tuple[FloatArray, FloatArray]:
        right = np.bincount(labels.annotator, weights=posterior.ravel()[cell], minlength=n_annotators)
        return np.maximum(right, _LEAST_COUNT), np.maximum(given - right, _LEAST_COUNT)

    def log_scores(posterior: FloatArray) -> FloatArray:
        right, wrong = counts(posterior)
        hit = np.log(right / (right + wrong))
        miss = np.log(wrong / (right + wrong) / max(k - 1, 1))
        gain = np.bincount(cell, weights=(hit - miss)[labels.annotator], minlength=n_items * k)
        scores = gain.astype(np.float64, copy=False).reshape(n_items, k)
        scores += np.bincount(labels.item, weights=miss[labels.annotator], minlength=n_items)[:, None]
        return _with_prior(scores, _prior(labels, posterior))

    posterior, previous, likelihood, done, converged = _maximise(
        "one-coin", labels, log_scores, max_iterations, tolerance, progress
    )
    right, wrong = counts(previous)
    return InferredTruth(
        "one_coin",
        posterior,
        _prior(labels, previous),
        None,
        right / (right + wrong),
        None,
        likelihood,
        done,
        converged,
        labels.n,
        len(cell),
        tolerance,
    )


def spammer_score(confusion: Any, known_rows: Any = None) -> FloatArray:
    """Score how much an annotator's labels tell about the true category.

    Parameters
    ----------
    confusion : float array, shape (A, K, K) or (K, K)
        Rows: true category, columns: label given; rows sum to 1.
    known_rows : bool array, shape (A, K) or (K,), optional
        Rows that rest on data; the others are left out. All rows without it.

    Returns
    -------
    float array, shape (A,) or ()
        0 where all rows are equal, so that the label does not depend on the item; 1 for a perfect annotator.
        nan with fewer than two known rows.

    Notes
    -----
    The mean over pairs of rows of half the squared distance. V. C. Raykar and S. Yu (2012), Eliminating
    spammers and ranking annotators for crowdsourced labeling tasks, Journal of Machine Learning Research 13,
    491-518.

    Examples
    --------
    >>> float(spammer_score([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]]).round(6))
    0.316667
    """
    rows = np.asarray(confusion, dtype=np.float64)
    known = np.ones(rows.shape[:-1], dtype=bool) if known_rows is None else np.asarray(known_rows, dtype=bool)
    rows = rows * known[..., None]
    number = known.sum(axis=-1)
    # The sum of squared distances over pairs, from sums over rows.
    distance = number * (rows**2).sum(axis=(-2, -1)) - (rows.sum(axis=-2) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        score: FloatArray = np.where(number > 1, np.maximum(distance, 0) / (number * (number - 1)), np.nan)
    return score


def _prepare(
    item_codes: Any, annotator_codes: Any, category_codes: Any, shape: tuple[int, int, int]
) -> _Labels:
    codes = [np.asarray(code, dtype=np.int64) for code in (item_codes, annotator_codes, category_codes)]
    if shape[0] * shape[2] > MOST_POSTERIORS:
        raise BadTable(
            f"{shape[0]} items x {shape[2]} categories are {shape[0] * shape[2]} probabilities, more than "
            f"{MOST_POSTERIORS}. Evaluate fewer items at a time, or merge categories."
        )
    for name, code, limit in zip(("item", "annotator", "category"), codes, shape, strict=True):
        if code.shape != codes[0].shape or code.ndim != 1:
            raise BadTable(
                f"{name}_codes has the shape {code.shape}; the three arrays need one entry a label each."
            )
        if not code.size:
            raise BadTable("There is no label to infer a truth from.")
        if not (code.min() >= 0 and code.max() < limit):
            raise BadTable(
                f"{name}_codes go from {code.min()} to {code.max()}; they must go from 0 to {limit - 1}."
            )
    counts = np.bincount(codes[0] * shape[2] + codes[2], minlength=shape[0] * shape[2]).reshape(
        shape[0], shape[2]
    )
    totals = counts.sum(axis=1, keepdims=True)
    item, annotator, category = codes
    start = counts / np.maximum(totals, 1)
    return _Labels(item, annotator, category, shape, start, totals[:, 0] > 0)


def _given(labels: _Labels) -> Any:
    """Labels as a sparse matrix: a row an item, a column for every annotator and label, one where it was
    given."""
    from scipy.sparse import csr_array

    n_items, n_annotators, k = labels.shape
    column = labels.annotator * k + labels.category
    order = np.argsort(labels.item, kind="stable")
    last = np.cumsum(np.bincount(labels.item, minlength=n_items))
    size = np.int32 if max(len(column), n_annotators * k) < 2**31 else np.int64
    return csr_array(
        (np.ones(len(column)), column[order].astype(size), np.append(0, last).astype(size)),
        shape=(n_items, n_annotators * k),
    )


def _rates(mass: FloatArray) -> FloatArray:
    """Turn expected counts (annotator, label, true category) into rates that sum to 1 over the labels."""
    floored = np.maximum(mass, _LEAST_COUNT)
    floored /= floored.sum(axis=1, keepdims=True)
    return floored


def _prior(labels: _Labels, posterior: FloatArray) -> FloatArray:
    share: FloatArray = posterior.sum(axis=0) / labels.n
    return share


def _with_prior(scores: FloatArray, prior: FloatArray) -> FloatArray:
    # A category that nobody chose has probability 0 for good.
    with np.errstate(divide="ignore"):
        scores += np.log(prior)
    return scores


def _maximise(
    name: str,
    labels: _Labels,
    log_scores: Callable[[FloatArray], FloatArray],
    max_iterations: int,
    tolerance: float,
    progress: Progress,
) -> tuple[FloatArray, FloatArray, float, int, bool]:
    """Alternate M and E steps; give posterior, the posterior before it, log-likelihood, iterations,
    convergence."""
    if max_iterations < 1:
        raise BadSetting(f"max_iterations is {max_iterations}; it must be 1 or more.")
    posterior, likelihood = labels.start, -np.inf
    for done in range(1, max_iterations + 1):
        previous, before = posterior, likelihood
        scores = log_scores(previous)
        top = scores.max(axis=1, keepdims=True)
        scores -= top
        scores[scores < _LEAST_LOG] = -np.inf
        np.exp(scores, out=scores)
        total = scores.sum(axis=1, keepdims=True)
        scores /= total
        scores[~labels.labelled] = 0.0
        posterior = scores
        likelihood = float((top + np.log(total))[labels.labelled].sum())
        progress(name, done, max_iterations)
        if abs(likelihood - before) < tolerance * len(labels.item):
            return posterior, previous, likelihood, done, True
    return posterior, previous, likelihood, max_iterations, False
