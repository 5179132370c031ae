"""The plan's last page: what the launch will do, in plain words, and what to think of before."""

from collections.abc import Iterator, Sequence
from typing import Any

from labelling.models import Recruitment, Study
from labelling.panels import panel_named
from labelling.selectors.recruitment import recruitments_of
from labelling.services.default_texts import CONSENT_TEXT
from labelling.views.researcher.planner import planner_page

# The planner's figures that stand at the question of launching.
_ASKED = ("wilson", "people", "time", "cost")


def summary(*, study: Study, recruitments: Sequence[Recruitment]) -> dict[str, Any]:
    """Return what the launch will do and what is left to think of, as sentences."""
    return {
        "will_happen": list(_will_happen(study, recruitments)),
        "to_think_of": list(_to_think_of(study)),
    }


def launch_facts(study: Study) -> dict[str, Any]:
    """Return what one should know at the question of launching: the summary, and what the planner says."""
    planned = planner_page(study=study, typed={})
    return {
        **summary(study=study, recruitments=list(recruitments_of(study=study).values())),
        "warnings": [*planned["problems"], *planned["warnings"]],
        "figures": [figure for figure in planned["figures"] if figure["key"] in _ASKED],
    }


def _will_happen(study: Study, recruitments: Sequence[Recruitment]) -> Iterator[str]:
    size = study.dataset.size
    if study.sample_size == size:
        yield f"All {size:,} images of {study.dataset} are labelled."
    else:
        yield (
            f"{study.sample_size:,} of the {size:,} images of {study.dataset} are drawn with the seed "
            f"{study.seed}: {study.get_strategy_display().lower()}."
        )
    labels = study.sample_size * study.redundancy
    yield f"{study.redundancy} different people label each image: {labels:,} labels."
    yield f"The accuracy is that of the majority vote. Ties count as follows. {study.get_tie_rule_display()}."
    if study.tie_extension:
        yield f"An image that ends in a tie may be given up to {study.tie_extension} further labels."
    if study.labels_per_annotator:
        yield (
            f"Each person has finished after {study.labels_per_annotator} images, and gets a completion code."
        )
    else:
        yield "Each person may label as many images as they like."
    yield _way_in(study)
    yield (
        "Nobody sees the accuracy before the study has ended, you neither."
        if study.accuracy_sealed
        else "The accuracy can be seen while labels come in. Readers may wonder whether you stopped on a "
        "good day."
    )
    if recruitments:
        named = ", ".join(_panel(recruitment) for recruitment in recruitments)
        yield f"People come through {named}, and by the link that you share."
    else:
        yield "People come by the link that you share. Without a panel, nobody is sent to you."
    yield "The links begin to work."
    yield "The protocol is frozen and hashed. Nobody can change it afterwards; another try is another study."


def _way_in(study: Study) -> str:
    way = ["consent"]
    if study.minimum_age is not None:
        way.append(f"say that they are {study.minimum_age} or older")
    if study.screening:
        way.append(f"answer {len(study.screening)} screening question{'s' * (len(study.screening) != 1)}")
    way.append("read the guide")
    if study.practice_items:
        way.append(f"practise on {study.practice_items} images")
    return f"People {', '.join(way[:-1])} and {way[-1]}, then they label." if len(way) > 1 else ""


def _panel(recruitment: Recruitment) -> str:
    places = f" ({recruitment.places} places)" if recruitment.places else ""
    return f"{panel_named(recruitment.panel).title}{places}"


def _to_think_of(study: Study) -> Iterator[str]:
    """Yield what reviewers ask for and the plan lacks."""
    if study.consent_text == CONSENT_TEXT:
        yield "The consent text is the one that a study starts with. Have your ethics board read it."
    if not study.contact:
        yield "No contact is given: annotators cannot ask anybody."
    if not study.practice_items:
        yield "There is no practice: the first answers of each person count."
    if not (study.gold_every or study.repeat_every or study.attention_every):
        yield "No checks are mixed in: whether people look is judged by times and agreement alone."
    if study.sample_size < 100:
        yield f"{study.sample_size} images give a wide interval. 1000 is the precedent."
    if study.dataset.drawn:
        yield "The images are drawn by a program. What people make of them says nothing about a benchmark."
