"""A process with Django set up that calls functions by name: one JSON object a line, in and out.

{"function": "package.module:name", "arguments": {...}}  ->  {"result": ...} or {"error": "..."}
"""

import importlib
import json
import sys
import traceback

import django


def answer_until_closed() -> None:
    """Answer until the other end closes. A connection lives for one answer: databases come and go here."""
    django.setup()
    from django.db import connections

    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            module, _, name = asked["function"].partition(":")
            result = getattr(importlib.import_module(module), name)(**asked["arguments"])
            reply = {"result": result}
        except Exception:  # noqa: BLE001 - whoever asked gets the whole of it and raises
            reply = {"error": traceback.format_exc()}
        finally:
            connections.close_all()
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    answer_until_closed()
