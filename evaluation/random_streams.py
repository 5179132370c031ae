"""Independent random streams, one a purpose, all derived from one seed."""

from __future__ import annotations

import hashlib

import numpy as np


def purpose_seed(seed: int, purpose: str) -> int:
    """Derive the seed of one purpose from the seed of the evaluation.

    Keyed by the purpose's name, so that a new use of randomness leaves every other number as it was.

    Parameters
    ----------
    seed : int
        The evaluation's seed, 0 or more.
    purpose : str
        For instance "bootstrap".

    Returns
    -------
    int
        The first 4 bytes of the SHA-256 of "seed:purpose", as a number.

    Examples
    --------
    >>> purpose_seed(0, "bootstrap") == purpose_seed(0, "bootstrap")
    True
    >>> purpose_seed(0, "bootstrap") == purpose_seed(0, "bootstrap_crossed")
    False
    """
    return int.from_bytes(hashlib.sha256(f"{seed}:{purpose}".encode()).digest()[:4], "big")


def stream(seed: int) -> np.random.Generator:
    """Start the generator of a seed from `purpose_seed`: PCG64, whose stream numpy keeps between versions.

    >>> int(stream(1).integers(100)) == int(stream(1).integers(100))
    True
    """
    return np.random.Generator(np.random.PCG64(seed))
