"""What another component takes the place of gets no new features, and one day goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each component that is asked for though its release has a successor, once for each place."""
    del as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        for installation in cluster.installations:
            name, origin = installation.component, installation.origin
            if origin[-2:] != ("components", name) or installation.existing is not None or origin in told:
                continue
            told.add(origin)
            release = facts.release(installation.product, installation.product_version)
            successor = next((each for each in facts.successors(name) if each in release.components), None)
            if successor is not None:
                yield warning(
                    CHECK.id,
                    f"{successor} takes the place of component {name} in {release.product} {release.version}",
                    origin,
                    at_key=True,
                    help=f"move to {successor}, and then remove `{name}`; until then say why it stays: "
                    f"`# compiler: allow {CHECK.id} because ...`",
                    sources=CHECK.sources,
                )


_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
components: {{{}: {{}}}}
"""


CHECK = Check(
    id="replaced-component",
    severity=Severity.WARNING,
    summary="A component is asked for that another one of the same release takes the place of",
    why="Releases carry both for a while so that people can move; what is new comes to the successor only.",
    sources=("https://www.kubeflow.org/docs/components/trainer/operator-guides/migration/",),
    bad=_PLATFORM.format("training-operator"),
    good=_PLATFORM.format("trainer"),
    run=run,
)
