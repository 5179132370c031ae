"""Whether a protocol can be carried out: one check for forms, commands and the launch."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from labelling.errors import ProtocolError
from labelling.models import Plan, Study
from labelling.models.quality_rules import NEEDED_BY
from labelling.selectors.quality_rule_words import WORDS

# More checks than one in so many would wear people out, and wear the checks out.
FEWEST_BETWEEN_CHECKS = 5


def check_protocol(*, study: Study) -> None:
    """Refuse a protocol that cannot be carried out. Views and commands share this one check.

    Raises
    ------
    ProtocolError
        With one sentence for each field that is wrong; `__cause__` holds the fields' messages.
    """
    try:
        study.full_clean()
    except ValidationError as error:
        wrong = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
        raise ProtocolError("; ".join(wrong)) from error
    size = study.dataset.size
    if study.sample_size > size:
        fault = f"A sample of {study.sample_size} cannot be drawn from {size} items; choose 1 to {size}."
        raise ProtocolError(fault) from ValidationError({"sample_size": fault})
    if study.strategy == Study.Strategy.BY_STRATUM and not study.dataset.stratum_name:
        fault = f"The dataset {study.dataset.name} has no strata of its own; choose simple or stratified."
        raise ProtocolError(fault) from ValidationError({"strategy": fault})
    for field, fault in _contradictions(study):
        raise ProtocolError(fault) from ValidationError({field: fault})
    if study.seed < 0:
        fault = f"The seed {study.seed} is negative; choose 0 or more."
        raise ProtocolError(fault) from ValidationError({"seed": fault})


def _contradictions(study: Study) -> Iterator[tuple[str, str]]:
    """Yield each field of the protocol that does not go with another, or with the plan, with a sentence."""
    plan = Plan.objects.filter(study=study.pk).first() if study.pk else None
    if plan is not None and (plan.expected_annotators or study.redundancy) < study.redundancy:
        yield (
            "redundancy",
            f"{study.redundancy} different people for each image, and {plan.expected_annotators} are "
            f"expected; choose 1 to {plan.expected_annotators}, or expect more people.",
        )
    if study.practice_pass > study.practice_items:
        yield (
            "practice_pass",
            f"{study.practice_pass} right answers are wanted of {study.practice_items} practice images; "
            f"choose 0 to {study.practice_items}.",
        )
    if (study.gold_items > 0) != (study.gold_every > 0):
        yield (
            "gold_items",
            f"{study.gold_items} gold images, one among {study.gold_every}: set both numbers, or both to 0.",
        )
    for field in ("gold_every", "repeat_every", "attention_every"):
        every = getattr(study, field)
        if 0 < every < FEWEST_BETWEEN_CHECKS:
            yield (
                field,
                f"One among {every} is too many; choose 0 for none, or {FEWEST_BETWEEN_CHECKS} or more.",
            )
    for rule in study.quality_rules:
        needed = NEEDED_BY.get(rule["rule"], "")
        if needed and not getattr(study, needed):
            words = WORDS[rule["rule"]]
            yield (
                "quality_rules",
                f"The rule {rule['rule']} has nothing to go by, “{words.title}”: no {words.needs} are "
                f"mixed in, as {needed} is 0. Choose how often such a check comes, or leave the rule out.",
            )
    beside = study.sample_size + study.practice_items + study.gold_items
    if study.sample_size < study.dataset.size < beside:
        yield (
            "practice_items",
            f"Sample, practice and gold are {beside} images; the dataset has {study.dataset.size}.",
        )
