"""Faults brought about on purpose, and what a study looks like afterwards.

A file a fault. Each adds itself to the registry of `benchmarks.fault_harness.registry` where it is imported:

    register(
        Fault(
            name="contention",
            title="8 client processes against 4 server processes, most contended order",
            goal="30,000 labels, 0 items over k, 0 pairs twice",
            run=contention,            # run(*, stage: Stage, seed: int, **sizes) -> FaultResult
            quick={"items": 40},       # sizes of the form in the tests
            full={"items": 10_000},    # sizes of the form in `make faults`
            least={"labels": 30_000},  # figures that the full form must reach
        )
    )

`python benchmarks/faults.py` runs them and writes the table.
"""
