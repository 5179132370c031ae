"""In which order an annotator sees the categories: on the guide, in the practice and under every image."""

import hashlib
from collections.abc import Callable

from labelling.models import Annotator, Category, Study

Order = Callable[[Category], int]


def order_for(*, annotator: Annotator) -> Order:
    """Return what the categories are to be sorted by for this annotator. No query.

    Where the protocol shuffles, it is SHA-256 of the text `category order SEED PSEUDONYM POSITION`: a pure
    function of the study's seed and the annotator's pseudonym, so that a person meets the same order on every
    device, and whoever has the protocol can find out who saw which. Every order is equally likely.
    """
    study = annotator.study
    if study.category_order == Study.CategoryOrder.FIXED:
        return lambda category: category.position
    of_person = f"category order {study.seed} {annotator.pseudonym}"
    return lambda category: _number(f"{of_person} {category.position}")


def categories_for(*, annotator: Annotator) -> list[Category]:
    """Return the study's categories in the order in which this annotator sees them. One query."""
    categories = Category.objects.filter(dataset=annotator.study.dataset_id)
    return sorted(categories, key=order_for(annotator=annotator))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest())
