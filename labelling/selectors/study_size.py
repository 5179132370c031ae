"""How many labels are too many to be evaluated while a page is made."""

from labelling.models import Study

#: Up to so many take a few seconds, for which a person waits. More are evaluated when the bundle is made.
MOST_LABELS = 10_000


def too_large(*, study: Study) -> bool:
    """Tell whether the study wants more labels than a page evaluates. No query."""
    return study.sample_size * study.redundancy > MOST_LABELS
