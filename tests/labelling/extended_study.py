"""A study whose tied images were given further labels: several tests share it."""

from labelling.models import Study
from labelling.services.assignment import lease_items
from tests.factories import NOW, answer, at, make_annotator, make_study

#: Which category each of three people chooses on the item of a position: all differ on the first two.
TIED = ((0, 1, 2), (2, 0, 1))
AGREED = (0, 0, 1)


def make_tied_study(**fields) -> Study:
    """Make a complete study of 4 images with 3 labels each, of which the first two drawn ended in a tie."""
    study = make_study(**{"sample_size": 4, "tie_extension": 1, "withdrawal": "erase", **fields})
    for person in range(3):
        annotator = make_annotator(study=study)
        for lease in lease_items(annotator=annotator, count=10, now=at(person)):
            position = lease.sample_item.position
            choices = TIED[position] if position < len(TIED) else AGREED
            answer(assignment=lease, category=choices[person], now=at(person))
    study.refresh_from_db()
    return study


def label_further(study: Study, *, category: int = 0, now=NOW) -> None:
    """Let one more person answer all that is given out."""
    study.refresh_from_db()
    annotator = make_annotator(study=study, now=now)
    for lease in lease_items(annotator=annotator, count=10, now=now):
        answer(assignment=lease, category=category, now=now)
    study.refresh_from_db()
