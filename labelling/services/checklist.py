"""Write a researcher's answers to the checklist."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from evaluation import BadTable
from evaluation.checklist_facts import ChecklistAnswer
from labelling.errors import ChecklistError
from labelling.models import ChecklistAnswer as StoredAnswer
from labelling.models import Event, Study
from labelling.services.events import record_event


def given_answer(*, item: str, choice: str, words: str) -> ChecklistAnswer | None:
    """Check an answer before it is stored; None where neither a choice nor words are given.

    Raises
    ------
    ChecklistError
        When it does not fit the item.
    """
    words = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if not choice and not words:
        return None
    try:
        return ChecklistAnswer(item, choice, words)
    except BadTable as error:
        raise ChecklistError(str(error), item=item) from error


@transaction.atomic
def answer_checklist(
    *, study: Study, answers: Sequence[tuple[str, ChecklistAnswer | None]], now: datetime, by: str = ""
) -> int:
    """Store answers by the items' numbers, replacing earlier ones; None takes an answer back.

    Return how many changed. What is as it was is not stored again. Each change is an event; the words are in
    it as their SHA-256 alone, so that an answer that was taken back is not published.
    """
    locked = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    there = {stored.item: stored for stored in StoredAnswer.objects.filter(study=study)}
    changed = 0
    for item, answer in answers:
        stored = there.get(item)
        before = (stored.choice, stored.words) if stored else None
        after = (answer.choice, answer.words) if answer else None
        if before == after:
            continue
        changed += 1
        if answer is None and stored is not None:
            stored.delete()
        elif answer is not None:
            StoredAnswer.objects.update_or_create(
                study=study,
                item=item,
                defaults={"choice": answer.choice, "words": answer.words, "answered_at": now},
            )
        record_event(
            of=locked,
            kind=Event.Kind.CHECKLIST_ANSWERED,
            now=now,
            by=by,
            item=item,
            choice=answer.choice if answer else None,
            words_sha256=hashlib.sha256(answer.words.encode()).hexdigest() if answer else None,
        )
    return changed
