"""Before Kubeflow 1.11 the artifacts of all teams are behind one key, which each of them has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster where several teams have one key to the artifacts of pipelines."""
    del as_of
    for cluster in platform.clusters:
        pipelines = cluster.installed.get("pipelines")
        teams = sorted(tenant.team for tenant in cluster.tenants if tenant.namespaces)
        if pipelines is None or len(teams) < _SEVERAL:
            continue
        if facts.satisfies(pipelines.product, pipelines.product_version, _ONE_KEY):
            yield warning(
                CHECK.id,
                f"teams {', '.join(teams[:-1])} and {teams[-1]} on cluster {cluster.name} can read and overwrite each "
                "other's artifacts of pipelines",
                cluster.origin,
                notes=(f"pipelines of Kubeflow {pipelines.product_version} put one key into every namespace",),
                help='take `versions: {kubeflow: ">=1.11"}`, whose pipelines make a key for each namespace, or give '
                "the teams clusters of their own",
                sources=CHECK.sources,
            )


_SEVERAL = 2
_ONE_KEY = "<1.11"
"""Releases whose controller copies the platform's own key. From 1.11 on it makes a user of the object store for each
namespace, who reaches `private-artifacts/<namespace>` alone, beside what is shared.
Source: kubeflow/manifests v1.10.2 and v1.11.0, applications/pipeline/upstream/base/installs/multi-user/
pipelines-profile-controller/sync.py (Secret `mlpipeline-minio-artifact`)."""

_PLATFORM = """\
versions: {{kubeflow: "{}"}}
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "{}"}}]
teams:
  - {{name: vision, owner: {{user: alice@acme.com}}, namespaces: [{{name: vision, clusters: [dev]}}]}}
  - {{name: speech, owner: {{user: carol@acme.com}}, namespaces: [{{name: speech, clusters: [dev]}}]}}
"""

CHECK = Check(
    id="shared-pipeline-key",
    severity=Severity.WARNING,
    summary="Several teams have one key to the artifacts of pipelines",
    why="Whoever runs a pipeline of one team can read, change and delete what the pipelines of another one made.",
    sources=(
        "https://github.com/kubeflow/manifests/tree/v1.10.2/applications/pipeline/upstream/base/installs/multi-user",
    ),
    bad=_PLATFORM.format("1.10", "1.31"),
    good=_PLATFORM.format("26.03", "1.34"),
    run=run,
)
