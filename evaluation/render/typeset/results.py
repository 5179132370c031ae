"""The sections of the report that tell what people gave, in the order of the report's page."""

from __future__ import annotations

from evaluation.render import words
from evaluation.render.majority_in_words import majority_in_words
from evaluation.render.markdown import headline_interval
from evaluation.render.tables.accuracy import RULES
from evaluation.render.typeset.blocks import Block, gallery, heading, headline, paragraph, small
from evaluation.render.typeset.material import Material
from evaluation.report import Report
from evaluation.tie_extension import extension_sentence

# Matrices of so few can be read at little more than half the width of a page.
_FEW_CATEGORIES = 12


def headline_section(material: Material) -> list[Block]:
    """Say how often people are right, with interval and rule."""
    report = material.report
    majority = report.accuracy.majority
    if majority.value is None:
        nothing = paragraph("There is no label yet, so there is nothing to say about accuracy.")
        return [nothing, *material.table("intervals")]
    interval = headline_interval(report)
    level = words.level(report.config.confidence)
    told: list[Block] = [
        headline(
            words.share(majority.value), f"{level} interval: {words.limits(interval)}" if interval else ""
        ),
        paragraph(_headline_sentence(material)),
        paragraph(RULES[majority.tie_rule], "Where no single category leads."),
    ]
    if interval and interval.answers:
        told.append(
            paragraph(
                "It tells how far chance alone may have moved this figure, and answers: "
                f"\N{LEFT DOUBLE QUOTATION MARK}{interval.answers}\N{RIGHT DOUBLE QUOTATION MARK}",
                "The interval.",
            )
        )
    told += material.figure("intervals", f"The line is the accuracy; each bar is its {level} interval.")
    told += material.table("intervals")
    if majority.stratified is not None and majority.stratified.value is not None:
        told.append(
            paragraph(
                "Weighted to the strata\N{RIGHT SINGLE QUOTATION MARK}s shares of the dataset, as a "
                "stratified "
                f"sample asks, the accuracy is {words.share(majority.stratified.value)}."
            )
        )
    if report.config.resamples:
        told.append(
            small(f"Bootstrap intervals come from {words.counted(report.config.resamples, 'resample')}.")
        )
    return told


def _headline_sentence(material: Material) -> str:
    report, record = material.report, material.record
    majority, k = report.accuracy.majority, report.config.labels_per_item
    who = words.counted(
        k,
        "simulated person" if record.rehearsal else "person",
        "simulated people" if record.rehearsal else "people",
    )
    fewer = " or fewer" if report.counts.complete_items < majority.n else ""
    dataset = record.dataset_title or report.study.dataset or "dataset"
    return (
        f"Each of {words.counted(majority.n, 'image')} of {dataset} was labelled by {who}{fewer}. "
        f"{majority_in_words(report)}{_further(report)}"
    )


def _further(report: Report) -> str:
    told = extension_sentence(report.config.labels_per_item, report.tie_extension)
    return f" {told}" if told else ""


def ties(material: Material) -> list[Block]:
    """Say what a tie counts as, and what every rule would have given."""
    ledger = material.report.accuracy.tie_ledger
    told = [
        paragraph(
            f"{words.whole(ledger.ties)} of {words.counted(ledger.n, 'image')} "
            f"{'is' if ledger.ties == 1 else 'are'} tied: no single category has the most labels. "
            f"{words.whole(ledger.unanimous)} {'is' if ledger.unanimous == 1 else 'are'} unanimous, and on "
            f"{words.whole(ledger.absolute_majority)} one category has more than half of the labels. What "
            f"a tie "
            "counts as is a choice, and it moves the accuracy; this study fixed its rule before the first "
            "label."
        ),
        *material.table("tie_rules"),
        *material.table("tie_extension"),
    ]
    return [*told, small(ledger.reason)] if ledger.reason else told


def crowd(material: Material) -> list[Block]:
    """Set one person against the majority, and the majority of few against that of more."""
    return [
        paragraph(
            "A majority of several people is usually right more often than one of them. Single labels are "
            "counted "
            "before any vote."
        ),
        *material.table("individual"),
        *material.figure("curve", _curve_caption(material)),
        *material.table("labels_per_item"),
        heading("Beside the vote: truth inference"),
        paragraph(
            "Models that weigh annotators by how reliable they seem, fitted by EM without looking at the "
            "ground "
            "truth. They stand beside the vote, never in its place."
        ),
        *material.table("truth_inference"),
    ]


def _curve_caption(material: Material) -> str:
    caption = "Accuracy of the majority by the number of labels of each image, with intervals."
    if not material.report.accuracy.beyond_labels_per_item.points:
        return caption
    return f"{caption} What stands beyond the labels that there are is an extrapolation."


def confusion(material: Material) -> list[Block]:
    """Show what is taken for what."""
    matrices = material.report.confusion_matrix
    if matrices.majority is None or not material.report.counts.labels:
        for name in ("confusion_matrix", "confusion_matrix_expected", "confusion_matrix_individual"):
            material.tables.pop(name, None)
        return [paragraph(matrices.reason or "There is no label yet.")]
    scale = 0.6 if len(matrices.categories) <= _FEW_CATEGORIES else 1.0
    return [
        paragraph(
            "Each row is a category of the dataset, each column what the majority chose; the framed "
            "diagonal is "
            "where both agree. The stronger the shade, the larger the share of the row."
        ),
        *material.figure(
            "confusion_majority",
            "Confusion matrix of the majority votes, in images; ties in the last column.",
        ),
        *material.table("confused_pairs"),
        *_pairs(material),
        *material.figure(
            "confusion_majority_expected", "The same with each tie shared among its leaders.", scale
        ),
        *material.figure(
            "confusion_individual", "Confusion matrix of the single labels, before any vote.", scale
        ),
        *material.table("confusion_matrix"),
        *material.table("confusion_matrix_expected"),
        *material.table("confusion_matrix_individual"),
    ]


def _pairs(material: Material) -> list[Block]:
    """Show the images on which the most confused pairs are confused."""
    return gallery(
        [
            (
                f"{pair.ground_truth} taken for {pair.label}",
                [
                    (item, f"Image {item}: {pair.ground_truth}, taken for {pair.label}")
                    for item in pair.examples
                    if item in material.images
                ],
            )
            for pair in material.report.confused_pairs
        ]
    )


def categories(material: Material) -> list[Block]:
    """Tell category by category how well it is found."""
    return [
        paragraph(
            "Recall: of the images of a category, the share that people recognise. Precision: of the "
            "images that "
            "people give that name, the share that carries it. F1 is their harmonic mean. Ties are shared "
            "among "
            "their leaders."
        ),
        *material.figure("per_category", "Recall and precision of each category with intervals."),
        *material.table("per_category"),
    ]


def strata(material: Material) -> list[Block]:
    """Tell the accuracy in each part that the dataset's own data divide it into."""
    shown = material.figure("strata", "Accuracy of the majority in each stratum with intervals.")
    return shown + material.table("strata")


def agreement(material: Material) -> list[Block]:
    """Tell how far people agree."""
    return [
        paragraph(
            "Agreement looks at the annotators alone, whether they are right or wrong. Kappa and alpha are "
            "1 where "
            "all agree, and 0 where they agree no more than chance would."
        ),
        *material.table("agreement"),
    ]


def times(material: Material) -> list[Block]:
    """Tell how long people took."""
    reason = material.report.times.reason
    return material.table("times") or [paragraph(reason or "No time is known.")]
