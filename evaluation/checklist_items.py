"""The items of a checklist for reporting human baselines, by its numbers and in our own words.

K. L. Wei, P. Paskov, S. Dev, M. J. Byun, A. Reuel, X. Roberts-Gaal, R. Calcott, E. Coxon and C. Deshpande
(2025), Position: Human Baselines in Model Evaluations Need Rigor and Transparency (With Recommendations &
Reporting Checklist), ICML 2025, arXiv 2506.13776, appendix B. The numbers are those of the file that the
authors publish, github.com/kevinlwei/human-baselines. 5.1 is a heading there, without an answer of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

SECTIONS = {
    0: "The publication and the evaluation",
    1: "Design of the baseline",
    2: "Who took part",
    3: "How the answers were collected",
    4: "Analysis",
    5: "Documentation",
}

#: Answers to a question that is not open; beside each, words may say more.
CHOICES = {
    "yes": "Yes",
    "partial": "Partly",
    "no": "No",
    "unknown": "Unknown",
    "not_applicable": "Does not apply",
}


@dataclass(frozen=True)
class ChecklistItem:
    """An item of the checklist.

    Parameters
    ----------
    number : str
        As the checklist counts, for instance "2.6.2.1".
    title, question : str
        What is asked, short and in full.
    choice : bool
        Whether the answer is one of `CHOICES`, with or without words; else it is words alone.
    function : str or None
        The function in `evaluation.checklist_answers` that answers from the study's record. None where the
        record knows nothing, and only the researcher does.
    """

    number: str
    title: str
    question: str
    choice: bool = False
    function: str | None = None

    @property
    def section(self) -> int:
        """The section that the item stands in, a key of `SECTIONS`."""
        return int(self.number.partition(".")[0])


def _words(number: str, title: str, question: str, function: str | None = None) -> ChecklistItem:
    return ChecklistItem(number, title, question, choice=False, function=function)


def _choice(number: str, title: str, question: str, function: str | None = None) -> ChecklistItem:
    return ChecklistItem(number, title, question, choice=True, function=function)


_PUBLICATION = (
    _words("0.1", "Title", "What is the publication called that reports this baseline?"),
    _words("0.2", "Address", "Where can the publication be read?"),
    _words("0.3", "Year", "In which year did it appear?"),
    _words("0.4", "Venue", "Where did it appear: a journal, a conference, a preprint server?"),
    _words(
        "0.5", "Kind of evaluation",
        "What does it probe: knowledge, capabilities, propensities, agents?", "kind_of_evaluation",
    ),
    _words("0.6", "Mode", "Is it about text, pictures, sound, something else?", "mode"),
    _words("0.7", "Language", "In which languages were the guide and the categories' names?"),
    _words("0.8", "Size of the dataset", "How many items has the evaluation dataset?", "dataset_size"),
    _words("0.9", "Items given to machines", "On how many items were machines evaluated?", "machine_items"),
    _words(
        "0.10", "Answers of a machine to an item",
        "How many answers were drawn from each machine for one item?", "machine_answers_per_item",
    ),
)  # fmt: skip

_DESIGN = (
    _words("1.1", "Number of people", "How many people labelled?", "number_of_people"),
    _words("1.2", "Items given to people", "How many items did people label altogether?", "items_labelled"),
    _words(
        "1.2.1", "Sampling of items",
        "If these are not all items: how were they chosen?", "sampling_of_items",
    ),
    _words("1.3", "Answers to an item", "How many people answered each item?", "labels_per_item"),
    _words("1.4", "Items of a person", "How many items did each person answer?", "items_per_person"),
    _choice(
        "1.5", "Fair to both",
        "Do the task and its guide take account of people and of machines, so that neither has an advantage "
        "by the way it is put?",
    ),
    _choice(
        "1.6", "Iterative design",
        "Was the set-up tried and improved before, for instance in a pilot with people or by experts? (A "
        "rehearsal with simulated people is none.)",
    ),
    _choice(
        "1.7", "Effort",
        "Are people and machines compared at a similar effort, such as time or cost?",
    ),
    _choice(
        "1.8", "Power analysis",
        "Was the size of the baseline chosen by a power analysis?", "power_analysis",
    ),
    _words(
        "1.8.1", "Smallest effect",
        "If so: which smallest difference can be detected, and with which power?", "smallest_effect",
    ),
    _choice(
        "1.9", "Ethics review",
        "Did a review board approve or exempt the study, or was there another ethics review?",
    ),
    _choice(
        "1.10", "Preregistration",
        "Was the plan registered in public before the first label? (The protocol is frozen and hashed at "
        "launch; only the researcher knows whether it was also published then.)",
    ),
)  # fmt: skip

_PEOPLE = (
    _choice(
        "2.1", "Population of interest",
        "Does the publication name the people for whom the result is meant to hold?",
    ),
    _words(
        "2.1.1", "What defines that population",
        "By what is it defined: expertise, education, language, gender, ethnic group, income, age, "
        "impairments, politics, practice with computers, with AI or with such studies, anything else?",
    ),
    _words(
        "2.2", "How people were found",
        "How were they recruited: a crowdsourcing platform, by convenience, at random, at random in strata, "
        "otherwise?",
    ),
    _choice(
        "2.3", "Selection of people",
        "Were people tested beforehand, or turned away, for any reason?",
    ),
    _words("2.3.1", "Criteria of selection", "If so: by which criteria?"),
    _words("2.3.2", "People turned away", "If so: how many?"),
    _choice(
        "2.4", "Authors among the people",
        "Did authors or members of the research team label?",
    ),
    _choice(
        "2.5", "Known items",
        "Were people excluded who had seen the items before?",
    ),
    _choice(
        "2.6", "Training",
        "Were people trained before their first counted answer?", "training",
    ),
    _words("2.6.1", "Kind of training", "If so: how?", "kind_of_training"),
    _choice("2.6.2", "Pay for training", "If so: were they paid for the training?"),
    _words("2.6.2.1", "Amount for training", "If so: how much, preferably an hour?"),
    _choice("2.7", "Pay", "Were people paid for their answers?"),
    _words("2.7.1", "Amount", "If so: how much, preferably an hour?"),
    _choice("2.7.2", "Bonus", "If so: was there a bonus for good answers?"),
    _words("2.7.2.1", "Amount of the bonus", "If so: how much, and what decided it?"),
    _choice("2.7.3", "Equal pay", "If so: was everybody paid at the same rate and in the same way?"),
    _words("2.7.3.1", "What decided the pay", "If not: how was it decided?"),
)  # fmt: skip

_COLLECTION = (
    _words("3.1", "Items in one sitting", "How many items did a person answer in one go?", "sitting"),
    _choice("3.1.1", "Order of items", "If more than one: was their order random?", "random_order"),
    _choice(
        "3.2", "Quality checks",
        "Were answers checked or left out while the data came in?", "quality_checks",
    ),
    _words("3.2.1", "Criteria of the checks", "If so: by which criteria?", "quality_criteria"),
    _words("3.2.2", "What was left out", "If so: how much?", "left_out"),
    _choice("3.3", "Same interface", "Did people and machines see each item in the same way?", "interface"),
    _choice(
        "3.3.1", "Screen against data",
        "Did people have a screen, and machines the data alone?", "screen_against_data",
    ),
    _choice("3.3.2", "Adjustment for it", "If they differ: does the evaluation adjust for that?"),
    _choice("3.4", "Same instructions", "Did people and machines get the same instructions?"),
    _choice("3.4.1", "Adjustment for them", "If they differ: does the evaluation adjust for that?"),
    _choice(
        "3.5", "Same tools",
        "Did people and machines have the same technical aids? (Yes where neither had any.)",
    ),
    _choice(
        "3.5.1", "Oversight of tools",
        "If people's aids were limited: was there a way to see that they kept to that?", "oversight",
    ),
    _choice("3.6", "Explanations", "Did people say why they answered as they did?", "explanations"),
)  # fmt: skip

_ANALYSIS = (
    _choice(
        "4.1", "Test of the difference",
        "Was the difference between people and machines tested?", "significance",
    ),
    _words("4.1.1", "Which test", "If so: which one?", "significance_test"),
    _choice("4.2", "Uncertainty", "Is uncertainty given for people and machines?", "uncertainty"),
    _words(
        "4.2.1", "Kind of estimate",
        "Are the figures points, intervals or distributions?", "kind_of_estimate",
    ),
    _choice("4.3", "Same metric", "Is the same metric compared for both?", "same_metric"),
    _choice("4.4", "Same criteria", "Do the same criteria decide what is right for both?", "same_criteria"),
    _choice("4.5", "Same way of scoring", "Were both scored in the same way?", "same_scoring"),
    _choice(
        "4.6", "Robustness to the checks",
        "If there were quality checks: do the results hold under other choices of them?", "robustness",
    ),
)  # fmt: skip

_DOCUMENTATION = (
    _choice(
        "5.1.1", "Demographics",
        "Is it reported who took part, such as age and gender? (This software collects nothing of the kind.)",
    ),
    _choice("5.1.2", "Instructions", "Are the instructions to the people reported?", "instructions"),
    _choice("5.1.3", "Time", "Is the time taken for the items reported?", "time"),
    _choice(
        "5.1.4", "AI tools of people",
        "If people could use AI tools: are the tools and their versions reported?",
    ),
    _choice("5.1.5", "Completion", "Is it reported how many started and did not finish?", "completion"),
    _choice("5.2", "Data", "Are the people's answers, without names, open to the public?"),
    _choice(
        "5.2.1", "Data by person",
        "If so: can one tell which answers came from the same person?", "data_by_person",
    ),
    _words("5.2.2", "Why not", "If not: for which reason?"),
    _choice("5.3", "Materials", "Are the study's materials, such as guide and pages, open to the public?"),
    _choice("5.4", "Code", "Is the code of the analysis open to the public?"),
)  # fmt: skip

ITEMS = (*_PUBLICATION, *_DESIGN, *_PEOPLE, *_COLLECTION, *_ANALYSIS, *_DOCUMENTATION)
