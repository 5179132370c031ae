"""The report as one page that needs nothing else: it arranges the numbers of a `Report` and computes none."""

import base64
import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from evaluation import Report, StudyFacts
from evaluation.bundle.inputs import evaluate_inputs
from evaluation.bundle.record import StudyRecord
from evaluation.intervals import Interval
from evaluation.notices import Notice
from evaluation.notices import notices as notices_of
from evaluation.render import json, markdown
from evaluation.render.how_to_check import COMMANDS, what_it_needs
from evaluation.render.majority_in_words import majority_in_words
from evaluation.render.tables.checks import RULE_NAMES
from evaluation.tie_extension import extension_sentence
from labelling.models import Study
from labelling.report_checklist import arranged
from labelling.report_figures import figures
from labelling.report_gallery import gallery_items, shown_candidates, shown_pairs
from labelling.report_machines import machine_sections, shown_items
from labelling.report_sections import sections
from labelling.report_strata import strata
from labelling.report_tables import page_tables
from labelling.selectors.bundle_inputs import bundle_inputs
from labelling.selectors.item_pictures import Picture, item_images, pictures_of
from labelling.selectors.sealing import require_visible
from labelling.selectors.study_record import RESAMPLES

_INTERVALS = {
    "bootstrap_crossed": "Bootstrap over images and annotators",
    "bootstrap_items": "Bootstrap over images",
    "finite_population": "Finite population",
    "wilson": "Wilson",
    "clopper_pearson": "Clopper-Pearson",
}

_RULES = {
    "random": "A tie earns the chance of being right if one of the tied categories were picked at random.",
    "wrong": "A tie is no majority, and counts as an error.",
    "optimistic": "A tie that includes the ground truth counts as right.",
    "seeded": "A tie is broken by one random draw with a recorded seed.",
}


@dataclass(frozen=True)
class NamedInterval:
    """An interval with the name that the page gives it."""

    name: str
    interval: Interval


@dataclass(frozen=True)
class Rule:
    """A tie rule in words, with the accuracy that it gives."""

    name: str
    text: str
    value: float | None
    interval: Interval | None
    headline: bool


@dataclass(frozen=True)
class MatrixRow:
    """A row of a confusion matrix; `place` is the diagonal's."""

    name: str
    place: int
    cells: list[float]


def notices(*, study: Study, report: Report) -> tuple[Notice, ...]:
    """Return what must stand before the numbers: rehearsal, drawn data, closed early, interim."""
    record = StudyRecord(
        state=study.state,
        close_reason=study.close_reason,
        rehearsal_crowd=study.rehearsal_crowd,
        drawn=study.dataset.drawn,
        facts=StudyFacts(rehearsal=study.rehearsal),
    )
    return notices_of(record=record, report=report)


def report_page(*, study: Study, report: Report, images: Mapping[str, bytes] | None = None) -> str:
    """Render the page. The same report gives the same bytes.

    `images` are PNG files by item, where they were read before; else they come from the storage.
    """
    if images is None:
        images = item_images(dataset=study.dataset, items=pictured_items(report=report))
    return render_to_string("report/report.html", _context(study, report, pictures_of(images=images)))


def page_of_study(*, study: Study, resamples: int = RESAMPLES) -> str:
    """Evaluate a study and render its page: what the bundle's report.html would be now, byte for byte.

    Raises
    ------
    StudyStateError
        When the study is a draft, or its accuracy is sealed.
    """
    require_visible(study=study)
    return report_page(study=study, report=evaluate_inputs(bundle_inputs(study=study, resamples=resamples)))


def style_source(page: str) -> str:
    """Return what a Content-Security-Policy must name to allow the page's own stylesheet and no other.

    >>> style_source("<style>p {}</style>")
    "'sha256-SNJDlN1Iy2mnt7DOjQIyDb2LQE6O5PQiSZomcdzawQ4='"
    """
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def pictured_items(*, report: Report) -> list[str]:
    """Return the items whose images the page shows."""
    return [*gallery_items(report=report), *shown_items(report=report)]


def _context(study: Study, report: Report, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    majority = report.accuracy.majority
    context = {
        "study": study,
        "dataset": study.dataset,
        "report": report,
        "report_sha256": hashlib.sha256(json.render(report).encode()).hexdigest(),
        "majority": majority,
        "majority_in_words": None if majority.value is None else majority_in_words(report),
        "ledger": report.accuracy.tie_ledger,
        "individual": report.accuracy.individual,
        "matrices": report.confusion_matrix,
        "notices": notices(study=study, report=report),
        "rule": _RULES[majority.tie_rule],
        "extension": extension_sentence(report.config.labels_per_item, report.tie_extension),
        "rules": _rules(report),
        "headline_interval": markdown.headline_interval(report),
        "intervals": _intervals(report),
        "confidence": f"{100 * report.config.confidence:g}",
        "annotators": sorted(report.annotators, key=lambda scores: (scores.accuracy, scores.annotator)),
        "readme_row": markdown.readme_row(report).strip(),
        "strata": strata(study=study, report=report),
        "figures": figures(report, study.dataset.stratum_name),
        "tables": {**page_tables(report), **_tables(report)},
        "flagged": _flagged(report),
        "pairs": shown_pairs(report=report, pictures=pictures),
        "pictured": bool(pictures),
        "candidates": shown_candidates(report=report, pictures=pictures),
        "machines": machine_sections(report=report, pictures=pictures),
        "checklist": arranged(report.checklist or ()),
        "recompute": recompute_command(report),
        "check_commands": "\n".join(COMMANDS),
        "what_it_needs": what_it_needs(report),
    }
    return {**context, "sections": sections(report=report, context=context)}


def _flagged(report: Report) -> list[dict[str, Any]]:
    """Return the flagged annotators with the rules in words."""
    return [
        {
            "annotator": entry.annotator,
            "labels": entry.labels,
            "rules": [RULE_NAMES[rule] for rule in entry.rules],
        }
        for entry in report.quality.flagged
    ]


def recompute_command(report: Report) -> str:
    """Return the command that computes the report again in the bundle's folder."""
    config = report.config
    options = [
        "--categories categories.txt",
        f"--tie-rule {config.tie_rule}",
        f"--seed {config.seed}",
        f"--resamples {config.resamples}",
        f"--labels-per-item {config.labels_per_item}",
        f"--population {config.population}",
        *(f"--predictions {shlex.quote(f'predictions/{machine.name}.csv')}" for machine in report.machines),
        "--output again",
    ]
    return " \\\n  ".join(["python -m evaluation labels.csv sample.csv", *options])


def _tables(report: Report) -> dict[str, list[MatrixRow]]:
    matrices = report.confusion_matrix
    return {
        name: [
            MatrixRow(category, place, row)
            for place, (category, row) in enumerate(zip(matrices.categories, matrix.tolist(), strict=True))
        ]
        for name in ("majority", "majority_expected", "individual")
        if (matrix := getattr(matrices, name)) is not None
    }


def _intervals(report: Report) -> tuple[NamedInterval, ...]:
    majority = report.accuracy.majority
    named = [NamedInterval(name, getattr(majority.intervals, method)) for method, name in _INTERVALS.items()]
    if majority.stratified is not None:
        named.insert(2, NamedInterval("Stratified, finite population", majority.stratified.interval))
    return tuple(named)


def _rules(report: Report) -> tuple[Rule, ...]:
    accuracy = report.accuracy
    return tuple(
        Rule(
            name=name,
            text=text,
            value=getattr(accuracy.tie_ledger, name),
            interval=getattr(accuracy.tie_rule_intervals, name, None),
            headline=name == accuracy.majority.tie_rule,
        )
        for name, text in _RULES.items()
    )
