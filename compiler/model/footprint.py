"""What the pods of a platform's own components ask of nodes; plain numbers, however they were found."""

from __future__ import annotations

from compiler.frozen import frozen


@frozen
class Footprint:
    """What pods ask together: `cpu` in thousandths of a processor, `memory` in MiB.

    Those of every node stand in `each_node_cpu` and `each_node_memory`, once. `pods` counts all others. `silent` are
    containers that ask for no processor or no memory, as `component: Kind/name container`; `unknown` components whose
    pods a chart makes, which nobody rendered.
    """

    cpu: int = 0
    memory: int = 0
    each_node_cpu: int = 0
    each_node_memory: int = 0
    pods: int = 0
    silent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def on(self, nodes: int) -> tuple[int, int]:
        """Return processors in thousandths and memory in MiB on a cluster of so many nodes."""
        return self.cpu + nodes * self.each_node_cpu, self.memory + nodes * self.each_node_memory


def processors(thousandths: int) -> str:
    """Return an amount of processors as people write it, rounded up to a tenth."""
    return f"{-(-thousandths // 100) / 10:g} CPUs"


def gibibytes(mebibytes: int) -> str:
    """Return an amount of memory as people write it, rounded up to a tenth."""
    return f"{-(-mebibytes * 10 // 1024) / 10:g} GiB"
