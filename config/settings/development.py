"""One machine, plain HTTP: what `make run` uses. Server and checks are production's."""

import os
import secrets
import socket

from .base import *  # noqa: F403
from .base import VAR_DIR

DEBUG = os.environ.get("DEBUG", "") == "1"

HOST = os.environ.get("HOST", "127.0.0.1")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", socket.gethostname(), HOST]
if HOST in ("0.0.0.0", "::"):  # noqa: S104 - the researcher asked to serve every address of this machine
    ALLOWED_HOSTS = ["*"]


def _secret_key() -> str:
    """Return this machine's own key: made at the first start, readable by its owner alone."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key


SECRET_KEY = os.environ.get("SECRET_KEY") or _secret_key()
