"""People against machines in one study, without the rest of its report."""

from dataclasses import dataclass

from evaluation import EvaluationConfig
from evaluation.machines import MachineComparison, machines_alone
from labelling.models import Predictions, Study
from labelling.selectors.label_table import label_table
from labelling.selectors.predictions import machine_codes
from labelling.selectors.sealing import accuracy_visible
from labelling.selectors.study_size import too_large


@dataclass(frozen=True)
class MachineRow:
    """A machine's stored predictions with its comparison; None while that is not to be had here."""

    stored: Predictions
    compared: MachineComparison | None


def machine_rows(*, study: Study) -> list[MachineRow]:
    """Return the machines of a launched study with the figures that its report has. Six queries at most.

    While the accuracy is sealed there are no figures: each sets people beside the ground truth. Nor are there
    of a study that wants so many labels that a page would keep people waiting.
    """
    stored = list(Predictions.objects.filter(study=study).without_codes())
    if not stored:
        return []
    if too_large(study=study) or not accuracy_visible(study=study):
        return [MachineRow(machine, None) for machine in stored]
    table = label_table(study=study)
    config = EvaluationConfig(
        tie_rule=study.tie_rule,
        seed=study.seed,
        labels_per_item=study.redundancy,
        population=study.dataset.size,
    )
    codes = machine_codes(study=study, items=table.items)
    compared = {machine.name: machine for machine in machines_alone(table, codes, config) if machine.n}
    return [MachineRow(machine, compared.get(machine.name)) for machine in stored]
