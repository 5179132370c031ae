"""Many studies on one page: what the first page of the desk shows of each, now and while it stays open."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from labelling.models import Study
from labelling.selectors.progress import study_lines
from labelling.services.steady_clock import steady_now

NEWEST = 20
# The list asks for new figures so often, in seconds, and each study's forecast so often.
EVERY = 10
EVERY_LINE = 30


@require_safe
@never_cache
@permission_required("labelling.view_study", raise_exception=True)
def live(request: HttpRequest) -> HttpResponse:
    """Return the table of studies as it is now, for the script that puts it in."""
    return render(request, "researcher/studies_table.html", studies_context())


def studies_context() -> dict[str, Any]:
    """Return what the table of the newest studies shows. The number of queries does not grow with them."""
    now = steady_now()
    studies = list(Study.objects.select_related("dataset")[:NEWEST])
    # The rows are put in anew where there are others, or their states are.
    rows = ",".join(f"{study.pk}:{study.state}" for study in studies)
    return {
        "overview": study_lines(studies=studies, now=now),
        "at": now,
        "rows_key": hashlib.sha256(rows.encode()).hexdigest()[:16],
        "every": EVERY,
        "every_line": EVERY_LINE,
    }
