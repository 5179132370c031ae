"""One machine, plain HTTP: what `make run` uses. Server and checks are production's."""

import os
import secrets
import socket

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import HOST, VAR_DIR

DEBUG = os.environ.get("DEBUG", "") == "1"

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", socket.gethostname(), HOST]
if HOST in ("0.0.0.0", "::"):  # noqa: S104 - the researcher asked to serve every address of this machine
    ALLOWED_HOSTS = ["*"]


def _secret_key() -> str:
    """Return this machine's own key: made at the first start, readable by its owner alone."""
    path = VAR_DIR / "secret_key"
    try:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written under another name first, so that no process ever reads half a key.
            draft = VAR_DIR / f"secret_key.{os.getpid()}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                pass  # another process was first; its key is as good
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {VAR_DIR} cannot be written or read ({error.strerror}). "
            "Make it writable, or set VAR_DIR to a folder that is."
        ) from None


SECRET_KEY = os.environ.get("SECRET_KEY") or _secret_key()
