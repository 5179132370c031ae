"""Names and other people's words in Markdown."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


def as_markdown(text: str) -> str:
    r"""Write text so that none of its letters is markup.

    Parameters
    ----------
    text : str
        Any; a line feed becomes a space.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> print(as_markdown("a_b <c>"))
    a\_b \<c\>
    """
    return _MARKUP.sub(r"\\\1", text.replace("\n", " "))
