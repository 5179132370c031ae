"""Every page of the desk, found in its own list of addresses, and how long the server takes to make each.

Runs where Django is set up on a server's data.
"""

import json
import signal
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from benchmarks.desk_speed.data import LARGE

# What is asked of a page besides its plain address: what somebody looks for at the desk.
VARIANTS: dict[str, list[str]] = {}
# No pages: they end a session, change something, or write a file while it is sent.
NOT_PAGES = {
    "logout": "ends the session",
    "view_on_site": "leads to a site of its own, of which there is none",
    "jsi18n": "Django's own words for its scripts",
    "autocomplete": "answers Django's own fields, of which the desk has none",
    "labelling_study_bundle": "a file; the work of a job",
    "labelling_study_labels": "a file, sent as it is read",
    "labelling_study_events": "a file, sent as it is read",
    "labelling_study_report": "the report itself; the work of a job",
}
# Seconds: nothing is waited for longer; and of a page that takes so long, one request is measured.
_LONGEST = 60
_SLOW = 3


@dataclass
class Measured:
    """One page: the queries of a request, and the milliseconds that each of its rounds took."""

    page: str
    queries: int = 0
    first: float = 0
    rounds: list[float] = field(default_factory=list)
    status: int = 0
    why_not: str = ""

    @property
    def median(self) -> float:
        """Milliseconds in the middle."""
        return statistics.median(self.rounds) if self.rounds else self.first

    @property
    def high(self) -> float:
        """The 95th percentile in milliseconds."""
        return statistics.quantiles(self.rounds, n=20)[-1] if len(self.rounds) > 1 else self.median


def printed(pages: list[Measured]) -> str:
    """Return what was measured as one line of text."""
    return json.dumps([asdict(page) for page in pages])


def measured_from(text: str) -> list[Measured]:
    """Read the line that `printed` made, the last of `text`."""
    return [Measured(**page) for page in json.loads(text.splitlines()[-1])]


def measure(*, rounds: int, only: str = "") -> list[Measured]:
    """Ask for every page as the signed-in owner, in rounds, so that a slow moment hits no page alone."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="owner"))
    pages = [(Measured(name), address) for name, address in addresses() if only in name]
    for page, address in pages:
        _first(client, page, address)
    usable = [(page, address) for page, address in pages if not page.why_not and page.first < 1000 * _SLOW]
    for _ in range(rounds):
        for page, address in usable:
            begun = time.perf_counter()
            client.get(address)
            page.rounds.append((time.perf_counter() - begun) * 1000)
    return [page for page, _ in pages]


def _first(client, page: Measured, address: str) -> None:
    """Ask once for what a process keeps, once to count the queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if not address:
        page.why_not = "no address: say in benchmarks/desk_speed/pages.py what its parts are"
        return
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_LONGEST)
    try:
        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            answer = client.get(address)
            page.first = (time.perf_counter() - begun) * 1000
        signal.alarm(0)
        page.queries, page.status = len(queries), answer.status_code
        if answer.status_code != 200:
            told = f" to {answer.headers['Location']}" if "Location" in answer.headers else ""
            page.why_not = f"answers {answer.status_code}{told}"
        elif answer.streaming:
            page.why_not = "is a file, sent as it is read"
        elif page.first < 1000 * _SLOW:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            page.queries = len(queries)
    except TimeoutError:
        page.first, page.why_not = 1000.0 * _LONGEST, f"takes more than {_LONGEST} s"
    except Exception as error:  # noqa: BLE001 - a page that fails is told, and the others are measured
        page.why_not = f"fails: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)


def _too_long(*_signal: object) -> None:
    raise TimeoutError


def addresses() -> Iterator[tuple[str, str]]:
    """Yield a name and an address for every page of the desk; no address where a part is unknown."""
    from django.contrib import admin
    from django.urls import NoReverseMatch, reverse

    seen = set()
    for name, parts in _named(admin.site.get_urls()):
        if name in NOT_PAGES or name in seen:
            continue
        seen.add(name)
        for label, values in _values(name, parts):
            try:
                address = reverse(f"admin:{name}", kwargs=values)
            except NoReverseMatch:
                address = ""
            title = f"{name} {label}".strip()
            yield title, address
            for variant in VARIANTS.get(name, []):
                yield f"{title} ?{variant}", f"{address}?{variant}"


def _named(patterns: list) -> Iterator[tuple[str, set[str]]]:
    """Yield every named address with the names of its parts."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _named(pattern.url_patterns)
        elif pattern.name:
            inner = pattern.pattern
            regex = getattr(inner, "regex", None)
            yield pattern.name, set(inner.converters) | set(regex.groupindex if regex else ())


def _values(name: str, parts: set[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what to put for the parts of an address, once for each page that it stands for."""
    known = _known_parts()
    if "object_id" in parts:
        known["object_id"] = _newest_of(name)
    values = {part: known[part] for part in parts if part in known}
    if name == "labelling_study_step":
        from labelling.views.researcher.steps import STEPS

        for step in STEPS:
            yield step, values | {"name": step}
    elif name == "labelling_study_plan":
        from labelling.models import Study
        from labelling.views.researcher.plan_steps import STEPS

        draft = Study.objects.filter(state=Study.State.DRAFT).values_list("pk", flat=True)[0]
        for step in STEPS:
            yield step.name, {"study_id": draft, "name": step.name}
    else:
        yield "", values


def _known_parts() -> dict[str, object]:
    from django.contrib.auth.models import User

    from labelling.models import Annotator, Job, Predictions, SampleItem, Study

    study = Study.objects.get(slug=LARGE)
    # Of a whole study somebody from the middle, so that neither first nor last is favoured.
    annotator = Annotator.objects.filter(study=study).order_by("pk")[500]
    item = SampleItem.objects.filter(study=study).order_by("pk")[1000]
    machine = Predictions.objects.without_codes().filter(study=study).first()
    job = Job.objects.order_by("-pk").first()
    return {
        "study_id": study.pk,
        "annotator_id": annotator.pk,
        "pseudonym": annotator.pseudonym,
        "item_id": item.pk,
        "sample_item_id": item.pk,
        "position": item.position,
        "index": 1000,
        "truth": 1,
        "column": 2,
        "machine_id": machine.pk if machine else 0,
        "job_id": job.pk if job else 0,
        "panel": "prolific",
        "app_label": "labelling",
        "id": User.objects.get(username="owner").pk,
        "side": 280,
        "other_id": Study.objects.exclude(pk=study.pk).exclude(protocol="").first().pk,
    }


def _newest_of(name: str) -> object:
    """Return the key of an object of the model that an address of Django's own is about; 0 without one."""
    from django.contrib import admin

    from labelling.models import Study

    if name.startswith("labelling_study_"):
        # The form of a study is for drafts.
        wanted = {"state": Study.State.DRAFT} if "change" in name else {"slug": LARGE}
        return Study.objects.filter(**wanted).values_list("pk", flat=True)[0]
    models = {model._meta.db_table: model for model in admin.site._registry}  # noqa: SLF001 - no other list
    model = next(model for table, model in models.items() if name.startswith(table))
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def count_large() -> None:
    """Count the large study unless its counts are kept and fresh, as the desk does in the background."""
    from django.utils import timezone

    from labelling.models import Study
    from labelling.services.tallies import recount

    recount(study=Study.objects.select_related("dataset").get(slug=LARGE), now=timezone.now())
