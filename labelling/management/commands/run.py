"""Start the product on this machine: what `make run` does once the packages are installed."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.urls import reverse

from labelling.errors import LabellingError
from labelling.management.progress import Bars
from labelling.models import Study
from labelling.services import first_start
from labelling.services.drafts import new_seed
from labelling.services.steady_clock import steady_now

SHOWN = 5


class Command(BaseCommand):
    """Thin: calls the steps of `first_start`, prints the links, and becomes the server."""

    help = "Prepare the database, the data, a first study and an administrator where missing, then serve."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare, print, serve. An interruption before the server runs loses nothing."""
        try:
            self._prepare()
        except LabellingError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped before the server started. The next run takes it up.")
            raise SystemExit(130) from None
        self._serve()

    def _prepare(self) -> None:
        first_start.check_folder(folder=Path(settings.VAR_DIR))
        first_start.check_port(host=settings.HOST, port=settings.PORT)
        first_start.check_database()
        first_start.migrate()
        first_start.collect_static()
        with Bars(self.stderr) as bars:
            source = first_start.data_for_a_first_study(progress=bars)
            if source:
                first_start.launch_first_study(
                    source=source, seed=new_seed(), now=steady_now(), progress=bars
                )
        password = first_start.first_administrator()
        self._line("Human Baseline", "")
        if source:
            self._line("Data", source.found)
        self._print_studies(with_data=not source)
        self._line("Dashboard", self._address + reverse("admin:index"))
        if password:
            self._line("Sign in", f"{first_start.ADMINISTRATOR}, password {password} (shown this once)")
        else:
            self._line("Sign in", "as before; a new password: .venv/bin/python manage.py changepassword NAME")

    @property
    def _address(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{settings.PORT}"

    def _line(self, caption: str, words: str) -> None:
        self.stdout.write(f"{caption:<12}{words}".rstrip())

    def _print_studies(self, *, with_data: bool) -> None:
        studies = list(Study.objects.real().exclude(state=Study.State.DRAFT).select_related("dataset"))
        shown = studies[:SHOWN]
        for data in dict.fromkeys(study.dataset.source for study in shown if with_data):
            self._line("Data", data)
        for study in shown:
            drawn = ", DRAWN DATA" if study.dataset.drawn else ""
            self._line(
                "Study",
                f"{study.title}: {study.sample_size} of {study.dataset.size} images, "
                f"{study.redundancy} labels each, {study.get_state_display().lower()}{drawn}",
            )
            self._line("Annotators", self._address + reverse("annotator:welcome", args=[study.join_code]))
        if len(studies) > SHOWN:
            self._line("", f"and {len(studies) - SHOWN} more, on the dashboard")

    def _serve(self) -> None:
        self.stdout.write("\nCtrl-C stops the server.")
        self.stdout.flush()
        self.stderr.flush()
        connections.close_all()
        os.chdir(settings.BASE_DIR)
        # gunicorn answers Ctrl-C from its first moment on; while it loads there is nothing to stop yet.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.execv(  # noqa: S606 - the server takes this process's place, so that Ctrl-C reaches it
            sys.executable,
            [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi:application"],
        )
