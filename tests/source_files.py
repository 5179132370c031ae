"""The product's own Python files, as the rules about them read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("config", "evaluation", "fixtures", "labelling")


@dataclass(frozen=True)
class SourceFile:
    """One Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """Its dotted name; a package has its folder's name."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.path.read_text().splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse("\n".join(self.lines), filename=self.name)

    @cached_property
    def imports(self) -> set[str]:
        """Every dotted name that it imports, at the top or within a function: `a.b` and `a.b.name`."""
        found: set[str] = set()
        package = self.module if self.path.name == "__init__.py" else self.module.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parents = package.split(".")
                    above = parents[: len(parents) - node.level + 1]
                    base = ".".join([*above, *([node.module] if node.module else [])])
                found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        return found

    def imports_any(self, *prefixes: str) -> set[str]:
        """What it imports of these packages or modules."""
        return {
            name
            for name in self.imports
            for prefix in prefixes
            if name == prefix or name.startswith(f"{prefix}.")
        }


def product_files(*folders: str) -> Iterator[SourceFile]:
    """Yield the Python files in these folders (default: the whole product), migrations left out."""
    for folder in folders or PRODUCT:
        base = ROOT / folder
        for path in sorted(base.rglob("*.py")) if base.is_dir() else [base]:
            if path.exists() and "migrations" not in path.parts:
                yield SourceFile(path)
