"""What a kustomize of its own or its options need from Argo CD is there where this file installs Argo CD."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning where an Argo CD that is not installed by us is to render with what nobody gives it."""
    del facts, as_of
    kustomize = platform.gitops.kustomize
    keys = {f"kustomize.path.v{kustomize.version}: PATH"} if kustomize.version else set()
    if kustomize.build_options:
        keys.add(f"kustomize.buildOptions: {' '.join(kustomize.build_options)}")
    others = [
        cluster
        for cluster in platform.clusters
        if cluster.installations and ((argo_cd := platform.argo_cd_of(cluster)) is None or argo_cd.existing is not None)
    ]
    if not keys or not others:
        return
    wanted = f"kustomize {kustomize.version}" if kustomize.version else "these options"
    yield warning(
        CHECK.id,
        f"the Argo CD that syncs {_named([each.name for each in others])} is not installed from this file, so nothing "
        f"gives it {wanted}",
        ("gitops", "argocd", "kustomize"),
        help=f"let it be installed, or put `{'` and `'.join(sorted(keys))}` into its argocd-cm"
        + (", with the program at that path of its repo-server," if kustomize.version else "")
        + f" and say so: `# compiler: allow {CHECK.id} because it has them`",
        sources=CHECK.sources,
    )


def _named(clusters: list[str]) -> str:
    more = f" and {len(clusters) - 3} more" if len(clusters) > 3 else ""
    return f"cluster {', '.join(clusters[:3])}{more}"


_PLATFORM = """\
gitops:
  repoURL: https://github.com/acme/ml-platform.git
  argocd: {{kustomize: {{version: "5.8.1"}}}}
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    components: {{argo-cd: {}}}
"""


CHECK = Check(
    id="argo-cd-without-kustomize",
    severity=Severity.WARNING,
    summary="Argo CD is to render with a kustomize or options that this file cannot give it",
    why="Argo CD refuses to render with a version that its argocd-cm does not name, and knows only the options there.",
    sources=("https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/user-guide/kustomize.md#custom-kustomize-versions",),
    bad=_PLATFORM.format('{existing: "3.4.7"}'),
    good=_PLATFORM.format("{}"),
    run=run,
    misses=("components", "clusters.components"),
)
