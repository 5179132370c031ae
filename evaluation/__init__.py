"""Statistics of a human baseline: numpy and scipy only, usable without the web application."""

from evaluation.config import EvaluationConfig
from evaluation.errors import BadFile, BadSetting, BadTable, EvaluationError
from evaluation.label_table import LabelTable
from evaluation.report import Report, evaluate
from evaluation.study_facts import StudyFacts
from evaluation.version import __version__

__all__ = [
    "BadFile",
    "BadSetting",
    "BadTable",
    "EvaluationConfig",
    "EvaluationError",
    "LabelTable",
    "Report",
    "StudyFacts",
    "__version__",
    "evaluate",
]
