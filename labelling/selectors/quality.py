"""What the quality rules of a protocol say of each annotator, from the labels and checks so far."""

from dataclasses import dataclass

import numpy as np

from evaluation import LabelTable
from evaluation.check_outcomes import CheckOutcomes
from evaluation.quality_rule import QualityRule, quality_rules
from evaluation.quality_signs import Signs, signs_of
from labelling.models import Annotator, Assignment, Exclusion, Label, SampleItem, Study
from labelling.selectors.check_outcomes import check_outcomes


@dataclass(frozen=True)
class Sign:
    """What one rule says of one annotator; a `value` of None means that there is too little to judge by."""

    rule: QualityRule
    value: float | None
    flagged: bool


@dataclass(frozen=True)
class AnnotatorSigns:
    """What all rules say of one annotator, in the protocol's order, and what is known of their checks.

    `labels` are those that count, or would but for the exclusion; `exclusion` is the one in force.
    """

    annotator: Annotator
    labels: int
    signs: tuple[Sign, ...]
    checks: CheckOutcomes
    exclusion: Exclusion | None

    @property
    def flags(self) -> tuple[Sign, ...]:
        """The rules that flag the annotator."""
        return tuple(sign for sign in self.signs if sign.flagged)


def annotator_signs(*, study: Study, annotator: Annotator | None = None) -> list[AnnotatorSigns]:
    """Return what the rules say of each annotator who has a label, by pseudonym; or of one. Four queries.

    The same as a report would say now, since `evaluation` computes both: from counted labels and from those
    that an exclusion has set aside. For one annotator only the items that they labelled are read.
    """
    table = _table(study, annotator)
    checks = check_outcomes(study=study, annotator=annotator)
    rules = quality_rules(study.quality_rules)
    by_rule = [(rule, signs_of(table, rule, checks)) for rule in rules]
    given = np.bincount(table.annotator_codes, minlength=table.n_annotators)
    wanted = table.annotators if annotator is None else (annotator.pseudonym,)
    people = {each.pseudonym: each for each in Annotator.objects.filter(study=study, pseudonym__in=wanted)}
    in_force = {
        each.annotator_id: each for each in Exclusion.objects.in_force().filter(annotator__study=study)
    }
    known = {outcome.annotator: outcome for outcome in checks}
    return [
        AnnotatorSigns(
            annotator=people[name],
            labels=int(given[code]),
            signs=tuple(_sign(rule, signs, code) for rule, signs in by_rule),
            checks=known.get(name, CheckOutcomes(name)),
            exclusion=in_force.get(people[name].pk),
        )
        for code, name in sorted(enumerate(table.annotators), key=lambda each: each[1])
        if name in people
    ]


def _sign(rule: QualityRule, signs: Signs, code: int) -> Sign:
    """Return what a rule says of the annotator of this code."""
    value = float(signs.value[code]) if signs.judged[code] else None
    return Sign(rule, value, bool(signs.flagged[code]))


def _table(study: Study, annotator: Annotator | None) -> LabelTable:
    """Return the labels that rules go by. No rule looks at the ground truth, so that none is read."""
    labels = Label.objects.filter(
        assignment__sample_item__study=study,
        assignment__sample_item__role=SampleItem.Role.SAMPLED,
        assignment__state__in=(Assignment.State.SUBMITTED, Assignment.State.VOID),
        category__isnull=False,
    )
    if annotator is not None:
        theirs = annotator.labels.values("assignment__sample_item")
        labels = labels.filter(assignment__sample_item__in=theirs)
    rows = list(
        labels.order_by("pk").values_list(
            "assignment__sample_item", "annotator__pseudonym", "category__position", "response_ms"
        )
    )
    items = {item: place for place, item in enumerate(dict.fromkeys(row[0] for row in rows))}
    names = {name: place for place, name in enumerate(dict.fromkeys(row[1] for row in rows))}
    categories = study.dataset.categories.order_by("position").values_list("name", flat=True)
    return LabelTable.from_codes(
        items=[str(item) for item in items],
        annotators=list(names),
        categories=list(categories),
        truth=[0] * len(items),
        item_codes=np.array([items[row[0]] for row in rows], dtype=np.int64),
        annotator_codes=np.array([names[row[1]] for row in rows], dtype=np.int64),
        category_codes=np.array([row[2] for row in rows], dtype=np.int64),
        response_ms=np.array([row[3] for row in rows], dtype=np.float64),  # None becomes nan
    )
