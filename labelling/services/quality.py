"""Exclude whom a quality rule of the protocol flags, where the protocol says that the rule excludes."""

from datetime import datetime

from labelling.errors import ExclusionError
from labelling.models import Annotator, Exclusion, Study
from labelling.models.quality_rules import KINDS
from labelling.selectors.quality import AnnotatorSigns, Sign, annotator_signs
from labelling.services.exclusions import exclude


def exclude_by_rules(*, study: Study, now: datetime, annotator: Annotator | None = None) -> list[Exclusion]:
    """Exclude the annotators, or the one, whom an excluding rule of the protocol flags; return what was new.

    Call it when an annotator has finished, and when a study is about to be complete: the places that it opens
    are then given to others before anybody reads a result. Whom a person has reinstated is not excluded
    by the same rule. A protocol whose rules only flag costs no query.
    """
    if study.state not in (Study.State.RUNNING, Study.State.PAUSED):
        return []
    if not any(rule["exclude"] for rule in study.quality_rules):
        return []
    made = []
    taken_in = _taken_in_again(study)
    for entry in annotator_signs(study=study, annotator=annotator):
        flags = [
            sign
            for sign in entry.flags
            if sign.rule.exclude and (entry.annotator.pk, _author(sign)) not in taken_in
        ]
        if flags and entry.exclusion is None:
            made += _exclude(entry, flags, now)
    return made


def _exclude(entry: AnnotatorSigns, flags: list[Sign], now: datetime) -> list[Exclusion]:
    reason = " ".join(_sentence(sign) for sign in flags)
    try:
        return [exclude(annotator=entry.annotator, reason=reason, by=_author(flags[0]), now=now)]
    except ExclusionError:
        return []  # somebody else has excluded them just now


def _taken_in_again(study: Study) -> set[tuple[int, str]]:
    """Return the pairs of annotator and author of all exclusions that were lifted."""
    lifted = Exclusion.objects.filter(annotator__study=study, lifted_at__isnull=False)
    return set(lifted.values_list("annotator", "excluded_by"))


def _author(sign: Sign) -> str:
    return f"rule {sign.rule.rule}"


def _sentence(sign: Sign) -> str:
    """Say which rule it is, what it measured, and where its threshold lies."""
    *_, meaning = KINDS[sign.rule.rule]
    return f"{sign.rule.rule}: {sign.value:.4g}; the threshold is {sign.rule.threshold:g} ({meaning})."
