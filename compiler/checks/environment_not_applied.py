"""Variables of teams reach pods through PodDefaults, and those through a webhook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import LAPTOP
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, warning
from compiler.model.definers import POD_DEFAULT, is_defined
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each team whose variables no pod would get on some cluster."""
    del facts, as_of
    told: set[YamlPath] = set()
    for cluster in platform.clusters:
        if is_defined(POD_DEFAULT, cluster):
            continue
        for tenant in cluster.tenants:
            if tenant.environment and tenant.origin not in told:
                told.add(tenant.origin)
                yield warning(
                    CHECK.id,
                    f"no pod of team {tenant.team} gets its `env` on cluster {cluster.name}",
                    (*tenant.origin, "env"),
                    at_key=True,
                    notes=("PodDefaults carry the variables, and nothing on the cluster applies them",),
                    help="add `components: {admission-webhook: {}}`, or set the variables where the pods are written",
                    sources=CHECK.sources,
                )


_TEAM = """\
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces: [{name: vision, clusters: [dev]}]
    env: [{name: REGION, value: eu}]
"""

CHECK = Check(
    id="environment-not-applied",
    severity=Severity.WARNING,
    summary="A team has variables on a cluster where nothing gives them to pods",
    why="Pods would start without them, and fail where nobody looks for the reason.",
    sources=("https://github.com/kubeflow/kubeflow/tree/master/components/admission-webhook",),
    bad=f"distribution: none\n{LAPTOP}{_TEAM}",
    good=f"{LAPTOP}{_TEAM}",
    run=run,
)
