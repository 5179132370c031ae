"""gunicorn's own log, in the form of the application's."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from config.logs import formatter, without_personal_data


class PlainLogger(Logger):  # type: ignore[misc]
    """A log whose line about a request has no address, no browser and no query."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn make its handlers, then give them our form."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(formatter())

    def access(self, resp: Any, _req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log a request that was answered, where that is switched on: method, path, status, milliseconds."""
        if not self.cfg.accesslog:
            return
        seen = {
            "method": environ["REQUEST_METHOD"],
            "path": without_personal_data(environ["PATH_INFO"]),
            "status": int(str(resp.status).split()[0]),
            "ms": round(request_time / timedelta(milliseconds=1)),
        }
        self.access_log.info("%(method)s %(path)s %(status)s in %(ms)s ms", seen, extra={"seen": seen})
