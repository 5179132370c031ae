"""The app that lets a server store an answer in two parts. Only a harness's own settings install it."""

import time
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from django.apps import AppConfig

_BETWEEN = 0.2  # seconds: most answers are between their parts when a fault comes


class TwoPartBuild(AppConfig):
    """Fills the place in a transaction of its own, before the label is there."""

    name = "benchmarks.fault_harness.inside"
    label = "two_part_build"

    def ready(self) -> None:
        """Seed the bug."""
        from django.db import transaction

        from labelling.models import Annotator, Assignment, Place
        from labelling.services import stream

        submit = stream.submit_labels

        def in_two_parts(*, annotator: Annotator, answers: Sequence[Any], **more: Any) -> Any:
            with transaction.atomic():
                tokens = [answer.token for answer in answers]
                held = Assignment.objects.filter(token__in=tokens, state=Assignment.State.LEASED)
                Place.objects.filter(assignment__in=held).update(available_from=None)
                held.update(state=Assignment.State.SUBMITTED)
            time.sleep(_BETWEEN)
            return submit(annotator=annotator, answers=answers, **more)

        patch.object(stream, "submit_labels", in_two_parts).start()
