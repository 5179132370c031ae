"""Student's t interval of a mean over units such as annotators or items."""

from __future__ import annotations

import math

from evaluation.intervals import NO_SPREAD, Interval


def student_interval(
    mean: float | None, variance: float, n: int, confidence: float = 0.95, answers: str | None = None
) -> Interval:
    """Give Student's interval of a mean between 0 and 1.

    Parameters
    ----------
    mean : float or None
        Of the units' values; None without units.
    variance : float
        Their sample variance, with n - 1 in its denominator; not looked at for fewer than two units.
    n : int
        Number of units.
    confidence : float
        Nominal level.
    answers : str, optional
        The question that the interval answers.

    Returns
    -------
    Interval
        Cut to [0, 1]. Undefined with a reason for fewer than two units, and where all are the same.

    Notes
    -----
    Student (1908), The probable error of a mean, Biometrika 6, 1-25.

    Examples
    --------
    >>> interval = student_interval(0.5, 0.04, 16)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.3934, 0.6066)
    """
    if mean is None or n < 2:
        reason = (
            "Nothing was counted." if mean is None else "One alone does not tell how others would differ."
        )
        return Interval("student", None, None, confidence, mean, n, answers=answers, reason=reason)
    if variance <= 0:
        return Interval("student", None, None, confidence, mean, n, answers=answers, reason=NO_SPREAD)
    from scipy.special import stdtrit

    error = math.sqrt(variance / n)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    return Interval(
        "student",
        max(0.0, mean - half),
        min(1.0, mean + half),
        confidence,
        mean,
        n,
        standard_error=error,
        answers=answers,
    )
