"""The results in words, with the study's own numbers; what is undefined says why."""

from __future__ import annotations

from evaluation.bundle.record import StudyRecord
from evaluation.intervals import Interval
from evaluation.render import words
from evaluation.render.markdown import headline_interval
from evaluation.render.methods.passage import Passage, cite
from evaluation.report import Report


def accuracy(report: Report, record: StudyRecord) -> tuple[Passage, ...]:
    """Say how often people are right, by vote and alone."""
    majority = report.accuracy.majority
    if majority.value is None:
        return ((f"There is no accuracy to report. {majority.reason or ''}".strip(),),)
    crowd = "simulated annotators" if record.rehearsal else "annotators"
    told: list[Passage] = [
        (
            f"By majority vote, the accuracy of the {crowd} on {words.counted(majority.n, 'image')} was "
            f"{words.share(majority.value)}{_within(headline_interval(report))}.",
        ),
        _ties(report),
        _single(report),
    ]
    if majority.stratified is not None and majority.stratified.value is not None:
        told.append(
            (
                "Weighted to the strata's shares of the dataset, the accuracy is "
                f"{words.share(majority.stratified.value)}{_within(majority.stratified.interval)}.",
            )
        )
    return tuple(told)


def _ties(report: Report) -> Passage:
    ledger = report.accuracy.tie_ledger
    if not ledger.ties:
        return ("No image was tied, so that every tie rule gives the same.",)
    were = "was" if ledger.ties == 1 else "were"
    return (
        f"{words.counted(ledger.ties, 'image')} {were} tied; counting ties as errors gives "
        f"{words.share(ledger.wrong)}, counting those in favour that include the ground truth "
        f"{words.share(ledger.optimistic)}.",
    )


def _single(report: Report) -> Passage:
    single = report.accuracy.individual
    if single.micro is None:
        return (f"The accuracy of single labels is not defined. {single.reason or ''}".strip(),)
    return (
        f"Single labels were the dataset's own in {words.share(single.micro)} of "
        f"{words.counted(single.labels, 'case')}"
        f"{_within(single.interval)}.",
    )


def categories(report: Report) -> tuple[Passage, ...]:
    """Say which categories are found best and least, and what is confused."""
    found = [score for score in report.per_category if score.recall is not None]
    if not found:
        return ()
    told: list[Passage] = []
    if len(found) > 1:
        best = max(found, key=lambda score: score.recall or 0.0)
        least = min(found, key=lambda score: score.recall or 0.0)
        told.append(
            (
                f"Recall was highest for {best.category} ({words.share(best.recall)}"
                f"{_within(best.intervals.recall, inside=True)}) and lowest for {least.category} "
                f"({words.share(least.recall)}{_within(least.intervals.recall, inside=True)}).",
            )
        )
    if report.confused_pairs:
        pair = report.confused_pairs[0]
        told.append(
            (
                f"The most frequent confusion was {pair.ground_truth} taken for {pair.label}, in "
                f"{words.share(pair.share)} of the labels on images of {pair.ground_truth}.",
            )
        )
    empty = [score.category for score in report.per_category if not score.support]
    if empty:
        told.append((f"No labelled image belongs to {', '.join(empty)}.",))
    return tuple(told)


def agreement(report: Report) -> tuple[Passage, ...]:
    """Say how far annotators agree, and how long they took."""
    figures, ends = report.agreement, report.agreement.intervals
    said = []
    if figures.krippendorff_alpha is not None:
        alpha = f"Krippendorff's alpha was {words.decimals(figures.krippendorff_alpha)}"
        said.append(alpha + _decimal_within(ends.krippendorff_alpha if ends else None))
    if figures.fleiss_kappa is not None:
        kappa = f"Fleiss' kappa was {words.decimals(figures.fleiss_kappa)}"
        said.append(kappa + _decimal_within(ends.fleiss_kappa if ends else None))
    if figures.pairwise is not None:
        said.append(f"{words.share(figures.pairwise)} of the pairs of labels on one image agreed")
    told: list[Passage] = [(f"{'; '.join(said)}.",)] if said else []
    if figures.reason:
        told.append((f"Not defined: {figures.reason}",))
    model = report.truth_inference.dawid_skene
    if model.accuracy is not None:
        told.append(
            (
                f"The categories that the model of Dawid and Skene infers were the dataset's own in "
                f"{words.share(model.accuracy)}{_within(model.interval)}.",
            )
        )
    elif model.reason:
        told.append((f"The model of Dawid and Skene gave no accuracy. {model.reason}",))
    times = report.times
    if times.median is not None:
        told.append((f"The median time of a label was {words.seconds(times.median)}.",))
    else:
        told.append((f"No time is reported. {times.reason or ''}".strip(),))
    return tuple(told)


def robustness(report: Report) -> tuple[Passage, ...]:
    """Say how far exclusions, wrong ground truth and the sample may move the result."""
    told: list[Passage] = []
    made = report.exclusions
    if made.excluded and made.difference is not None:
        told.append(
            (f"With the labels of the excluded, the accuracy would be {words.share(made.everybody.value)}.",)
        )
    values = [entry.value for entry in report.multiverse if entry.value is not None]
    if len(values) > 1:
        told.append(
            (
                f"Over the {len(values)} combinations of the quality rules the accuracy lay between "
                f"{words.share(min(values))} "
                f"and {words.share(max(values))}.",
            )
        )
    candidates = len(report.label_validity.candidates)
    if candidates:
        validity = report.label_validity
        told.append(
            (
                f"On {words.counted(candidates, 'image')} all annotators agreed against the ground truth; "
                f"without "
                f"{'it' if candidates == 1 else 'them'} the accuracy would be "
                f"{words.share(validity.accuracy_without)}.",
            )
        )
    check = report.sample_check
    if check.p_value is not None:
        told.append(
            (
                "The shares of the categories in the sample were compared with those of the dataset "
                f"(p {_equals(check.p_value)}).",
            )
        )
    return tuple(told)


def machines(report: Report) -> tuple[Passage, ...]:
    """Say who was right more often, for each machine."""
    told: list[Passage] = []
    for machine in report.machines:
        if machine.difference is None:
            told.append(
                (f"The machine {machine.name} could not be compared. {machine.reason or ''}".strip(),)
            )
            continue
        test = f", p {_equals(machine.mcnemar.p_holm)}" if machine.mcnemar else ""
        low, high = machine.interval.low, machine.interval.high
        level = words.level(machine.interval.confidence)
        ends = "" if low is None else f" ({level} interval {words.points(low)} to {words.points(high)})"
        told.append(
            (
                f"The machine {machine.name} was right on {words.share(machine.accuracy)} of the same "
                f"{words.counted(machine.n, 'image')}; people less machine is "
                f"{words.points(machine.difference)} "
                f"percentage points{ends}{test}.",
            )
        )
    return tuple(told)


def limits(report: Report, record: StudyRecord) -> tuple[Passage, ...]:
    """Say what the numbers cannot say."""
    told: list[Passage] = [
        ("The ground truth is the dataset's own; where it is wrong, a person who is right counts as wrong.",),
        (
            "The annotators are whoever followed the link, and stand for other people only as far as they "
            "resemble "
            "them.",
        ),
        ("That a person gave each label is not proved: answers by machines cannot be excluded.",),
        ("Intervals tell of chance alone, not of unclear instructions or wrong ground truth.",),
    ]
    if record.rehearsal:
        told.insert(0, ("A simulated crowd gave all labels, so nothing here says anything about people.",))
    told += [(note,) for note in report.notes]
    told.append(
        (
            "The checklist for reporting human baselines ",
            cite("wei2025"),
            " is answered in checklist.md.",
        )
    )
    return tuple(told)


def _equals(value: float) -> str:
    written = words.probability(value)
    return written if written.startswith("<") else f"= {written}"


def _within(interval: Interval | None, *, inside: bool = False) -> str:
    if interval is None or interval.low is None:
        return ""
    said = f"{words.level(interval.confidence)} interval {words.limits(interval)}"
    return f", {said}" if inside else f" ({said})"


def _decimal_within(interval: Interval | None) -> str:
    if interval is None or interval.low is None:
        return ""
    return f" ({words.level(interval.confidence)} interval {words.decimal_limits(interval)})"
