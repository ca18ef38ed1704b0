"""Work that asks for no topology gets into a queue only where all of its pools have one, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each claim on a pool with a topology of a team that has others on the same cluster."""
    del facts, as_of
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            plain = next((claim for claim in tenant.claims if not claim.pool.topology), None)
            for claim in tenant.claims if plain else ():
                if plain and claim.pool.topology:
                    yield error(
                        CHECK.id,
                        f"team {tenant.team} claims {claim.pool.name}, which has a topology, and {plain.pool.name}, "
                        "which has none",
                        (*claim.origin, "pool"),
                        related=(Label((*plain.origin, "pool"), "this pool has none"),),
                        notes=("Kueue keeps work that asks for no topology off the first one then",),
                        help=f"give both a `topology`, or neither, or claim {plain.pool.name} by another team",
                        sources=CHECK.sources,
                    )


_TEAM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
components: {{gpu-operator: {{}}, kueue: {{}}}}
gpuPools:
  - {{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {{min: 2, max: 2}}, topology: [example.com/rack]}}
  - {{name: l4, cluster: dev, accelerator: nvidia-l4, nodes: {{min: 2, max: 2}}{}}}
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
    gpus: [{{pool: t4, nominal: 1}}, {{pool: l4, nominal: 1}}]
"""

CHECK = Check(
    id="mixed-topology",
    severity=Severity.ERROR,
    summary="A team claims a pool with a topology and one without",
    why="All claims of a team are one queue. Kueue gives a pool with a topology only to work that asks for one, unless "
    "every pool of the queue has one; notebooks and plain jobs would wait for ever.",
    sources=(
        "https://github.com/kubernetes-sigs/kueue/blob/v0.19.0/pkg/scheduler/flavorassigner/tas_flavorassigner.go",
    ),
    bad=_TEAM.format(""),
    good=_TEAM.format(", topology: [example.com/rack]"),
    run=run,
)
