"""The floor's one address: one SELECT, one INSERT, a short reply."""

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

from benchmarks.labelling_floor.models import Answer, Task


def answer(request: HttpRequest) -> JsonResponse:
    """Read a task, write an answer to it; both are on disk, or read from it, when the reply goes out."""
    sent = json.loads(request.body)
    task = Task.objects.get(pk=sent["task"])
    Answer.objects.create(
        task_id=task.pk,
        category=sent["category"],
        submission_key=sent["submission_key"],
        response_ms=sent["response_ms"],
        submitted_at=timezone.now(),
    )
    reply = JsonResponse({"saved": True})
    # Django's CommonMiddleware would do this; without it the reply goes out in pieces.
    reply["Content-Length"] = len(reply.content)
    return reply


urlpatterns = [path("answer/", answer)]
