"""Who owns which object, and what may leave the tree; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.model.manifest import DATA_KINDS, Application, Identity
from compiler.model.names import team_application
from compiler.model.platform import Cluster, Platform, Removal

_OBJECTS = {"crd": "CustomResourceDefinition.apiextensions.k8s.io", "pvc": "PersistentVolumeClaim"}
"""Keys of `removed` that name single objects, with the kinds as an `Identity` writes them."""


def identities(application: Application) -> Iterator[tuple[str, str, str, str]]:
    """Yield the identity of every object that an application holds, upstream's included.

    Each has the fields of an `Identity`, and is equal to one; to make one of every object of a large platform would
    take longer than to compare them.
    """
    yield from application.upstream
    yield from application.opened
    for chart in application.charts:
        for manifest in chart.objects:
            group, slash, _ = manifest["apiVersion"].partition("/")
            metadata = manifest["metadata"]
            yield (group if slash else "", manifest["kind"], metadata.get("namespace", ""), metadata["name"])


class Owners:
    """Which application holds which object, cluster by cluster, as applications are added.

    `data` maps clusters to their data-holding objects, as text, and the applications that hold those. It starts with
    what applications that were not compiled again hold.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, str]]) -> None:
        self.data = {cluster: dict(found) for cluster, found in kept.items()}
        self._owners: dict[str, dict[tuple[str, str, str, str], str]] = {}

    def add(self, application: Application) -> list[Diagnostic]:
        """Add an application's objects and return a finding for each that has an owner already.

        Reports: `object-owned-twice`.
        """
        owners = self._owners.setdefault(application.cluster, {})
        data = self.data.setdefault(application.cluster, {})
        findings = []
        name = application.name
        for identity in identities(application):
            other = owners.get(identity)
            if identity[1] in DATA_KINDS:
                text = str(Identity(*identity))
                other = other or data.get(text)
                data[text] = name
            if other is not None:
                findings.append(_twice(application, Identity(*identity), other))
            owners[identity] = name
        return findings


def _twice(application: Application, identity: Identity, other: str) -> Diagnostic:
    return error(
        "object-owned-twice",
        f"{identity} on {application.cluster} comes from both {other} and {application.name}",
        notes=(f"the second one is made from {application.origin}",),
        help="rename or disable one of the two: Argo CD would let the applications overwrite each other for ever",
    )


def lost_data(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]], platform: Platform
) -> list[Diagnostic]:
    """Return a finding for each application whose data would leave the tree although `removed` does not say so.

    Args: `before` and `after` map clusters to their data-holding objects and the applications that hold those.
    Reports: `unannounced-removal`.
    """
    findings = []
    for cluster in sorted(before):
        gone: dict[str, list[str]] = {}
        for name, application in sorted(before[cluster].items()):
            if name not in after.get(cluster, {}) and not _is_permitted(platform.removed, cluster, name, application):
                gone.setdefault(application, []).append(name)
        here = next((one for one in platform.clusters if one.name == cluster), None)
        installed = {each.component for each in here.installations} if here else set()
        findings += [
            _lost(
                cluster, application, names, _place(application, here, platform), is_installed=application in installed
            )
            for application, names in sorted(gone.items())
        ]
    return findings


def _place(application: str, cluster: Cluster | None, platform: Platform) -> YamlPath:
    """Return where the file speaks of what lost something: the team, the component, the cluster, or all clusters."""
    here = [cluster] if cluster else []
    teams = (tenant for each in (*here, *platform.clusters) for tenant in each.tenants)
    team = next((tenant for tenant in teams if team_application(tenant.team) == application), None)
    if team is not None:
        return (*team.origin, "name")
    if cluster is None:
        return ("clusters",)
    component = cluster.installed.get(application)
    return component.origin if component is not None else (*cluster.origin, "name")


def _is_permitted(removed: Iterable[Removal], cluster: str, name: str, application: str) -> bool:
    return any(
        removal.cluster in (None, cluster) and _covers(removal, cluster, name, application) for removal in removed
    )


def _covers(removal: Removal, cluster: str, name: str, application: str) -> bool:
    if removal.kind == "cluster":
        return removal.name == cluster
    if removal.kind == "team":
        return application == team_application(removal.name)
    if removal.kind == "component":
        return application == removal.name
    kind, _, rest = name.partition(" ")
    if removal.kind in _OBJECTS:
        return (kind, rest) == (_OBJECTS[removal.kind], removal.name)
    if removal.kind == "namespace":
        is_itself = rest == removal.name and kind in ("Namespace", "Profile.kubeflow.org")
        return is_itself or rest.startswith(f"{removal.name}/")
    return False


def _lost(cluster: str, application: str, names: list[str], path: YamlPath, *, is_installed: bool) -> Diagnostic:
    """Return the finding with entries of `removed` that cover what would go, and no more than that where it can be.

    Args: `is_installed`: the application stays, so that letting the whole component go would be wrong. `path` is what
    the file has left of it.
    """
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    entries = "".join(
        f'\n  - {{{kind}: {each}, cluster: {cluster}, reason: "..."}}'
        for kind, each in _permissions(application, names, is_installed=is_installed)
    )
    return error(
        "unannounced-removal",
        f"{shown} would leave Git with {application} on {cluster}, and data with it",
        path,
        at_key=True,
        notes=("what holds data leaves Git only when `removed` says so; nothing was written",),
        help=f"bring it back, or let it go on purpose:\nremoved:{entries}",
    )


def _permissions(application: str, names: list[str], *, is_installed: bool) -> list[tuple[str, str]]:
    """Return the kinds and names of entries of `removed` that cover these objects, without repeating one."""
    namespaces = sorted({name.partition(" ")[2] for name in names if name.startswith("Namespace ")})
    if not is_installed and (not namespaces or len(names) > 2 * len(namespaces)):
        return [("component", application)]
    found = [("namespace", namespace) for namespace in namespaces]
    keys = {kind: key for key, kind in _OBJECTS.items()}
    for name in names:
        kind, _, rest = name.partition(" ")
        if kind in keys and rest.partition("/")[0] not in namespaces:
            found.append((keys[kind], rest))
        elif kind not in keys and rest not in namespaces:
            found.append(("namespace", rest.partition("/")[0]))
    return list(dict.fromkeys(found))
