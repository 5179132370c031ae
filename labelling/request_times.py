"""How long requests take, by view: added up over the server's processes."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

GetResponse = Callable[[HttpRequest], HttpResponse]

_SECONDS = Histogram(
    "human_baseline_request_seconds",
    "From the first middleware to the finished answer, in seconds.",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=None,
)
_METHODS = ("GET", "HEAD", "POST")


def timed(get_response: GetResponse) -> GetResponse:
    """Middleware that notes each request's time under its view's name, never its address.

    Not used where METRICS_TOKEN is empty: nobody could ask for the times.
    """
    if not settings.METRICS_TOKEN:
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = get_response(request)
        method = request.method if request.method in _METHODS else "other"
        status = f"{response.status_code // 100}xx"
        _SECONDS.labels(_view(request), method, status).observe(time.perf_counter() - start)
        return response

    return answer


def _view(request: HttpRequest) -> str:
    """Return the view's name. The desk's pages are one: there are dozens, and few people ask for them."""
    match = request.resolver_match
    if match is None:
        return "other"
    return "admin" if match.app_name == "admin" else match.view_name


def register_request_times(registry: CollectorRegistry) -> None:
    """Let the registry tell the times: of every process of the server, or of this one where it is alone."""
    if settings.METRICS_FOLDER:
        MultiProcessCollector(registry, path=settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    else:
        registry.register(_SECONDS)
