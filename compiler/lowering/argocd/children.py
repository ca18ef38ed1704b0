"""What one application of a cluster is to Argo CD: its wave, its project, its sources.

Knows no component; what a component needs from Argo CD stands in its overlay's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compiler.catalog.overlay import IgnoredDifference, overlay_of
from compiler.frozen import frozen
from compiler.lowering.components import replaced_by
from compiler.model.manifest import Application, HelmSource, Identity

if TYPE_CHECKING:
    from compiler.model.platform import Cluster, Installation

PLATFORM_PROJECT = "platform"
TEAMS_PROJECT = "teams"


@frozen
class Child:
    """One application of a cluster as Argo CD is told of it.

    `wave` is its sync wave, `component` what a component was lowered to. `has_generated` and `has_overlay` tell
    whether there is something in its generated directory and something to build in its overlay's; only a Helm chart
    may have nothing to build. `opened` are the Secrets that Argo CD makes of encrypted files while it renders it.
    """

    name: str
    wave: int
    origin: str
    project: str = PLATFORM_PROJECT
    ignore_differences: tuple[IgnoredDifference, ...] = ()
    helm: HelmSource | None = None
    has_generated: bool = True
    has_overlay: bool = True
    component: Application | None = None
    opened: tuple[Identity, ...] = ()


def component_children(cluster: Cluster, applications: Iterable[Application]) -> list[Child]:
    """Return the child of each component that we install on the cluster; `applications` are the lowered components."""
    children = []
    for application in applications:
        installation = cluster.installed[application.name]
        children.append(
            Child(
                name=application.name,
                wave=installation.wave,
                origin=application.origin,
                ignore_differences=overlay_of(installation.component).ignored_in(installation.product_version),
                helm=application.helm,
                has_generated=bool(application.charts),
                has_overlay=bool(application.overlay.bases or application.charts),
                component=application,
                opened=application.opened,
            )
        )
    return children


def is_ours(installation: Installation) -> bool:
    """Return whether we install the component: neither the cluster has it already nor something of ours replaces it."""
    return installation.existing is None and replaced_by(installation) is None
