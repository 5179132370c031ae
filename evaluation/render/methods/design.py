"""The methods in words: how the study was made, with its own numbers."""

from __future__ import annotations

from evaluation.bundle.record import StudyRecord
from evaluation.render import words
from evaluation.render.markdown import headline_interval
from evaluation.render.methods.passage import Code, Passage, cite
from evaluation.render.tables.checks import CHECK_NAMES, RULE_NAMES, threshold
from evaluation.report import Report
from evaluation.tie_extension import extension_sentence

_DRAWN = {
    "simple": "a simple random sample",
    "stratified": "a random sample, stratified by ground truth in proportion,",
    "by-stratum": "a random sample, stratified by the dataset's own strata in proportion,",
}
_TIES = {
    "random": "An image on which several categories lead earns the chance of being right if one of them were "
    "picked at random.",
    "wrong": "An image on which several categories lead counts as an error.",
    "optimistic": "An image on which several categories lead counts as right if the ground truth is among "
    "them.",
    "seeded": "An image on which several categories lead is decided by one random draw with a recorded seed.",
}
# More than these would make a list, not a sentence.
_MOST_NAMED = 12


def sampling(report: Report, record: StudyRecord) -> tuple[Passage, ...]:
    """Say what was labelled and how it was drawn."""
    study = report.study
    size = study.sample_size or report.counts.items
    split = f"the {study.split} split of " if study.split else ""
    dataset = f"{split}{record.dataset_title or study.dataset or 'a dataset'}"
    total = study.population
    if total is not None and total == size:
        drawn: Passage = (f"We used all {words.counted(size, 'image')} of {dataset}.",)
    else:
        way = _DRAWN.get(study.strategy or "", "a sample")
        of = (
            f"the {words.counted(total, 'image')} of {dataset}"
            if total is not None
            else f"the images of {dataset}"
        )
        seed = f" (seed {study.seed})" if study.seed is not None else ""
        drawn = (f"We drew {way} of {words.counted(size, 'image')} without replacement from {of}{seed}.",)
    return (drawn, _categories(report), *_protocol(report))


def _categories(report: Report) -> Passage:
    names = report.confusion_matrix.categories
    number = words.counted(len(names), "category", "categories")
    if len(names) > _MOST_NAMED:
        return (f"The dataset has {number}.",)
    return (f"The dataset has {number}: {', '.join(names)}.",)


def _protocol(report: Report) -> tuple[Passage, ...]:
    told: list[Passage] = []
    if report.study.protocol_sha256:
        told.append(
            (
                "Sample, redundancy, tie rule, instructions and quality rules were frozen in a protocol "
                "before the "
                "first label (SHA-256 ",
                Code(report.study.protocol_sha256),
                ").",
            )
        )
    return tuple(told)


def labelling(report: Report, record: StudyRecord) -> tuple[Passage, ...]:
    """Say who labelled, how often, and what does not count."""
    counts, k = report.counts, report.config.labels_per_item
    crowd = "simulated annotator" if record.rehearsal else "annotator"
    people = f"one {crowd}" if k == 1 else words.counted(k, f"different {crowd}")
    told: list[Passage] = [
        (f"Each image was to be labelled by {people}; nobody could label an image twice.",),
        (
            f"{words.counted(counts.annotators, crowd)} gave {words.counted(counts.labels, 'label')} that "
            f"{'counts' if counts.labels == 1 else 'count'}{_span(report)}.",
        ),
    ]
    if further := extension_sentence(k, report.tie_extension):
        told.append((further,))
    if counts.complete_items < counts.items:
        have = "has" if counts.complete_items == 1 else "have"
        all_of_them = "a label" if k == 1 else f"all {words.counted(k, 'label')}"
        images = words.counted(counts.items, "image")
        told.append((f"{words.whole(counts.complete_items)} of {images} {have} {all_of_them}.",))
    if counts.surplus_labels:
        came = words.counted(counts.surplus_labels, "further label")
        told.append(
            (f"{came} came when an image had all it needed, and never count{_s(counts.surplus_labels)}.",)
        )
    if counts.cant_tell:
        answers = words.counted(counts.cant_tell, "time")
        told.append((f"Annotators could say that they could not tell, and did so {answers}; it is no vote.",))
    return (*told, *_excluded(report), *_rules(report), *_checks(report), *_deviations(report))


def _span(report: Report) -> str:
    given = sorted(scores.labels for scores in report.annotators)
    if len(given) < 2:
        return ""
    if given[0] == given[-1]:
        return f", {words.whole(given[0])} each"
    return f", between {words.whole(given[0])} and {words.whole(given[-1])} each"


def _s(number: int) -> str:
    return "s" if number == 1 else ""


def _excluded(report: Report) -> tuple[Passage, ...]:
    number = report.counts.excluded_annotators
    if not number:
        return (("No annotator was excluded.",),)
    verb = "was" if number == 1 else "were"
    return ((f"{words.counted(number, 'annotator')} {verb} excluded, each with a recorded reason.",),)


def _rules(report: Report) -> tuple[Passage, ...]:
    rules = report.quality.rules
    if not rules:
        return (("The protocol declared no quality rule.",),)
    named = "; ".join(
        f"{RULE_NAMES.get(rule.rule, rule.rule)} (threshold {threshold(rule.rule, rule.threshold)}, "
        f"{'excludes' if rule.exclude else 'flags only'}): {words.counted(rule.flagged, 'annotator')} flagged"
        for rule in rules
    )
    return ((f"The protocol declared {words.counted(len(rules), 'quality rule')}: {named}.",),)


def _checks(report: Report) -> tuple[Passage, ...]:
    totals = report.quality.checks
    if not totals:
        return ()
    told = "; ".join(
        f"{CHECK_NAMES[kind.kind]}: {words.whole(kind.failed)} of {words.counted(kind.answers, 'answer')}"
        for kind in totals
    )
    return ((f"Checks were mixed in among the images; none counts as a label. {told}.",),)


def _deviations(report: Report) -> tuple[Passage, ...]:
    told = report.study.deviations
    if told is None:
        return ()
    if not told:
        return (("There was no deviation from the protocol.",),)
    said = " ".join(entry.text for entry in told)
    return ((f"Deviations from the protocol: {said}",),)


def analysis(report: Report) -> tuple[Passage, ...]:
    """Say how each figure is computed, with sources."""
    config = report.config
    level = words.level(config.confidence)
    told: list[Passage] = [
        (
            "The category of an image by majority is the one with the most labels. "
            f"{_TIES[report.accuracy.majority.tie_rule]} The accuracy is the mean over the images that "
            f"have a label.",
        ),
    ]
    interval = headline_interval(report)
    if interval is not None:
        told.append(_method(interval.method, level, report))
    told.append(
        (
            "Recall and precision of the categories have Wilson intervals ",
            cite("wilson1927"),
            ", F1 the interval that follows from them ",
            cite("lam2023"),
            f", all at {level}.",
        )
    )
    told.append(
        (
            "Agreement before the vote is Krippendorff's alpha for nominal data ",
            cite("krippendorff2011"),
            " and Fleiss' kappa ",
            cite("fleiss1971"),
            "; beside the vote stand the model of Dawid and Skene ",
            cite("dawid1979"),
            " and its one-coin form.",
        )
    )
    if len(report.multiverse) > 1:
        told.append(
            ("Every combination of the quality rules was evaluated ", cite("steegen2016"), "."),
        )
    if report.machines:
        told.append(
            (
                "People and machines were compared on the same images by the exact test of McNemar ",
                cite("mcnemar1947"),
                ", adjusted for several machines ",
                cite("holm1979"),
                ", and by error consistency ",
                cite("geirhos2020"),
                ".",
            )
        )
    return tuple(told)


def _method(method: str, level: str, report: Report) -> Passage:
    resamples = words.counted(report.config.resamples, "resample")
    if method.startswith("bootstrap_crossed"):
        return (
            f"Its {level} interval is a bootstrap over images and annotators together ",
            cite("owen2007"),
            f" with {resamples} (seed {report.seeds['bootstrap_crossed']}), because labels cluster both "
            f"ways.",
        )
    if method.startswith("bootstrap"):
        return (
            f"Its {level} interval is a bootstrap over images ",
            cite("efron1993"),
            f" with {resamples} (seed {report.seeds['bootstrap']}).",
        )
    if method.startswith("wilson"):
        return (f"Its {level} interval is that of Wilson ", cite("wilson1927"), ".")
    return (
        f"Its {level} interval is a normal one with the finite-population correction ",
        cite("cochran1977"),
        ".",
    )
