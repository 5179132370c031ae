"""What a bundle's files are, a line a file: its `README.md`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from evaluation.bundle.inputs import BundleInputs
from evaluation.notices import notices
from evaluation.render.how_to_check import COMMANDS, what_it_needs
from evaluation.render.text_as_markdown import as_markdown
from evaluation.report import Report

#: Written last or by the web application, and in every bundle.
_ALWAYS = ("README.md", "report.html", "croissant.json", "SHA256SUMS")

#: Name to contents, in the order to read them.
FILES = {
    "report.html": "The report to read: one page that loads nothing from anywhere.",
    "report.pdf": "The same for paper.",
    "report.json": "Every number with its interval, and what is undefined with its reason.",
    "labels.csv": "Every label that counts: item, annotator, label, time to answer, moment in UTC.",
    "labels.parquet": "The same with types.",
    "labels_set_aside.csv": "The labels of excluded annotators, which do not count.",
    "soft_labels.csv": "How many annotators gave each image each category.",
    "soft_labels.npy": "The same as an array, images by categories.",
    "sample.csv": "Every sampled image: index in the dataset, ground truth, SHA-256 of its pixels.",
    "categories.txt": "The categories in the dataset's order.",
    "protocol.json": "The protocol as it was frozen before the first label.",
    "study.json": "The other facts and settings that the report is made from.",
    "events.jsonl": "What happened in the study, in chains of digests.",
    "checklist.md": "The checklist for reporting human baselines, with its answers.",
    "methods.md": "A methods and a results section with this study's numbers.",
    "methods.tex": "The same for LaTeX.",
    "methods.bib": "Its sources.",
    "README-row.md": "A row for a benchmark table.",
    "CITATION.cff": "How to cite the study.",
    "croissant.json": "What the data are, for programs: MLCommons' Croissant 1.0.",
    "README.md": "This list.",
    "SHA256SUMS": "A checksum of every other file: sha256sum --check SHA256SUMS.",
}

#: Folder to name without its ending to contents; "*" is every other file of the folder.
FOLDERS = {
    "figures": {
        "intervals": "The accuracy with its interval by each method.",
        "curve": "Accuracy against the labels per image.",
        "confusion_majority": "Confusion matrix of the majority votes.",
        "confusion_majority_expected": "The same with each tie shared among its leaders.",
        "confusion_individual": "Confusion matrix of single labels.",
        "per_category": "Recall and precision of each category.",
        "strata": "Accuracy in each part that the dataset divides into.",
        "annotators": "Accuracy of each annotator.",
        "specification": "The accuracy under every combination of the quality rules.",
        "machines": "People against machines.",
        "published": "The accuracy beside published results.",
    },
    "tables": {
        "intervals": "The accuracy's intervals, and the question that each answers.",
        "tie_rules": "The accuracy under every tie rule.",
        "tie_extension": "The vote before the tied images got further labels, and after.",
        "individual": "One person against the majority.",
        "labels_per_item": "Accuracy by labels per image.",
        "beyond_labels_per_item": "What a model gives for more labels than there are.",
        "truth_inference": "Accuracy of models that weigh annotators.",
        "confusion_matrix": "Rows ground truth, columns majority category, last column no majority.",
        "confusion_matrix_expected": "The same with each tie shared among its leaders.",
        "confusion_matrix_individual": "The same for single labels.",
        "confused_pairs": "The categories that people confuse most.",
        "per_category": "Recall, precision and F1 of each category.",
        "strata": "Accuracy in each part that the dataset divides into.",
        "items": "Each image: its labels, its majority, its credit.",
        "label_validity": "Images on which everybody contradicts the ground truth.",
        "agreement": "How far people agree.",
        "times": "How long people take.",
        "annotators": "Each annotator: labels, accuracy, agreement, time.",
        "quality": "The quality rules, and how many each flags.",
        "quality_rules": "The quality rules, and how many each flags.",
        "flagged_annotators": "Who is flagged, and by which rules.",
        "check_totals": "The checks that were mixed in among the images.",
        "multiverse": "The accuracy under every combination of the quality rules.",
        "exclusions": "The accuracy before and after exclusions.",
        "sample_check": "The categories of the sample beside those of the dataset.",
        "deviations": "What happened otherwise than planned.",
        "published": "Published results.",
        "machines": "People against machines.",
        "discordant_items": "Images that only people or only a machine get right.",
        "checklist": "The checklist with its answers.",
    },
    "predictions": {"*": "What a machine says of each sampled image; a file a machine."},
    "images": {"*": "The images that the report shows, named by their index in the dataset."},
}


def bundle_readme(report: Report, inputs: BundleInputs, names: Collection[str]) -> str:
    """Write the list of a bundle's files.

    Parameters
    ----------
    report : Report
        The study's.
    inputs : BundleInputs
        What it was made from.
    names : collection of str
        The bundle's other files.

    Returns
    -------
    str
        Markdown that ends with a newline. Files of one name with several endings share a line.
    """
    record = inputs.record
    marks = [
        f"> **{notice.title}.** {as_markdown(notice.text)}\n"
        for notice in notices(record=record, report=report)
    ]
    described = f"{as_markdown(record.title)}: a human baseline on {as_markdown(record.dataset_title)}"
    lines = [
        f"# {described}",
        "",
        *marks,
        "The raw labels of a study, and what human-baseline computed from them. Open `report.html` first.",
        "",
        "| file | contents |",
        "| --- | --- |",
        *(f"| {files} | {told} |" for files, told in _lines({*names, *_ALWAYS})),
        "",
        "An item is an image, named by its index in the dataset, from 0. An annotator is a random pseudonym.",
        "",
        "## Check it",
        "",
        "Every file here is computed from the raw data again and compared. "
        f"{what_it_needs(report)} In this folder, where CHECKOUT is the folder of the source:",
        "",
        "```",
        *COMMANDS,
        "```",
    ]
    return "\n".join(lines) + "\n"


def _lines(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield files that belong together, and what they hold."""
    for name, told in FILES.items():
        if name in names:
            yield f"`{name}`", told
    for folder, entries in FOLDERS.items():
        inside = sorted(PurePosixPath(name) for name in names if name.startswith(f"{folder}/"))
        for stem, told in entries.items():
            if stem == "*":
                found = [f"`{folder}/`"] if inside else []
            else:
                found = [f"`{path}`" for path in inside if path.stem == stem]
            if found:
                yield ", ".join(found), told
