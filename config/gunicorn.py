"""How gunicorn serves the application: two processes of four threads on HOST:PORT.

Threads, because a person's browser fetches the next images while a label is being written; no more of them,
since a request takes milliseconds, and each thread costs memory and waits for the others. Two processes, so
that one which stops answering is replaced without a break. Requests are logged only where LOG_REQUESTS=1 asks
for it, and then without address, browser and query.
"""

import os
import shutil
import tempfile

from gunicorn.arbiter import Arbiter

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
bind = [f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"]
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 10
# A person looks at an image for some seconds; the connection waits for the answer.
keepalive = 15
logger_class = "config.gunicorn_log.PlainLogger"
accesslog = "-" if os.environ.get("LOG_REQUESTS") == "1" else None
errorlog = "-"
# A warning about a garbled request would name its address.
loglevel = "error"
# Nothing outside var/ is written, so no socket in the home folder.
control_socket_disable = True


# A folder in which the processes add up how long requests take, for /metrics; none without its token.
_own_metrics_folder = ""


def on_starting(_server: Arbiter) -> None:
    """Make that folder. prometheus_client finds it by this variable, which the processes inherit."""
    global _own_metrics_folder  # noqa: PLW0603 - gunicorn's hooks share nothing else
    if os.environ.get("METRICS_TOKEN") and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _own_metrics_folder = tempfile.mkdtemp(prefix="human-baseline-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = _own_metrics_folder


def on_exit(_server: Arbiter) -> None:
    """Say that the server has stopped and that nothing is lost."""
    if _own_metrics_folder:
        shutil.rmtree(_own_metrics_folder, ignore_errors=True)
    print("\nStopped. Every label is on disk; the same command starts again.", flush=True)  # noqa: T201
