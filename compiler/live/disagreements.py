"""Where the platform file and a running cluster disagree, as findings at the line that is wrong or missing.

A pure function of both; asks nobody and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, YamlPath, error, info, warning
from compiler.live.cluster_facts import LiveCluster, LiveNode
from compiler.lowering.argocd.children import is_ours
from compiler.lowering.patches import identity_of
from compiler.model import names
from compiler.providers.base import IN_CLUSTER_ISSUER, TokenIssuer

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import Cluster, GpuPool, Installation
    from compiler.model.release import ComponentRelease
    from compiler.providers.base import Provider

_VERIFIES_TOKENS = "oauth2-proxy"
_MINOR = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


def disagreements(
    cluster: Cluster,
    live: LiveCluster,
    providers: Mapping[str, Provider],
    catalog: Catalog,
    *,
    is_in_charge: bool,
) -> Iterator[Diagnostic]:
    """Yield what the file says and the cluster does not bear out; what could not be read is not held against it.

    Args: with `is_in_charge` our own Argo CD syncs the cluster already, so that what is there may be ours.
    Reports: `other-kubernetes`, `other-provider`, `other-issuer`, `absent-storage-class`, `no-default-storage-class`,
    `absent-gpu-nodes`, `other-gpu-count`, `already-installed`, `absent-component`, `other-existing-version`.
    """
    yield from _kubernetes(cluster, live)
    yield from _provider(cluster, live, providers)
    yield from _issuer(cluster, live, providers[cluster.provider])
    yield from _storage(cluster, live, catalog)
    for pool in cluster.pools:
        yield from _pool(pool, cluster, live)
    for installation in cluster.installations:
        if installation.existing is not None:
            yield from _existing(installation, installation.existing, cluster, live, catalog)
        elif not is_in_charge and is_ours(installation):
            yield from _already(installation, cluster, live, catalog)


def _kubernetes(cluster: Cluster, live: LiveCluster) -> Iterator[Diagnostic]:
    found, wanted = _MINOR.match(live.version or ""), _MINOR.match(cluster.kubernetes)
    if found is None or wanted is None:
        return
    place = (*cluster.origin, "kubernetes")
    minor = f"{found[1]}.{found[2]}"
    if found.groups()[:2] != wanted.groups()[:2]:
        yield warning(
            "other-kubernetes",
            f"cluster {cluster.name} runs Kubernetes {live.version}, the file says {cluster.kubernetes}",
            place,
            notes=("versions and removed APIs were judged for what the file says",),
            help=f'write `kubernetes: "{minor}"`, or upgrade the cluster',
        )
    elif wanted[3] is not None and found[3] is not None and found[3] != wanted[3]:
        yield info(
            "other-kubernetes",
            f"cluster {cluster.name} runs Kubernetes {live.version}, the file says {cluster.kubernetes}",
            place,
            help=f'write `kubernetes: "{minor}"` if the patch release does not matter',
        )


def _provider(cluster: Cluster, live: LiveCluster, providers: Mapping[str, Provider]) -> Iterator[Diagnostic]:
    """Yield a finding where every node is marked as another provider's, and none as this one's."""
    if not live.nodes or not providers[cluster.provider].node_marks:
        return
    # Of two marks that fit, the longer one says more: k3d's nodes are k3s nodes too.
    marked = {
        name: max((len(mark) for mark in provider.node_marks for node in live.nodes if _bears(node, mark)), default=0)
        for name, provider in providers.items()
    }
    nearest = max(sorted(marked), key=lambda name: marked[name])
    if marked[nearest] and not marked[cluster.provider]:
        yield error(
            "other-provider",
            f"the nodes are those of {providers[nearest].title}, the file says {cluster.provider}",
            (*cluster.origin, "provider"),
            help=f"is this cluster {cluster.name}? If so, write `provider: {nearest}`",
        )


def _bears(node: LiveNode, mark: str) -> bool:
    return node.provider_id.startswith(mark) if "://" in mark else mark in node.labels


def _issuer(cluster: Cluster, live: LiveCluster, provider: Provider) -> Iterator[Diagnostic]:
    if live.issuer is None or _VERIFIES_TOKENS not in cluster.installed:
        return
    said = cluster.parameters.get("serviceAccountIssuer")
    in_cluster = provider.token_issuer is TokenIssuer.IN_CLUSTER and provider.node_marks
    expected = said or (IN_CLUSTER_ISSUER if in_cluster else None)
    if live.issuer == expected or (expected is None and provider.token_issuer is not TokenIssuer.EKS):
        return
    place = (*cluster.origin, "serviceAccountIssuer") if said else cluster.origin
    otherwise = f"not as {expected}" if expected else "which the file does not say"
    yield warning(
        "other-issuer",
        f"cluster {cluster.name} signs the tokens of service accounts as {live.issuer}, {otherwise}",
        place,
        notes=("programs that call the platform with such a token are turned away",),
        help=_issuer_help(live.issuer, provider, in_charge_of_flag=bool(in_cluster and not said)),
    )


def _issuer_help(issuer: str, provider: Provider, *, in_charge_of_flag: bool) -> str:
    if in_charge_of_flag:
        return f"make the {provider.title} cluster with --service-account-issuer={IN_CLUSTER_ISSUER} for its API server"
    return f"write `serviceAccountIssuer: {issuer}`"


def _storage(cluster: Cluster, live: LiveCluster, catalog: Catalog) -> Iterator[Diagnostic]:
    if live.storage_classes is None:
        return
    known = ", ".join(sorted(live.storage_classes)) or "none"
    wanted = cluster.parameters.get("storageClass")
    if wanted is not None and wanted not in live.storage_classes:
        yield error(
            "absent-storage-class",
            f"cluster {cluster.name} has no StorageClass {wanted}",
            (*cluster.origin, "storageClass"),
            help=f"make it, or name one that is there: {known}",
        )
    if wanted is None and not live.default_classes:
        claimed = [each.component for each in cluster.installations if is_ours(each) and _claims(each, catalog)]
        if claimed:
            yield error(
                "no-default-storage-class",
                f"cluster {cluster.name} has no default StorageClass, and the file names none",
                cluster.origin,
                notes=(f"volumes of {', '.join(claimed)} would wait for ever",),
                help=f"write `storageClass: NAME` (there are: {known}), or mark one as default",
            )


def _claims(installation: Installation, catalog: Catalog) -> bool:
    carried = _carried(installation, catalog)
    return carried is not None and bool(carried.volume_claims)


def _pool(pool: GpuPool, cluster: Cluster, live: LiveCluster) -> Iterator[Diagnostic]:
    if live.nodes is None:
        return
    nodes = [node for node in live.nodes if node.labels.get(names.POOL_KEY) == pool.name]
    if len(nodes) < pool.min_nodes:
        unclaimed = [
            node.name for node in live.nodes if names.POOL_KEY not in node.labels and pool.resource in node.allocatable
        ]
        label = f"kubectl label node {unclaimed[0]} {names.POOL_KEY}={pool.name}" if unclaimed else ""
        yield warning(
            "absent-gpu-nodes",
            f"{_count(len(nodes), 'node')} of pool {pool.name} on {cluster.name}, at least {pool.min_nodes} were "
            "declared",
            (*pool.origin, "nodes"),
            notes=(f"GPUs and no pool: {', '.join(unclaimed)}",) if unclaimed else (),
            help=f"if one of those belongs to it: {label}" if label else "make the nodes, or lower `nodes.min`",
        )
    wanted = pool.capacity // pool.max_nodes if pool.max_nodes else 0
    for node in nodes:
        found = node.allocatable.get(pool.resource, "0")
        if wanted and found != str(wanted):
            yield warning(
                "other-gpu-count",
                f"node {node.name} of pool {pool.name} offers {found} {pool.resource}, the file says {wanted}",
                pool.origin,
                help="is the device plugin running, with the sharing that the pool asks for? "
                f"kubectl describe node {node.name}",
            )


def _count(number: int, noun: str) -> str:
    return f"there {'is' if number == 1 else 'are'} {number or 'no'} {noun}{'' if number == 1 else 's'}"


def _carried(installation: Installation, catalog: Catalog) -> ComponentRelease | None:
    """Return the component as the catalog has it: in its release, or in the newest for one that we do not install."""
    product = catalog.products().get(installation.product)
    if product is None:
        return None
    if installation.existing is None:
        return catalog.release(installation.product, installation.product_version).components[installation.component]
    for version in reversed(catalog.versions(installation.product)):
        if installation.component in product.releases[version].components:
            return catalog.release(installation.product, version).components[installation.component]
    return None


def _names(carried: ComponentRelease | None) -> list[str]:
    """Return the workloads of a component by `Kind namespace/name`."""
    objects = map(identity_of, carried.objects) if carried else ()
    return [f"{each.kind} {each.namespace}/{each.name}" for each in objects if each.kind in _KINDS]


def _workloads(installation: Installation, live: LiveCluster, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Return the workloads of a component that are on the cluster, by `Kind namespace/name`, with their images."""
    wanted = set(_names(_carried(installation, catalog)))
    return {name: images for name, images in sorted((live.workloads or {}).items()) if name in wanted}


def _already(installation: Installation, cluster: Cluster, live: LiveCluster, catalog: Catalog) -> Iterator[Diagnostic]:
    found = _workloads(installation, live, catalog)
    if not found:
        return
    version = next(filter(None, map(_tag, next(iter(found.values())))), "")
    yield error(
        "already-installed",
        f"cluster {cluster.name} has {installation.component} already: {next(iter(found))}"
        + (f" ({version})" if version else ""),
        _place(installation, cluster),
        notes=("what the platform installs would take its place, at another version perhaps",),
        help=f'keep it: `components: {{{installation.component}: {{existing: "{version or "VERSION"}"}}}}` for this '
        "cluster, or uninstall it first",
    )


def _existing(
    installation: Installation, said: str, cluster: Cluster, live: LiveCluster, catalog: Catalog
) -> Iterator[Diagnostic]:
    """Yield a finding where what the cluster is said to have is not there, or is there in another version."""
    carried = _carried(installation, catalog)
    if live.workloads is None or not _names(carried):
        return
    place = (*_place(installation, cluster), "existing")
    found = _workloads(installation, live, catalog)
    if not found:
        # An operator or a cloud may run it under other names; its definitions tell as well.
        defined = set(carried.crds if carried else ()) & (live.definitions or frozenset())
        if not defined:
            yield warning(
                "absent-component",
                f"nothing of {installation.component} was found on {cluster.name}, which should have it already",
                place,
                help=f"install {installation.component} {said} there, or remove `existing`",
            )
        return
    versions = sorted({tag for images in found.values() for tag in map(_tag, images[:1]) if tag})
    if versions and not any(_agree(said, version) for version in versions):
        yield warning(
            "other-existing-version",
            f"cluster {cluster.name} has {installation.component} {', '.join(versions)}, the file says {said}",
            place,
            help=f'write `existing: "{versions[0]}"`, which the matrix then judges',
        )


def _place(installation: Installation, cluster: Cluster) -> YamlPath:
    return installation.origin if installation.origin[:1] == ("components",) else installation.origin or cluster.origin


def _tag(image: str) -> str | None:
    """Return the version in an image's tag, without what follows it (`1.28.0-distroless`), if there is one."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    found = re.match(r"v?(\d+(?:\.\d+)+)", tag)
    return found[1] if found else None


def _agree(said: str, found: str) -> bool:
    """Return whether two versions are one as far as both say."""
    ours, theirs = said.removeprefix("v").split("."), found.split(".")
    length = min(len(ours), len(theirs))
    return ours[:length] == theirs[:length]
