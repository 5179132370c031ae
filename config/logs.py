"""What a line of the log may say of a person: nothing.

Every entry, of Django, of gunicorn and of a library, passes `without_personal_data` as a whole, traceback and
all. It is a net below the code, which logs no such thing by itself.
"""

import json
import logging
import os
import re
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MASK = "***"
_HEX = "[0-9A-Fa-f]{1,4}"

_PERSONAL = [
    # Who a database is opened as: scheme://name:password@host.
    (re.compile(r"(?<=://)[^\s/@]+@"), f"{MASK}@"),
    # An annotator's personal link, however short the secret.
    (re.compile(r"(?<=/back/)[^\s/?'\"]+"), MASK),
    # What follows the question mark of an address: a panel's own id for a person.
    (re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+"), rf"\1?{MASK}"),
    # PostgreSQL quotes the row that it refuses.
    (re.compile(r"(?<=DETAIL:).*?(?=\n(?:HINT|CONTEXT):|\n\n|\n +File |\Z)", re.DOTALL), f" {MASK}"),
    # A secret has 43 characters, a session's key and an image's name 32; a join code has 12.
    (re.compile(r"[A-Za-z0-9_-]{32,}"), MASK),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), MASK),
    (re.compile(r"(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?!\d)"), MASK),
    (re.compile(rf"(?<![\w:])({_HEX}:){{7}}{_HEX}(?![\w:])"), MASK),
    (re.compile(rf"(?<![\w:])({_HEX}(:{_HEX})*)?::({_HEX}(:{_HEX})*)?(?![\w:])"), MASK),
]


def without_personal_data(text: str) -> str:
    """Return the text with secrets, queries, network and e-mail addresses masked.

    >>> without_personal_data("Not Found: /s/abcd/back/tiny/ from 192.0.2.7")
    'Not Found: /s/abcd/back/***/ from ***'
    """
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


class Line(logging.Formatter):
    """One entry as a person reads it: level, place and message, and a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry, masked."""
        return without_personal_data(super().format(record))


class JsonLine(logging.Formatter):
    """One entry as one line of JSON: at, level, logger, process, message, and request or traceback if any.

    Of what else hangs on a record (Django adds the whole request) nothing is written.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry, masked."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": without_personal_data(record.getMessage()),
        }
        if isinstance(seen := getattr(record, "seen", None), dict):
            entry["request"] = seen
        if record.exc_info:
            entry["traceback"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def formatter() -> logging.Formatter:
    """Return the form of every log entry: LOG_FORMAT=json for lines of JSON, otherwise text."""
    form = os.environ.get("LOG_FORMAT") or "text"
    if form == "json":
        return JsonLine()
    if form == "text":
        return Line("%(levelname)s %(name)s: %(message)s")
    raise ImproperlyConfigured(f"LOG_FORMAT={form} is no form of a log. Write text or json.")
