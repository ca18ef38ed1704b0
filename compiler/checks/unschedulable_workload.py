"""Work as forms and defaults make it should fit into some namespace of a team that claims GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.model.platform import Platform
from compiler.placement.screen import is_plainly_placed
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an info for each line that keeps some kinds of work, as they come, from a team's GPUs."""
    del as_of
    tenants = (tenant for cluster in platform.clusters if cluster.pools for tenant in cluster.tenants)
    if all(is_plainly_placed(tenant) for tenant in tenants if tenant.claims):
        return
    from compiler.placement.findings import placement_findings

    yield from placement_findings(CHECK.id, platform, facts)


_TEAM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}}]
components: {{gpu-operator: {{}}}}
gpuPools: [{{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {{max: 4}}}}]
teams:
  - name: vision
    owner: {{user: alice@acme.com}}
    namespaces: [{{name: vision, clusters: [dev], quota: {{memory: {}}}}}]
    gpus: [{{pool: t4, nominal: 2}}]
"""

CHECK = Check(
    id="unschedulable-workload",
    severity=Severity.INFO,
    summary="A kind of work, as it comes, does not fit into any namespace of a team with GPUs",
    why="The form of notebooks and the defaults of KServe ask for cpu and memory that the quota does not hold, so "
    "whoever changes nothing is refused; other work of the team gets its GPUs.",
    sources=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
    bad=_TEAM.format("1Gi"),
    good=_TEAM.format("4Gi"),
    run=run,
)
