"""Run a harness on a broken build until it catches it: a race is a matter of chance, five of them are not."""

from collections.abc import Callable

from benchmarks.fault_harness.result import FaultResult

_RUNS = 5
_FIRST_SEED = 11  # stages are shared, and some harnesses name their studies by the seed


def caught(run: Callable[[int], FaultResult], rule: str = "") -> FaultResult:
    """Return the first result with a violation that has `rule` in its words.

    `run` is given a seed, another in each run. Most builds are caught in the first; on a machine with
    other work one race may miss, and that must not fail the tests.

    Raises
    ------
    AssertionError
        If no run of the five found it.
    """
    found = []
    for seed in range(_FIRST_SEED, _FIRST_SEED + _RUNS):
        result = run(seed)
        if any(rule in violation for violation in result.violations):
            return result
        found.append(result.violations)
    raise AssertionError(f"not caught in {_RUNS} runs, which found {found}")
