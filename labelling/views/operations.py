"""What machines ask: a load balancer for /healthz, Prometheus for /metrics. Neither has a session."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from labelling.request_times import register_request_times
from labelling.selectors.health import faults
from labelling.selectors.metrics import StudyMetrics
from labelling.services.steady_clock import steady_now

GetResponse = Callable[[HttpRequest], HttpResponse]


def for_machines(get_response: GetResponse) -> GetResponse:
    """Middleware that answers machines before the others look at host name, scheme and session.

    A load balancer asks a host by its address, over plain HTTP, and would get 400 or be sent to HTTPS.
    """
    views: dict[str, GetResponse] = {"/healthz": healthz}
    if settings.METRICS_TOKEN:
        views["/metrics"] = metrics

    def answer(request: HttpRequest) -> HttpResponse:
        view = views.get(request.path_info)
        if view is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = view(request)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def healthz(_request: HttpRequest) -> HttpResponse:
    """Tell whether this host can do its work: 200, or 503 with what is wrong."""
    found = faults()
    well = not any(found.values())
    words = {name: fault or "ok" for name, fault in found.items()}
    return JsonResponse({"status": "ok" if well else "failing", **words}, status=200 if well else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus the figures, if it has the token."""
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(
            "The token is missing or wrong.\n", status=401, headers={"WWW-Authenticate": "Bearer"}
        )
    registry = CollectorRegistry()
    registry.register(StudyMetrics(now=steady_now()))
    register_request_times(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
