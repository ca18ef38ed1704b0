"""Some components of a release cannot be built by kustomize at all, whatever stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each component on a cluster whose directory in the picked release is broken."""
    del as_of
    for cluster in platform.clusters:
        for installation in cluster.installations:
            if installation.existing is not None:
                continue
            release = facts.release(installation.product, installation.product_version)
            component = release.components[installation.component]
            if component.builds:
                continue
            sound = [
                version
                for version in facts.versions_with(installation.component, installation.product)
                if version in facts.installable(installation.product)
                and facts.release(installation.product, version).components[installation.component].builds
            ]
            elsewhere = f", or choose {installation.product} {', '.join(sound)}" if sound else ""
            yield error(
                CHECK.id,
                f"kustomize cannot build {component.path} of {installation.product} {release.version}, "
                f"so {installation.component} cannot be on cluster {cluster.name}",
                installation.origin,
                help=f"turn it off: `{installation.component}: {{enabled: false}}`{elsewhere}",
                sources=(f"{release.repository}/tree/{release.commit}/{component.path}",),
            )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3s, kubernetes: "1.29"}}]
versions: {{kubeflow: "1.9"}}
distribution: none
components:
  {}: {{}}
"""

CHECK = Check(
    id="component-does-not-build",
    severity=Severity.ERROR,
    summary="A component's directory in the release is broken upstream",
    why="Argo CD could not render the component's overlay, so it would never be there.",
    bad=_PLATFORM.format("kfp-tekton"),
    good=_PLATFORM.format("pipelines"),
    run=run,
    sources=("https://github.com/kubeflow/manifests/tree/v1.9.1/apps/kfp-tekton",),
)
