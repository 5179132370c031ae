"""Tables as LaTeX with booktabs, and text that LaTeX prints as it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from evaluation.render.tables.table import Table

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after a line's end it would begin a length
    "]": "{]}",
    "*": "{*}",  # and this a command's form
    "`": r"\textasciigrave{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{EN DASH}": r"\textendash{}",
    "\N{MINUS SIGN}": r"\textminus{}",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}
# LaTeX joins two of these into a dash or a quotation mark.
_DOUBLED = re.compile(r"([-'])(?=\1)")
# Above so many rows a table does not fit a page, and must break.
_MOST_ROWS_OF_A_PAGE = 40
_PACKAGES = "% \\usepackage{booktabs,array,textcomp}"


def escaped(text: str) -> str:
    r"""Write text so that LaTeX prints it as it is.

    Letters beyond Latin need XeLaTeX or LuaLaTeX and a font that has them. Control characters become blanks.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        On one line.

    Examples
    --------
    >>> print(escaped("50 % of T-shirt_1 & {Co}"))
    50 \% of T-shirt\_1 \& \{Co\}
    """
    plain = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    special = "".join(_SPECIAL.get(letter, letter) for letter in plain)
    return _DOUBLED.sub(r"\1{}", special)


def latex_tables(tables: Mapping[str, Table]) -> dict[str, str]:
    """Write every table as a file of LaTeX.

    Parameters
    ----------
    tables : mapping of str to Table
        From the registry.

    Returns
    -------
    dict of str to str
        File name to text.
    """
    return {f"{name}.tex": latex_table(laid) for name, laid in tables.items()}


def latex_table(laid: Table) -> str:
    r"""Write a table for ``\input``.

    Parameters
    ----------
    laid : Table
        Any.

    Returns
    -------
    str
        A ``table``, or a ``longtable`` where there are more rows than a page holds. Comments at the top name
        the packages. The label is ``tab:`` and the table's name.

    Examples
    --------
    >>> print(latex_table(Table("ties", "Ties.", ("Rule", "Accuracy"), "lr", (("wrong", "50 %"),))))
    % \usepackage{booktabs,array,textcomp}
    \begin{table}
      \centering
      \caption{Ties.}
      \label{tab:ties}
      \begin{tabular}{lr}
        \toprule
        Rule & Accuracy \\
        \midrule
        wrong & 50 \% \\
        \bottomrule
      \end{tabular}
    \end{table}
    <BLANKLINE>
    """
    lines = _long(laid) if len(laid.rows) > _MOST_ROWS_OF_A_PAGE else _floating(laid)
    return "\n".join(lines) + "\n"


def _floating(laid: Table) -> list[str]:
    note = [f"  \\par\\smallskip {{\\footnotesize {escaped(laid.note)}\\par}}"] if laid.note else []
    return [
        *_comments(laid),
        "\\begin{table}",
        "  \\centering",
        *(["  \\small"] if len(laid.header) > 6 else []),
        *(["  \\setlength{\\tabcolsep}{3pt}"] if len(laid.header) > 6 else []),
        f"  \\caption{{{escaped(laid.caption)}}}",
        f"  \\label{{tab:{laid.name}}}",
        f"  \\begin{{tabular}}{{{_columns(laid)}}}",
        "    \\toprule",
        f"    {_header(laid)}",
        "    \\midrule",
        *(f"    {_row(row)}" for row in laid.rows),
        "    \\bottomrule",
        "  \\end{tabular}",
        *note,
        "\\end{table}",
    ]


def _long(laid: Table) -> list[str]:
    note = f" {laid.note}" if laid.note else ""
    return [
        *_comments(laid),
        "% \\usepackage{longtable}",
        f"\\begin{{longtable}}{{{_columns(laid)}}}",
        f"  \\caption{{{escaped(laid.caption + note)}}} \\label{{tab:{laid.name}}} \\\\",
        "  \\toprule",
        f"  {_header(laid)}",
        "  \\midrule",
        "  \\endhead",
        "  \\bottomrule",
        "  \\endfoot",
        *(f"  {_row(row)}" for row in laid.rows),
        "\\end{longtable}",
    ]


def _comments(laid: Table) -> list[str]:
    return [_PACKAGES, *(["% \\usepackage{graphicx}"] if laid.slanted else [])]


def _columns(laid: Table) -> str:
    wide = ">{\\raggedright\\arraybackslash}p{0.42\\linewidth}"
    return "".join(wide if letter == "p" else letter for letter in laid.align)


def _header(laid: Table) -> str:
    cells = [escaped(cell) for cell in laid.header]
    if laid.slanted:
        cells = [cells[0], *(f"\\rotatebox{{90}}{{{cell}}}" for cell in cells[1:])]
    return " & ".join(cells) + " \\\\"


def _row(row: tuple[str, ...]) -> str:
    return " & ".join(map(escaped, row)) + " \\\\"
