"""Packages that only some forms need: imported when such a form is read, asked for when missing."""

import importlib
from typing import Any

from labelling.errors import DatasetError


def optional(module: str, *, package: str, form: str) -> Any:
    """Return the module, or raise DatasetError saying what to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise DatasetError(
            f"{form} files are read with the package {package}, which is not installed. "
            "Install it: .venv/bin/pip install -r requirements-formats.txt"
        ) from error
