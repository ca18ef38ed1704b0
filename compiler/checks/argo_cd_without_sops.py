"""What sops encrypted is opened by the Argo CD that syncs the cluster, if it was made able to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster with sops whose Argo CD is not installed by us."""
    del facts, as_of
    for cluster in platform.clusters:
        installation = platform.argo_cd_of(cluster)
        if cluster.secrets.backend != "sops" or not cluster.installations:
            continue
        if installation is None or installation.existing is not None:
            yield warning(
                CHECK.id,
                f"the Argo CD that syncs cluster {cluster.name} is not installed from this file, so nothing lets it "
                "open what sops encrypted",
                (*cluster.origin, "secrets", "backend"),
                help="let it be installed, or give its repo-server KSOPS as docs/secrets.md tells and say so: "
                f"`# compiler: allow {CHECK.id} because it has KSOPS`",
                sources=CHECK.sources,
            )


_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    secrets: {{backend: sops}}
    components: {{argo-cd: {}}}
"""


CHECK = Check(
    id="argo-cd-without-sops",
    severity=Severity.WARNING,
    summary="Secrets are encrypted by sops, and the Argo CD that is to open them is not installed from this file",
    why="Argo CD opens nothing by itself: without KSOPS each overlay with an encrypted file fails to render.",
    sources=("https://github.com/viaduct-ai/kustomize-sops/blob/v4.5.1/README.md#argo-cd-integration-",),
    bad=_PLATFORM.format('{existing: "3.4.7"}'),
    good=_PLATFORM.format("{}"),
    run=run,
    misses=("components", "clusters.components"),
)
