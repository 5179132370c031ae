"""Importing a dataset that its own data divide: each item's stratum is stored as text."""

from collections.abc import Iterator

import numpy as np
import pytest

from labelling.datasets import SourceItem
from labelling.errors import DatasetError
from labelling.models import Dataset
from labelling.services.datasets import import_source
from tests.factories import NOW, picture_source

pytestmark = pytest.mark.django_db


def items(*strata: object) -> Iterator[SourceItem]:
    for index, stratum in enumerate(strata):
        metadata = {} if stratum is None else {"scale": stratum}
        yield SourceItem(index, np.full((4, 4), index, np.uint8), 0, metadata)


def imported(*strata: object, stratum: str = "scale") -> Dataset:
    source = picture_source(size=len(strata), side=4, stratum=stratum, read=lambda: items(*strata))
    return import_source(source=source, now=NOW)


def test_the_strata_are_stored_with_their_name():
    dataset = imported("0.5", "0.5", 2.0)
    assert dataset.stratum_name == "scale"
    assert list(dataset.items.values_list("stratum", flat=True)) == ["0.5", "0.5", "2.0"]


def test_metadata_that_divide_nothing_are_left_out():
    dataset = imported("0.5", "2.0", stratum="")
    assert dataset.stratum_name == ""
    assert set(dataset.items.values_list("stratum", flat=True)) == {""}


@pytest.mark.parametrize("odd", [None, "", "x" * 61])
def test_an_item_without_a_usable_stratum_is_refused_and_nothing_stored(odd):
    with pytest.raises(DatasetError, match=r"item 1: its scale is .* a text of 1 to 60 characters is needed"):
        imported("0.5", odd)
    assert not Dataset.objects.exists()
