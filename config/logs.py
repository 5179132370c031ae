"""What a line of the log may say of a person: nothing."""

import logging
import re

# An annotator's personal link ends in a secret of 43 characters; a join code has 12.
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")


class WithoutSecrets(logging.Filter):
    """Masks whatever looks like a secret in the addresses that Django's warnings quote."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its arguments masked."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET.sub("***", part) if isinstance(part, str) else part for part in record.args
            )
        return True
