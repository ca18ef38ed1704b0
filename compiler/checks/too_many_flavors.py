"""Kueue caps how many flavors one queue may offer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts

_LIMIT, _OLD_LIMIT = 64, 16
_RAISED = (0, 14)
"""First Kueue that takes more. Source: the CRDs of kubernetes-sigs/kueue@v0.13.10 and @v0.14.8, ClusterQueue."""


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each team with more claims than its ClusterQueue may have flavors; one is for cpu alone."""
    del facts, as_of
    for cluster in platform.clusters:
        kueue = cluster.installed.get("kueue")
        version = kueue.running if kueue else None
        if kueue is None or version is None:
            continue
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        limit = _LIMIT if numbers >= _RAISED else _OLD_LIMIT
        for tenant in cluster.tenants:
            if len(tenant.claims) + 1 > limit:
                more = f", or {'.'.join(map(str, _RAISED))} of Kueue, which takes {_LIMIT}" if limit < _LIMIT else ""
                yield error(
                    CHECK.id,
                    f"team {tenant.team} claims {len(tenant.claims)} GPU pools on cluster {cluster.name}, "
                    f"Kueue {version} takes {limit - 1} in one queue",
                    (*tenant.origin, "gpus"),
                    notes=("one more flavor is for work without GPUs",),
                    help=f"claim fewer pools, or split the team{more}",
                    sources=CHECK.sources,
                )


def _team(claims: int) -> str:
    pools = "".join(
        f"  - {{name: p{number}, cluster: dev, accelerator: nvidia-t4, nodes: {{max: 1}}}}\n"
        for number in range(claims)
    )
    shares = ", ".join(f"{{pool: p{number}, nominal: 1}}" for number in range(claims))
    return f"""\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
gpuPools:
{pools}teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev]}}]
    gpus: [{shares}]
"""


CHECK = Check(
    id="too-many-flavors",
    severity=Severity.ERROR,
    summary="A team claims more pools than Kueue takes flavors in one queue",
    why="Each pool is a flavor of the team's ClusterQueue; the API server refuses the queue, and the team has none.",
    sources=("https://kueue.sigs.k8s.io/docs/reference/kueue.v1beta2/#kueue-x-k8s-io-v1beta2-ResourceGroup",),
    bad=_team(_LIMIT),
    good=_team(2),
    run=run,
)
