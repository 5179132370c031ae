"""What is stored, a file per concept."""

from labelling.models.annotator import Annotator
from labelling.models.assignment import Assignment, Label, Place
from labelling.models.check import Check
from labelling.models.checklist import ChecklistAnswer
from labelling.models.dataset import Category, Dataset, Item
from labelling.models.event import Event
from labelling.models.exclusion import Exclusion
from labelling.models.job import Job
from labelling.models.machine_clock import MachineClock
from labelling.models.plan import Plan
from labelling.models.practice import PracticeAnswer
from labelling.models.predictions import Predictions
from labelling.models.recruitment import PanelParticipant, Recruitment
from labelling.models.sign_in import SignInFailures
from labelling.models.study import SampleItem, Study
from labelling.models.tally import Tally

__all__ = [
    "Annotator",
    "Assignment",
    "Category",
    "Check",
    "ChecklistAnswer",
    "Dataset",
    "Event",
    "Exclusion",
    "Item",
    "Job",
    "Label",
    "MachineClock",
    "PanelParticipant",
    "Place",
    "Plan",
    "PracticeAnswer",
    "Predictions",
    "Recruitment",
    "SampleItem",
    "SignInFailures",
    "Study",
    "Tally",
]
