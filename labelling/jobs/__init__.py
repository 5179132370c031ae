"""The kinds of long work, a file each: what it is called, who may start it, and the work itself.

A kind's work calls the service that commands call too, and tells how far it is.
"""

from labelling.jobs.registry import JobKind, Progress, kind_named, register_kind

__all__ = ["JobKind", "Progress", "kind_named", "register_kind"]
