"""What a cloud's quotas of GPU machines are called, counted in and asked for with: each cloud has words of its own.

Knows no pool. Amounts are in the cloud's unit: GPUs where it `counts_gpus`, else vCPUs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.model.platform import Cluster


class Quotas(ABC):
    """The quotas of one cloud.

    `source` is where the cloud tells of them. Where `spot_is_apart`, spot machines never count against the quota of
    those on demand. `beside` hold for every accelerator, whatever the table names for it.
    """

    source: str
    counts_gpus: bool = False
    spot_is_apart: bool = True
    beside: AbstractSet[str] = frozenset()

    def over(self, named: AbstractSet[str], *, spot: bool) -> AbstractSet[str]:
        """Return all quotas over machines for which the table of accelerators names these; nothing for none."""
        del spot
        return named

    @abstractmethod
    def refusal(self, quota: str, granted: int, cluster: Cluster, *, spot: bool) -> str:
        """Return what the cloud says to whoever asks for nodes above the quota, as far as its words are known."""

    @abstractmethod
    def request(self, quota: str, amount: int, cluster: Cluster) -> str:
        """Return what to type or to open in order to ask the cloud for so much of a quota."""
