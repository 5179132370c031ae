"""Stages for the quick forms of the faults: one a database, shared by all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.fault_harness.stage import Stage
from tests.conftest import unavailable
from tests.databases import BACKENDS
from tests.postgres_cluster import NoPostgres

StageFor = Callable[[str], Stage]


@pytest.fixture(scope="session")
def stage_for(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collected_static: Path
) -> Iterator[StageFor]:
    """Give the stage of a database, and of another name a further one: `stage_for("sqlite")`.

    `stage_for("sqlite without constraints")` is a stage on SQLite of its own. PostgreSQL's is a cluster that
    may be killed, whatever TEST_POSTGRES_URL says.
    """
    stages: dict[str, Stage] = {}

    def give(name: str) -> Stage:
        database = name.split(maxsplit=1)[0]
        wanted = request.config.getoption("--database")
        if wanted in BACKENDS and wanted != database:
            pytest.skip("another database was asked for")
        if name not in stages:
            folder = tmp_path_factory.mktemp("stage") / "var"
            stage = Stage(database=database, folder=folder, static=collected_static)
            try:
                stages[name] = stage.__enter__()
            except NoPostgres as absence:
                unavailable(str(absence))
        return stages[name]

    yield give
    for stage in stages.values():
        stage.close()


@pytest.fixture(scope="session")
def unguarded_stage(stage_for: StageFor) -> Stage:
    """A stage on SQLite whose tables lack the constraints and triggers on assignments and labels."""
    stage = stage_for("sqlite without constraints")
    stage.ask("benchmarks.fault_harness.inside.broken_builds:drop_constraints")
    return stage
