"""The researcher's pages, inside Django's admin site.

Only datasets and studies are registered. Items, samples, places, assignments, labels and annotators are
written by the services alone, so nobody can add, change or delete one here.
"""

from labelling.admin.dataset import DatasetAdmin
from labelling.admin.study import StudyAdmin

__all__ = ["DatasetAdmin", "StudyAdmin"]
