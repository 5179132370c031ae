"""What a machine needs before the server can answer, each step done only where it is still to do.

The checks come first and cost nothing. Every step may be repeated: a start that was broken off is taken up by
the next one.
"""

import errno
import hashlib
import os
import secrets
import socket
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from labelling.datasets import Progress, Search, Source, find_source
from labelling.errors import CannotStart
from labelling.models import Study
from labelling.services.datasets import REAL, find_or_draw, import_source
from labelling.services.studies import create_study, launch_study

SAMPLE_SIZE = 1000
LABELS_PER_ITEM = 3
ADMINISTRATOR = "admin"
# No 0/o, 1/l/i: the password is read from a terminal and typed.
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"


def check_folder(*, folder: Path) -> None:
    """Make the folder where needed, and refuse one that cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(
            f"The folder {folder} cannot be written ({error.strerror}). "
            "Make it writable, or set VAR_DIR to a folder that is."
        ) from error


def check_port(*, host: str, port: int) -> None:
    """Refuse an address that the server could not listen on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Choose another: make run PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} is for the system's own servers. Choose another: make run PORT=8000"
    return f"The server cannot listen on HOST={host} ({error.strerror}). Choose an address of this machine."


def check_database() -> None:
    """Refuse a database that does not answer. The sentence names no password."""
    probe = connection.copy()
    # A pool would go on trying in the background; this asks once.
    probe.settings_dict["OPTIONS"].pop("pool", None)
    if probe.vendor == "postgresql":
        probe.settings_dict["OPTIONS"].setdefault("connect_timeout", 10)
    try:
        probe.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"The database does not answer: {reason}. Check DATABASE_URL.") from error
    finally:
        probe.close()


def migrate() -> None:
    """Bring the database to this version's tables."""
    call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> bool:
    """Collect the static files if any of them changed; return whether that was so."""
    stamp = Path(settings.VAR_DIR) / "static.fingerprint"
    fingerprint = _static_fingerprint()
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _static_fingerprint() -> str:
    """Return a hash over every static file's name, length and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = os.stat(storage.path(name))  # noqa: PTH116 - a storage's path is a string
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def data_for_a_first_study(*, progress: Progress | None = None) -> Source | None:
    """Find, fetch or draw the data when there is no study yet; else return None.

    A machine that began with drawn garments gets a study of the real data once FASHION_MNIST_DIR names them.
    """
    if not Study.objects.exists():
        return find_or_draw(progress=progress)
    only_drawn = not Study.objects.filter(dataset__drawn=False).exists()
    if only_drawn and settings.FASHION_MNIST_DIR:
        return find_source(REAL, Search(progress=progress))
    return None


def launch_first_study(
    *, source: Source, seed: int, now: datetime, progress: Progress | None = None
) -> Study:
    """Import the data, and create and launch the default study of it: both, or no study at all."""
    dataset = import_source(source=source, now=now, progress=progress)
    with transaction.atomic():
        draft = create_study(
            dataset=dataset,
            slug=dataset.name,
            title="What is in the picture?",
            seed=seed,
            now=now,
            sample_size=min(SAMPLE_SIZE, dataset.size),
            redundancy=LABELS_PER_ITEM,
        )
        return launch_study(study=draft, now=now)


def first_administrator() -> str | None:
    """Create the administrator where there is none; return the password, which is stored as a hash only."""
    people = get_user_model().objects
    if people.filter(is_superuser=True, is_active=True).exists():
        return None
    password = "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4))
    try:
        with transaction.atomic():
            people.create_superuser(username=ADMINISTRATOR, password=password)
    except IntegrityError as error:
        raise CannotStart(
            f"There is no active administrator, and somebody else is called {ADMINISTRATOR!r}. "
            "Create one: .venv/bin/python manage.py createsuperuser"
        ) from error
    return password
