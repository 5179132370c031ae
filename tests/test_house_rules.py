"""What keeps the sources readable: short files, short functions, names that say something."""

import ast
import re
import tomllib
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.source_files import PRODUCT, ROOT, SourceFile, product_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers", "tools"}


def functions(source: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield each function's name and its number of lines.

    The docstring is not counted: shapes, units and sources written out must never be a reason to cut a
    function in two.
    """
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None
            yield node.name, _length(node) - (_length(node.body[0]) if documented else 0)


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_long():
    assert [f"{s.name}: {len(s.lines)} lines" for s in product_files() if len(s.lines) > LONGEST_FILE] == []


def test_no_file_of_tests_or_benchmarks_is_long():
    paths = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    long = {
        path.name: count for path in paths if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_stylesheet_script_or_template_is_long():
    texts = [
        path
        for folder in ("labelling", "templates")
        for kind in ("*.css", "*.js", "*.html")
        for path in (ROOT / folder).rglob(kind)
    ]
    long = {
        path.name: count for path in texts if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_long():
    long = [
        f"{source.name}: {name} has {length} lines"
        for source in product_files()
        for name, length in functions(source)
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_a_name_says_what_is_inside():
    paths = [path for folder in PRODUCT for path in (ROOT / folder).rglob("*")]
    assert [str(path) for path in paths if path.stem.lower() in SAYS_NOTHING] == []


def test_the_product_does_not_validate_with_assert():
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in product_files()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assert)
    ]
    assert wrong == []


def pinned(file: str) -> dict[str, list[Version]]:
    """Return the versions that a compiled file pins, for each package."""
    versions: dict[str, list[Version]] = {}
    for line in (ROOT / file).read_text().splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", line)
        if match:
            versions.setdefault(canonicalize_name(match[1]), []).append(Version(match[2]))
    return versions


def assert_agrees(ranges: list[str], file: str) -> None:
    versions = pinned(file)
    for text in ranges:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        assert versions.get(name), f"{file} pins no {requirement.name}: run make requirements"
        for version in versions[name]:
            assert requirement.specifier.contains(version), f"{file} pins {name} {version}, outside {text}"


def test_the_compiled_requirements_agree_with_the_ranges():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert_agrees(project["dependencies"], "requirements.txt")
    assert_agrees(project["optional-dependencies"]["dev"], "requirements-dev.txt")


def test_tests_run_on_the_versions_that_the_product_runs_on():
    development = pinned("requirements-dev.txt")
    differing = [
        name
        for name, versions in pinned("requirements.txt").items()
        if name in development and development[name] != versions
    ]
    assert differing == []


def test_every_line_of_the_requirements_is_an_exact_version():
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            if line and not line.lstrip().startswith("#"):
                assert "==" in line.split(";")[0], f"{file}: {line}"
