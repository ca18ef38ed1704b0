"""What is compiled independently: one unit for each application of each cluster, with the key of what it reads.

Two runs that read the same make the same key, so a unit whose key is unchanged need not be compiled again.
Keys hold no line numbers and no list indexes. Nothing here knows what a unit's lowering does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from compiler.frozen import frozen
from compiler.model.manifest import Application, Identity


@frozen
class Unit:
    """One application of one cluster, not compiled yet.

    `reads` is everything that `lower` reads, as nested tuples of plain values, so that its `repr` is the same on
    every machine. `origin` is the path in the platform file that declares it. `opened` are the Secrets that Argo CD
    makes of encrypted files for it.
    """

    cluster: str
    application: str
    origin: str
    reads: tuple[object, ...]
    lower: Callable[[], Application]
    opened: tuple[Identity, ...] = ()

    @property
    def name(self) -> str:
        """Return `cluster/application`."""
        return f"{self.cluster}/{self.application}"

    def key(self) -> str:
        """Return the digest of what the unit reads, 32 hex digits."""
        return key_of(self.reads)


def key_of(reads: tuple[object, ...]) -> str:
    """Return the digest of nested tuples of plain values, 32 hex digits."""
    return hashlib.blake2b(repr(reads).encode(), digest_size=16).hexdigest()
