"""Upstream's public passwords are for laptops, and said aloud even there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a finding for each cluster with upstream's public secrets: a warning in `dev`, an error elsewhere."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.secrets.backend != "insecure-defaults":
            continue
        is_dev = cluster.environment == "dev"
        yield Diagnostic(
            CHECK.id,
            Severity.WARNING if is_dev else Severity.ERROR,
            f"cluster {cluster.name} uses passwords that everybody can read in upstream's repository"
            if is_dev
            else f"cluster {cluster.name} is {cluster.environment} and uses upstream's public passwords",
            (*cluster.origin, "secrets", "backend"),
            help="write `backend: generated` for random ones made inside the cluster"
            if cluster.environment in {"dev", "test"}
            else "write `backend: external-secrets`, `sealed-secrets`, `sops` or `manual`",
            sources=CHECK.sources,
        )


_CLUSTER = """\
clusters:
  - {{name: test, environment: {}, provider: k3s, kubernetes: "1.34", secrets: {{backend: {}}}}}
"""

CHECK = Check(
    id="insecure-default-secrets",
    severity=Severity.ERROR,
    summary="A cluster uses upstream's public default credentials",
    why="They are printed in every copy of the manifests; only a laptop may have them, knowingly.",
    sources=("https://github.com/kubeflow/manifests/blob/26.03/common/dex/base/dex-passwords.yaml",),
    bad=_CLUSTER.format("test", "insecure-defaults"),
    good=_CLUSTER.format("test", "generated"),
    run=run,
)
