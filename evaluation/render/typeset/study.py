"""The sections of the report that tell of the people, the checks, the sample and the limits."""

from __future__ import annotations

from evaluation.render import words
from evaluation.render.how_to_check import COMMANDS, what_it_needs
from evaluation.render.typeset.blocks import Block, bullets, code, facts, gallery, paragraph, small
from evaluation.render.typeset.material import Material

#: How a sample is drawn, in words.
STRATEGIES = {
    "simple": "simple random sample",
    "stratified": "stratified by ground truth, in proportion",
    "by-stratum": "stratified by the dataset\N{RIGHT SINGLE QUOTATION MARK}s own strata, in proportion",
}
_LIMITS = (
    "The ground truth is the dataset\N{RIGHT SINGLE QUOTATION MARK}s own. Where it is wrong, a person who "
    "is right "
    "counts as wrong.",
    "The annotators are whoever followed the link. They stand for other people only as far as they "
    "resemble them.",
    "Nothing here proves that a label was given by a person: answers by machines cannot be excluded.",
    "People saw the images enlarged in a browser, on screens that nobody checked.",
    "Intervals speak of chance alone: of drawing these images and these people. They know nothing of unclear "
    "instructions or wrong ground truth.",
)


def annotators(material: Material) -> list[Block]:
    """Tell who labelled, by pseudonym and nothing else."""
    counts = material.report.counts
    simulated = "simulated " if material.record.rehearsal else ""
    gave = words.counted(counts.annotators, f"{simulated}person", f"{simulated}people")
    labels = words.counted(counts.labels, "counted label")
    text = f"{gave} gave {labels}. Each is known by a pseudonym and nothing else."
    if counts.excluded_annotators:
        more = counts.excluded_annotators
        text += (
            f" {words.whole(more)} more {'is' if more == 1 else 'are'} excluded; their labels are kept and "
            f"do not "
            "count."
        )
    if counts.surplus_labels:
        text += (
            f" {words.counted(counts.surplus_labels, 'label')} came when an image had all it needed: kept, "
            f"and never "
            "counted."
        )
    if counts.cant_tell:
        was = "answer was" if counts.cant_tell == 1 else "answers were"
        text += f" {words.whole(counts.cant_tell)} {was} that one cannot tell, which is no vote."
    level = words.level(material.report.config.confidence)
    return [
        paragraph(text),
        *material.figure(
            "annotators",
            f"Each point is the accuracy of one annotator with the {level} interval of Wilson. People "
            f"labelled "
            "different images.",
        ),
        *material.table("annotators"),
    ]


def quality(material: Material) -> list[Block]:
    """Tell whom the quality rules flag, and what every choice of exclusions gives."""
    made = material.report.quality
    told = material.table("quality") or [paragraph(made.reason or "The protocol declared no quality rule.")]
    told += material.table("check_totals")
    excluded = material.table("exclusions")
    told += excluded if material.report.exclusions.excluded else [paragraph("No annotator is excluded.")]
    if "multiverse" in material.tables:
        told.append(
            paragraph(
                "Whoever may choose afterwards whom to leave out can move the result. Here every choice "
                "that the "
                "protocol named stands side by side.",
                "The exclusion multiverse.",
            )
        )
    told += material.figure("specification", "Accuracy under every combination of the quality rules.")
    return told + material.table("multiverse")


def validity(material: Material) -> list[Block]:
    """List the images on which everybody contradicts the ground truth."""
    made = material.report.label_validity
    number = len(made.candidates)
    if not number:
        return [paragraph("There is no image on which all annotators agree against the ground truth.")]
    some = (
        "It may be wrong ground truth, and is left out of no figure."
        if number == 1
        else "Some of these may be wrong ground truth; none is left out of any figure."
    )
    told = (
        f"On {words.counted(number, 'image')} all annotators agree on another category than that of the "
        f"dataset. "
        f"{some} Accuracy with {'it' if number == 1 else 'them'} {words.share(made.accuracy_with)} "
        f"({words.limits(made.interval_with)}), without {words.share(made.accuracy_without)} "
        f"({words.limits(made.interval_without)}); the intervals are Wilson's."
    )
    return [paragraph(told), *material.table("label_validity"), *_candidates(material)]


def _candidates(material: Material) -> list[Block]:
    """Show the images, by what the dataset and the annotators say."""
    said: dict[str, list[tuple[str, str]]] = {}
    for found in material.report.label_validity.candidates:
        if found.item in material.images:
            label = f"{found.ground_truth}, all say {found.label}"
            said.setdefault(label, []).append((found.item, f"Image {found.item}: {label}"))
    return gallery(sorted(said.items()))


def sample(material: Material) -> list[Block]:
    """Tell what was frozen at launch, and how the sample lies in the dataset."""
    report, record = material.report, material.record
    study = report.study
    told = [
        (
            "Dataset",
            ", ".join([record.dataset_title or study.dataset or words.DASH, *_split(study.split)]),
        ),
        ("Images in the dataset", words.whole(study.population)),
        ("Dataset checksum", study.dataset_checksum or words.DASH),
        ("Source", record.dataset_source or words.DASH),
        ("Sample", "; ".join(_drawing(material))),
        ("Labels per image", f"{report.config.labels_per_item}, by different people"),
        ("Tie rule", report.accuracy.majority.tie_rule),
        (
            "Complete images",
            f"{words.whole(report.counts.complete_items)} of {words.whole(report.counts.items)}",
        ),
        ("Protocol SHA-256", study.protocol_sha256 or words.DASH),
        ("Input SHA-256", report.input_sha256),
    ]
    balance = report.sample_check
    shown: list[Block] = [facts(told)]
    shown += material.figure("category_balance", "Categories in the sample against the dataset.")
    shown += material.table("sample_check")
    return shown if shown[1:] or not balance.reason else [*shown, small(balance.reason)]


def _split(name: str | None) -> list[str]:
    return [f"{name} split"] if name else []


def _drawing(material: Material) -> list[str]:
    """Say how the sample was drawn, as far as that was told."""
    study = material.report.study
    size = study.sample_size or material.report.counts.items
    told = [f"{words.counted(size, 'image')} without replacement"]
    if study.strategy:
        told.append(STRATEGIES.get(study.strategy, study.strategy))
    if study.seed is not None:
        told.append(f"seed {study.seed}")
    return told


def machines(material: Material) -> list[Block]:
    """Set people against machines, and beside the results that others published."""
    return [
        *material.figure("machines", "People and machines on the same images."),
        *material.table("machines"),
        *material.figure(
            "published",
            "The human result and published results on the whole test set, which are not paired with it.",
        ),
        *material.table("published"),
    ]


def deviations(material: Material) -> list[Block]:
    """Tell what happened otherwise than planned."""
    told = material.report.study.deviations
    nothing = (
        "None is recorded." if told is not None else "Whether there were any was not told to the evaluation."
    )
    return material.table("deviations") or [paragraph(nothing)]


def limits(material: Material) -> list[Block]:
    """Tell what the numbers cannot say."""
    report = material.report
    more = list(report.notes)
    if report.table.strata is not None and report.accuracy.majority.stratified is None:
        more.insert(
            0,
            "The sample has strata, and is too small to have an image of each or was drawn without them; "
            "there is no "
            "estimate weighted to the dataset.",
        )
    return [bullets([*_LIMITS, *more])]


def again(material: Material) -> list[Block]:
    """Tell how anyone computes every number again."""
    return [
        paragraph(
            "The bundle that this report is part of has the raw labels, the ground truth of each image, the "
            "protocol and the settings. One command computes every number of every file again and compares "
            f"the bytes. {what_it_needs(material.report)} In the bundle's folder, where CHECKOUT is the "
            "folder of the source:"
        ),
        code("\n".join(COMMANDS)),
        small(f"Made by human-baseline {material.report.generated_by.version}."),
    ]


def checklist(material: Material) -> list[Block]:
    """Answer the reporting checklist."""
    return material.table("checklist")
