"""What the checklist is answered from beside the report's own figures, and what a researcher answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from evaluation.checklist_items import CHOICES, ITEMS
from evaluation.errors import BadTable

#: Longest answer in words, in characters.
LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class ChecklistAnswer:
    """A researcher's answer to an item that the record does not answer.

    Parameters
    ----------
    number : str
        The item's, as in `ITEMS`.
    choice : str
        A key of `CHOICES`; empty where the item takes words alone, or where only words were given.
    words : str
        May be empty beside a choice.

    Raises
    ------
    BadTable
        If there is no such item or choice, if the item takes no choice, if the answer is too long, or if it
        is empty.

    Examples
    --------
    >>> ChecklistAnswer("1.9", "yes", "Board of our university, no. 12.").choice
    'yes'
    """

    number: str
    choice: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        items = {item.number: item for item in ITEMS}
        if self.number not in items:
            raise BadTable(f"The checklist has no item {self.number!r}; it has {ITEMS[0].number} and so on.")
        if self.choice and not items[self.number].choice:
            raise BadTable(f"Item {self.number} takes words, and no choice such as {self.choice!r}.")
        if self.choice and self.choice not in CHOICES:
            raise BadTable(f"Item {self.number}: {self.choice!r} is none of {', '.join(CHOICES)}.")
        if len(self.words) > LONGEST_ANSWER:
            raise BadTable(
                f"The answer to item {self.number} has {len(self.words)} characters; it may have "
                f"{LONGEST_ANSWER}. Shorten it, or point to a document."
            )
        if not self.choice and not self.words.strip():
            raise BadTable(
                f"The answer to item {self.number} is empty. Choose or write one, or leave it out."
            )


@dataclass(frozen=True)
class PlannedComparison:
    """What was expected before launch, from which the power of the comparison follows.

    Parameters
    ----------
    people : float
        Expected accuracy of the vote, 0 to 1.
    machine : float or None
        Accuracy of the machine to compare with; None where no comparison was planned.
    consistency : float
        Error consistency that was assumed; 0 for independent errors.
    """

    people: float
    machine: float | None = None
    consistency: float = 0.0


@dataclass(frozen=True)
class ChecklistFacts:
    """What neither the labels nor the settings of an evaluation tell.

    Parameters
    ----------
    labels_per_annotator : int or None
        Most labels of one person by the protocol; None without a limit.
    guide_examples : int
        Example images of each category in the guide.
    practice_items : int
        Images that people practise on before their answers count.
    joined, consented, labelled, finished, withdrawn : int
        People who opened the study, consented, gave an answer, reached the end, and withdrew.
    excluded_labels : int
        Labels that do not count because their authors are excluded.
    answers : tuple of ChecklistAnswer
        The researcher's, in the checklist's order.
    planned : PlannedComparison or None
        What the plan assumed before launch; None without a plan.
    """

    labels_per_annotator: int | None = None
    guide_examples: int = 0
    practice_items: int = 0
    joined: int = 0
    consented: int = 0
    labelled: int = 0
    finished: int = 0
    withdrawn: int = 0
    excluded_labels: int = 0
    answers: tuple[ChecklistAnswer, ...] = ()
    planned: PlannedComparison | None = None


@dataclass(frozen=True)
class ChecklistEntry:
    """An item of the checklist with its answer.

    Parameters
    ----------
    number, section, title, question : str
        As `ChecklistItem` has them, the section by its title.
    answered_by : {'record', 'researcher'} or None
        Who answered; None while nobody has.
    choice : str or None
        A key of `CHOICES`; None where the answer is words alone.
    words : str or None
        The answer, or what goes with the choice.
    function : str or None
        The function of `evaluation.checklist_answers` that answered.
    reason : str or None
        Why there is no answer.
    """

    number: str
    section: str
    title: str
    question: str
    answered_by: str | None
    choice: str | None
    words: str | None
    function: str | None = field(default=None, metadata={"leave_out_if_none": True})
    reason: str | None = None

    @property
    def choice_in_words(self) -> str:
        """The choice as a reader sees it; empty where there is none."""
        return CHOICES.get(self.choice or "", "")
