"""How gunicorn serves the application: two processes of eight threads on HOST:PORT.

Threads, because a person's browser fetches the next images while a label is being written. Two processes, so
that one which stops answering is replaced without a break. No access log: an address is not written anywhere.
"""

import os

from gunicorn.arbiter import Arbiter

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"
bind = [f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"]
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 10
# A person looks at an image for some seconds; the connection waits for the answer.
keepalive = 15
accesslog = None
errorlog = "-"
# A warning about a garbled request would name its address.
loglevel = "error"
# Nothing outside var/ is written, so no socket in the home folder.
control_socket_disable = True


def on_exit(_server: Arbiter) -> None:
    """Say that the server has stopped and that nothing is lost."""
    print("\nStopped. Every label is on disk; the same command starts again.", flush=True)  # noqa: T201
