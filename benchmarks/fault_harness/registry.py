"""The faults that there are. A file of this package adds its own where it is imported."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import benchmarks.fault_harness as package
from benchmarks.fault_harness.result import FaultResult

_FAULTS: dict[str, "Fault"] = {}


@dataclass(frozen=True)
class Fault:
    """A harness with its sizes.

    `run` takes `stage`, `seed` and the sizes as keywords. `quick` and `full` are sizes of the two forms;
    `least` names the figures that a full run must reach. `order` is its row in the table. `divisible` names
    the sizes that may be divided over several runs, whose figures are then added.
    """

    name: str
    title: str
    goal: str
    run: Callable[..., FaultResult]
    quick: dict[str, Any]
    full: dict[str, Any]
    least: dict[str, int] = field(default_factory=dict)
    order: int = 100
    divisible: tuple[str, ...] = ()


def register(fault: Fault) -> Fault:
    """Add a fault. Two of one name are a mistake."""
    if fault.name in _FAULTS:
        raise ValueError(f"There are two faults with the name {fault.name!r}.")
    _FAULTS[fault.name] = fault
    return fault


def faults() -> dict[str, Fault]:
    """Return every fault by name, in the order of the table."""
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_FAULTS.items(), key=lambda entry: (entry[1].order, entry[0])))
