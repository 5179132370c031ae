"""What a study asks of one person, told before they agree: how many pictures, and how many minutes."""

import re
from dataclasses import dataclass

from evaluation.planning_effort import checks_per_label, effort
from labelling.models import Study
from labelling.selectors.plans import assumptions_of

# Where the consent text speaks of minutes or hours, in a language of the annotators' pages, its word stands.
_SAID = re.compile(
    r"\bminut|\bmins?\b|\bhours?\b|stunde|\bheure|\bhoras?\b|\d\s*(?:h\b|分|時間|小时)|分钟|分間",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """About so many pictures, checks among them, and minutes with reading and practice.

    `pictures` is None without a quota; `minutes` also where the plan has no seconds for a label, or where the
    consent text tells the time itself.
    """

    pictures: int | None
    minutes: int | None


def asked_of_one(*, study: Study) -> Asked:
    """Return what the study asks of one person, as its plan expects it. One query, or none."""
    if study.labels_per_annotator is None:
        return Asked(None, None)
    labels = min(study.labels_per_annotator, study.sample_size)
    checks = checks_per_label(study.gold_every, study.repeat_every, study.attention_every)
    pictures = round(labels * (1 + checks))
    if _SAID.search(study.consent_text):
        return Asked(pictures, None)
    seconds = assumptions_of(study=study)["seconds_per_label"]
    if seconds is None:
        return Asked(pictures, None)
    work = effort(labels, 1, 1, seconds, checks, study.practice_items)
    return Asked(pictures, max(round(work.minutes_per_annotator), 1))
