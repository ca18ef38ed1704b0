"""Who owns which object, and what may leave the tree; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.diagnostics.model import Diagnostic, error
from compiler.model.manifest import DATA_KINDS, Application, Identity
from compiler.model.platform import Platform, Removal


def identities(application: Application) -> Iterator[Identity]:
    """Yield the identity of every object that an application holds, upstream's included."""
    yield from application.upstream
    for chart in application.charts:
        for manifest in chart.objects:
            yield Identity.of(manifest)


class Owners:
    """Which application holds which object, cluster by cluster, as applications are added.

    `data` maps clusters to their data-holding objects, as text, and the origins of those. It starts with what
    applications that were not compiled again hold.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, str]]) -> None:
        self.data = {cluster: dict(found) for cluster, found in kept.items()}
        self._owners: dict[str, dict[Identity, str]] = {}

    def add(self, application: Application) -> list[Diagnostic]:
        """Add an application's objects and return a finding for each that has an owner already.

        Reports: `object-owned-twice`.
        """
        owners = self._owners.setdefault(application.cluster, {})
        data = self.data.setdefault(application.cluster, {})
        findings = []
        for identity in identities(application):
            other = owners.get(identity)
            if identity.kind in DATA_KINDS:
                other = other or data.get(str(identity))
                data[str(identity)] = application.origin
            if other is not None:
                findings.append(_twice(application, identity, other))
            owners[identity] = application.origin
        return findings


def _twice(application: Application, identity: Identity, other: str) -> Diagnostic:
    return error(
        "object-owned-twice",
        f"{identity} on {application.cluster} comes from both {other} and {application.origin}",
        help="rename one of the two: Argo CD would let the two applications overwrite each other for ever",
    )


def lost_data(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]], platform: Platform
) -> list[Diagnostic]:
    """Return a finding for each origin whose data would leave the tree although `removed` does not say so.

    Args: `before` and `after` map clusters to their data-holding objects and the origins of those.
    Reports: `unannounced-removal`.
    """
    findings = []
    for cluster in sorted(before):
        gone: dict[str, list[str]] = {}
        for name, origin in sorted(before[cluster].items()):
            if name in after.get(cluster, {}) or _is_permitted(platform.removed, cluster, name, origin):
                continue
            gone.setdefault(origin, []).append(name)
        findings += [_lost(cluster, origin, names) for origin, names in sorted(gone.items())]
    return findings


def _is_permitted(removed: Iterable[Removal], cluster: str, name: str, origin: str) -> bool:
    for removal in removed:
        if removal.kind == "cluster":
            if removal.name == cluster:
                return True
        elif removal.cluster not in (None, cluster):
            continue
        elif removal.kind == "team" and origin == f"teams.{removal.name}":
            return True
        elif removal.kind == "component" and origin == f"components.{removal.name}":
            return True
        elif removal.kind == "namespace":
            kind, _, rest = name.partition(" ")
            if rest == removal.name and kind in ("Namespace", "Profile.kubeflow.org"):
                return True
            if rest.startswith(f"{removal.name}/"):
                return True
    return False


def _lost(cluster: str, origin: str, names: list[str]) -> Diagnostic:
    section, _, subject = origin.partition(".")
    kind = {"teams": "team", "components": "component"}.get(section)
    if kind is None:
        kind, subject = "namespace", names[0].partition(" ")[2].partition("/")[0]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return error(
        "unannounced-removal",
        f"{origin} is gone from {cluster}, and with it {shown}",
        ("removed",),
        notes=("what holds data leaves Git only when `removed` says so; nothing was written",),
        help=f"bring it back, or let it go on purpose:\n"
        f"removed:\n  - {{{kind}: {subject}, cluster: {cluster}, reason: \"…\"}}",
    )
