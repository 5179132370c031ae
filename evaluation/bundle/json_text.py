"""JSON as a bundle has it, or an error in words, whatever somebody wrote in its place."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from evaluation.errors import BadFile


def parsed(text: str, file: str) -> Any:
    r"""Read JSON that can be computed with and written again: numbers of 64 bits, texts that are Unicode.

    Parameters
    ----------
    text : str
        The file's content.
    file : str
        Its name.

    Returns
    -------
    object
        As ``json.loads`` gives it.

    Raises
    ------
    BadFile
        If it is no such JSON.

    Examples
    --------
    >>> parsed('{"seed": 7}', "study.json")
    {'seed': 7}
    >>> parsed('"\\ud800"', "study.json")
    Traceback (most recent call last):
        ...
    evaluation.errors.BadFile: study.json: it is not JSON: a text in it is not Unicode.
    """
    try:
        document = json.loads(text, parse_int=_whole, parse_constant=_refused)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadFile("it is not JSON: a text in it is not Unicode.", file=file) from error
    except RecursionError as error:
        raise BadFile("it is not JSON: its lists and objects are nested too deep.", file=file) from error
    except ValueError as error:
        raise BadFile(f"it is not JSON: {error}.", file=file) from error
    return document


def _whole(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{digits[:30]} is too large a number")
    return number


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
