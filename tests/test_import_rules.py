"""Who may import whom. The directions of the house, read from the sources."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from tests.source_files import ROOT, SourceFile, product_files

ENTRANCES = (
    "labelling.views",
    "labelling.admin",
    "labelling.admin_site",
    "labelling.forms",
    "labelling.management",
)

# package: what none of its files imports
NEVER = {
    "evaluation": ("django", "labelling", "config", "fixtures"),
    "fixtures": ("django", "labelling", "config", "evaluation"),
    "config": ("labelling.models", "labelling.services", "labelling.selectors", "evaluation"),
    "labelling/models": (
        *ENTRANCES,
        "labelling.services",
        "labelling.selectors",
        "labelling.datasets",
        "evaluation",
    ),
    "labelling/admin": ("evaluation",),
    "labelling/views": ("labelling.admin",),
    "labelling/forms.py": ("labelling.admin", "labelling.views"),
    "labelling/jobs": (*ENTRANCES, "evaluation"),
    "labelling/services": (*ENTRANCES,),
    "labelling/selectors": (*ENTRANCES, "labelling.services"),
    "labelling/datasets": (
        *ENTRANCES,
        *("labelling.models", "labelling.services", "labelling.selectors"),
        *("django.db", "django.apps", "django.contrib", "evaluation"),
    ),
    "labelling/panels": (*ENTRANCES, "labelling.models", "labelling.services", "django.db", "evaluation"),
}


@pytest.mark.parametrize("folder", NEVER)
def test_a_package_imports_only_what_lies_below_it(folder):
    wrong = [
        f"{source.name} imports {name}"
        for source in product_files(folder)
        for name in sorted(source.imports_any(*NEVER[folder]))
    ]
    assert not wrong


def test_no_modules_import_each_other_in_a_circle():
    sources = {source.module: source for source in product_files() if source.path.name != "__init__.py"}
    TopologicalSorter({name: source.imports & sources.keys() for name, source in sources.items()}).prepare()


def test_views_and_admin_do_not_import_commands():
    wrong = [
        f"{source.name} imports {name}"
        for source in product_files("labelling/views", "labelling/admin", "labelling/forms")
        for name in source.imports_any("labelling.management")
    ]
    assert not wrong


# They read what a protocol declares and put it into words, and compute no figure.
WORDED = {"quality_rules", "threshold", "checklist_without_figures"}


def test_pages_show_what_evaluation_found_and_compute_nothing():
    """They take types, which begin with a capital, constants, and what puts a protocol into words."""
    taken = [
        (source.name, alias.name)
        for source in product_files("labelling/views", "labelling/templatetags", "labelling/forms.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "evaluation"
        for alias in node.names
    ]
    assert taken
    assert [use for use in taken if not use[1][0].isupper() and use[1] not in WORDED] == []


def test_evaluation_loads_without_django():
    loaded = "import sys, evaluation; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {"evaluation", "numpy"} <= set(done.stdout.split())
    assert not {"django", "labelling", "config"} & set(done.stdout.split())


def reads_the_environment(source: SourceFile) -> bool:
    if source.imports_any("os.environ", "os.getenv", "environ"):
        return True
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(source.tree)
    )


def test_only_the_settings_read_the_environment():
    outside = product_files("evaluation", "fixtures", "labelling")
    assert [source.name for source in outside if reads_the_environment(source)] == []
    assert any(reads_the_environment(source) for source in product_files("config"))


def asks_the_clock(source: SourceFile) -> bool:
    """Tell whether a file asks for a time that somebody can set."""
    if source.imports_any("django.utils.timezone", "time.time", "time.time_ns"):
        return True
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("time", "time")}
        for node in ast.walk(source.tree)
    )


def test_only_the_steady_clock_asks_the_computers_clock():
    asking = [source.name for source in product_files("labelling") if asks_the_clock(source)]
    assert asking == ["labelling/services/steady_clock.py"]


def test_a_forbidden_import_would_be_found(tmp_path):
    path = ROOT / "evaluation" / "imaginary.py"
    source = SourceFile(path)
    source.__dict__["lines"] = [
        "def f():",
        "    from django.db import models",
        "    import os",
        "    os.environ",
    ]
    assert source.imports_any("django") == {"django.db", "django.db.models"}
    assert reads_the_environment(source)
