"""What stands on a cluster without being in any rendering: what it had before, and what charts and failures hide.

Reads the catalog; knows nothing of what is checked with the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from compiler.frozen import frozen
from compiler.lowering.argocd.children import is_ours
from compiler.model.platform import ARGO_CD
from compiler.providers import Providers

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import Cluster, Installation
    from compiler.model.release import ComponentRelease

ARGO_CD_GROUP = "argoproj.io"


@frozen
class Elsewhere:
    """API groups whose kinds cannot be judged, and namespaces that are there all the same.

    `charts` are the overlays beside which Argo CD renders a Helm chart itself.
    """

    groups: frozenset[str]
    namespaces: frozenset[str]
    charts: tuple[str, ...]


def elsewhere(cluster: Cluster, catalog: Catalog, failed: Collection[str]) -> Elsewhere:
    """Return what the renderings of a cluster cannot show; `failed` are the overlays that did not build."""
    groups = {group for group, _ in Providers()[cluster.provider].node_kinds}
    namespaces: set[str] = set()
    charts = []
    for installation in cluster.installations:
        is_chart = is_ours(installation) and catalog.products()[installation.product].kind == "helm"
        if is_chart:
            charts.append(installation.component)
        if not (is_chart or installation.existing is not None or installation.component in failed):
            continue
        for component in _entries(installation, catalog):
            groups |= {name.partition(".")[2] for name in component.crds}
            namespaces |= {*component.namespaces_created, component.namespace} - {""}
    if ARGO_CD not in cluster.installed:
        # Its Applications stand on the hub, beside the hub's own definitions.
        groups.add(ARGO_CD_GROUP)
    return Elsewhere(frozenset(groups), frozenset(namespaces), tuple(sorted(charts)))


def _entries(installation: Installation, catalog: Catalog) -> Iterator[ComponentRelease]:
    """Yield the component as its release has it; what the cluster has already, as any release has it."""
    versions = [installation.product_version]
    if installation.existing is not None:
        versions = list(catalog.versions(installation.product, sources=True))
    for version in versions:
        release = catalog.release(installation.product, version)
        if installation.component in release.components:
            yield release.components[installation.component]
