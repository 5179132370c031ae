"""What is stored, a file per concept."""

from labelling.models.annotator import Annotator
from labelling.models.assignment import Assignment, Label, Place
from labelling.models.checklist import ChecklistAnswer
from labelling.models.dataset import Category, Dataset, Item
from labelling.models.event import Event
from labelling.models.exclusion import Exclusion
from labelling.models.machine_clock import MachineClock
from labelling.models.predictions import Predictions
from labelling.models.study import SampleItem, Study

__all__ = [
    "Annotator",
    "Assignment",
    "Category",
    "ChecklistAnswer",
    "Dataset",
    "Event",
    "Exclusion",
    "Item",
    "Label",
    "MachineClock",
    "Place",
    "Predictions",
    "SampleItem",
    "Study",
]
