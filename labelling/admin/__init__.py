"""The researcher's pages, inside Django's admin site.

Only datasets, studies and the people of the desk are registered. Items, samples, places, assignments, labels
and annotators are written by the services alone, so nobody can add, change or delete one here.
"""

from labelling.admin.dataset import DatasetAdmin
from labelling.admin.person import PersonAdmin
from labelling.admin.study import StudyAdmin

__all__ = ["DatasetAdmin", "PersonAdmin", "StudyAdmin"]
