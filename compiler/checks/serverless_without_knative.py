"""Serverless models are Knative services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each cluster whose KServe deploys models by Knative, which is not there."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        kserve = cluster.installed.get("kserve")
        if kserve is None or kserve.existing or kserve.options.get("deploymentMode") != "Serverless":
            continue
        if "knative-serving" not in cluster.installed and kserve.origin not in told:
            told.add(kserve.origin)
            yield error(
                CHECK.id,
                f"KServe on cluster {cluster.name} deploys models by Knative, which is not there",
                (*kserve.origin, "deploymentMode"),
                help="add `knative-serving: {}` to `components`, or write `deploymentMode: RawDeployment`",
                sources=CHECK.sources,
            )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
components:
  knative-serving: {{enabled: false}}
  kserve: {{deploymentMode: {}}}
"""


CHECK = Check(
    id="serverless-without-knative",
    severity=Severity.ERROR,
    summary="KServe is told to use Knative on a cluster without it",
    why="The controller would make Knative services, and no model would ever start.",
    sources=("https://kserve.github.io/website/docs/admin-guide/overview",),
    bad=_PLATFORM.format("Serverless"),
    good=_PLATFORM.format("RawDeployment"),
    run=run,
    misses=("components", "clusters.components"),
)
