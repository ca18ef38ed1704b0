"""What people log in MLflow outlives its pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath
from compiler.model.platform import Installation, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a finding where MLflow keeps something in its pod, once a place: an info in `dev`, else a warning."""
    del facts, as_of
    told: set[YamlPath] = set()
    # What is graver is told, where one line installs it on clusters of several environments.
    for cluster in sorted(platform.clusters, key=lambda each: each.environment == "dev"):
        installation = cluster.installed.get("mlflow")
        if installation is None or installation.existing is not None or installation.origin in told:
            continue
        missing = _missing(installation)
        if not missing:
            continue
        told.add(installation.origin)
        yield Diagnostic(
            CHECK.id,
            Severity.INFO if cluster.environment == "dev" else Severity.WARNING,
            f"MLflow on cluster {cluster.name} keeps {' and '.join(_KEPT[each] for each in missing)}: a restart loses "
            "them",
            installation.origin,
            at_key=True,
            help=f"add {' and '.join(_HELP[each] for each in missing)}",
            sources=CHECK.sources,
        )


def _missing(installation: Installation) -> list[str]:
    """Return which of MLflow's options say nothing, nor the values of its chart in their place."""
    values = installation.options.get("values")
    given = values.keys() if isinstance(values, Mapping) else ()
    return [option for option, key in _CHART.items() if not installation.options.get(option) and key not in given]


_CHART = {"database": "backendStore", "objectStore": "artifactRoot"}
"""What the chart calls what an option says."""
_KEPT = {"database": "runs in the memory of its pod", "objectStore": "artifacts on the disk of its pod"}
_HELP = {
    "database": "`database: {type: postgresql, host: ..., secretRef: ...}`",
    "objectStore": "`objectStore: {type: s3, bucket: ..., region: ..., secretRef: ...}`",
}
_PLATFORM = """\
clusters: [{{name: test, environment: test, provider: k3s, kubernetes: "1.34"}}]
distribution: none
components:
  mlflow: {}
"""

CHECK = Check(
    id="volatile-runs",
    severity=Severity.WARNING,
    summary="MLflow keeps runs or artifacts in its pod",
    why="Each restart, of the node or by an upgrade, ends in an empty MLflow, and nobody can get back what was logged.",
    sources=("https://github.com/community-charts/helm-charts/blob/mlflow-1.11.5/charts/mlflow/values.yaml",),
    bad=_PLATFORM.format("{}"),
    good=_PLATFORM.format(
        "{database: {type: postgresql, host: db.acme.com, secretRef: mlflow-db}, "
        "objectStore: {type: s3, bucket: acme-mlflow, region: eu-west-1, secretRef: mlflow-s3}}"
    ),
    run=run,
    misses=("components.mlflow", "clusters.components.mlflow"),
)
