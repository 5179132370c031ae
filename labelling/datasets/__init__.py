"""Readers of datasets, a file for each form. They yield dataclasses and never touch the database."""

from labelling.datasets.registry import FoundData, KnownDataset, Reader, Search, find_source
from labelling.datasets.source import Progress, Source, SourceCategory, SourceItem

__all__ = [
    "FoundData",
    "KnownDataset",
    "Progress",
    "Reader",
    "Search",
    "Source",
    "SourceCategory",
    "SourceItem",
    "find_source",
]
