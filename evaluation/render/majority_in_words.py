"""The headline in words that hold under every tie rule."""

from __future__ import annotations

from evaluation.render import words
from evaluation.report import Report


def majority_in_words(report: Report) -> str:
    """Say on how many images the majority is the dataset's own, and what its ties make of that.

    Parameters
    ----------
    report : Report
        With at least one label.

    Returns
    -------
    str
        One sentence where no image is tied, else two: the share of images with the ground truth alone in the
        lead, then the accuracy with the ties as the study's rule counts them.
    """
    majority, ledger = report.accuracy.majority, report.accuracy.tie_ledger
    alone = (
        f"On {words.share(ledger.wrong)} of the images, the one category with the most labels is the "
        "dataset\N{RIGHT SINGLE QUOTATION MARK}s own."
    )
    if not ledger.ties:
        return alone
    one = ledger.ties == 1
    tied = f"the {words.counted(ledger.ties, 'tied image')}"
    if majority.tie_rule == "wrong":
        return f"{alone} {tied.capitalize()} {'counts as an error' if one else 'count as errors'}."
    counted = {
        "random": f"counted by {'its' if one else 'their'} chance of being right",
        "optimistic": "counted as right wherever the ground truth is among the leaders",
        "seeded": "settled by a recorded draw",
    }[majority.tie_rule]
    return f"{alone} With {tied} {counted}, that makes {words.share(majority.value)}."
