"""How Argo CD would sync renderings: whether its projects allow them and whether everything comes in order.

Works on rendered objects alone, so that whatever made them is proven; knows neither files nor the platform file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from compiler.diagnostics.model import Diagnostic
from compiler.emit import layout
from compiler.frozen import frozen
from compiler.lowering.argocd.projects import refused
from compiler.lowering.patches import selects
from compiler.model import names
from compiler.model.manifest import Identity
from compiler.verify.place import Place
from compiler.verify.scope import Scopes

Objects = Sequence[Mapping[str, Any]]

_ALWAYS_THERE = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
_CONFIGURATIONS = frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})


@frozen
class Synced:
    """What Argo CD is told of one overlay: the wave it comes in, its project and where it goes."""

    application: str
    name: str
    wave: int
    project: str
    server: str
    namespace: str


def synced(cluster: str, applications: Objects) -> dict[str, Synced]:
    """Return what the Application objects say, by the overlay of the cluster that each syncs."""
    found = {}
    for manifest in applications:
        if manifest["kind"] != "Application" or names.TEAM_LABEL in manifest["metadata"].get("labels", ()):
            continue  # what a team syncs itself is no overlay, even in a folder of such a name
        spec = manifest["spec"]
        for source in spec.get("sources", [spec.get("source", {})]):
            *_, above, application = ("", "", *str(source.get("path", "")).split("/"))
            if above == cluster and f"{layout.OVERLAYS}/{cluster}/" in f"{source['path']}/":
                found[application] = Synced(
                    application,
                    manifest["metadata"]["name"],
                    _wave(manifest),
                    spec["project"],
                    spec["destination"].get("server", ""),
                    spec["destination"].get("namespace", ""),
                )
    return found


def _wave(manifest: Mapping[str, Any]) -> int:
    return int((manifest["metadata"].get("annotations") or {}).get(names.SYNC_WAVE, "0"))


def forbidden(
    cluster: str,
    told: Mapping[str, Synced],
    projects: Mapping[str, Mapping[str, Any]],
    objects: Mapping[str, Objects],
    scopes: Scopes,
) -> Iterator[Diagnostic]:
    """Yield a finding for each Application and object that its AppProject would not let Argo CD sync.

    Reports: `project-forbids-object`.
    """
    for application, found in objects.items():
        entry = told.get(application)
        if entry is None:
            continue
        place = Place(cluster, application)
        project = projects.get(entry.project)
        if project is None:
            yield place.error("project-forbids-object", f"there is no AppProject {entry.project} that it could be in")
            continue
        destination = {"server": entry.server, "namespace": entry.namespace}
        if destination not in project["spec"]["destinations"]:
            yield place.error(
                "project-forbids-object",
                f"AppProject {entry.project} does not allow its destination, namespace {entry.namespace or 'unset'} "
                f"on {entry.server}, so Argo CD would sync nothing of it",
            )
        placed = [_placed(manifest, entry) if scopes.is_namespaced(manifest) else manifest for manifest in found]
        namespaced = [manifest for manifest in placed if scopes.is_namespaced(manifest)]
        others = [manifest for manifest in placed if not scopes.is_namespaced(manifest)]
        for identity in refused(project, namespaced, others, server=entry.server):
            yield place.error("project-forbids-object", f"AppProject {entry.project} does not allow {identity}")


def _placed(manifest: Mapping[str, Any], entry: Synced) -> Mapping[str, Any]:
    """Return the object in the namespace that Argo CD would put it into."""
    namespace = manifest["metadata"].get("namespace") or entry.namespace
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}


class Order:
    """What the overlays of a cluster bring, by the overlay that does."""

    def __init__(
        self,
        cluster: str,
        told: Mapping[str, Synced],
        objects: Mapping[str, Objects],
        scopes: Scopes,
        *,
        namespaces: Collection[str] = (),
    ) -> None:
        self._cluster = cluster
        self._told = told
        self._objects = {name: found for name, found in objects.items() if name in told}
        self._scopes = scopes
        self._there = _ALWAYS_THERE | set(namespaces)
        self._namespaces: dict[str, str] = {}
        self._kinds: dict[tuple[str, str], tuple[str, str]] = {}
        """For each group and kind the overlay with its CRD, and its plural."""
        self._hooks: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = []
        for application, found in self._objects.items():
            for manifest in found:
                self._note(application, manifest)

    def _note(self, application: str, manifest: Mapping[str, Any]) -> None:
        kind = manifest["kind"]
        if kind == "Namespace":
            self._namespaces.setdefault(manifest["metadata"]["name"], application)
        elif kind == "CustomResourceDefinition":
            spec = manifest["spec"]
            self._kinds[spec["group"], spec["names"]["kind"]] = (application, spec["names"]["plural"])
        elif kind in _CONFIGURATIONS:
            self._hooks += [
                (application, manifest, hook)
                for hook in manifest.get("webhooks") or ()
                if hook.get("failurePolicy", "Fail") == "Fail" and "service" in hook.get("clientConfig", {})
            ]

    def findings(self) -> Iterator[Diagnostic]:
        """Yield what would be applied too early, and what stands in a namespace that nothing makes.

        What an Application brings itself is there in time: Argo CD applies namespaces and definitions first. Webhooks
        are not: they serve when their pods run, so what they admit needs a later wave there too.
        Reports: `applied-before-its-definition`, `missing-namespace`.
        """
        for application, found in self._objects.items():
            for manifest in found:
                yield from self._of(application, manifest)

    def _of(self, application: str, manifest: Mapping[str, Any]) -> Iterator[Diagnostic]:
        place, identity = Place(self._cluster, application), Identity.of(manifest)
        if self._scopes.is_namespaced(manifest):
            if not identity.namespace:
                yield place.error("missing-namespace", f"{identity} says no namespace to stand in")
            elif identity.namespace not in self._there:
                maker = self._namespaces.get(identity.namespace)
                if maker is None:
                    yield place.error(
                        "missing-namespace", f"{identity} stands in a namespace that nothing on {self._cluster} makes"
                    )
                elif not self._is_before(maker, application):
                    yield self._early(place, identity, "its namespace", maker)
        definition = self._kinds.get((identity.group, identity.kind))
        if definition is None:
            return
        definer, plural = definition
        if not self._is_before(definer, application):
            yield self._early(place, identity, "its definition", definer)
        for admitter, configuration, hook in self._hooks:
            if not _admits(hook, identity.group, plural, manifest):
                continue
            if admitter == application:
                if _wave(manifest) <= _wave(configuration):
                    what = f"the webhook {hook['name']} of the same application"
                    yield place.error(
                        "applied-before-its-definition",
                        f"{identity} is applied in the same wave as {what}, which refuses it while it does not run yet",
                    )
            elif not self._is_before(admitter, application):
                yield self._early(place, identity, f"the webhook {hook['name']} that admits it", admitter)

    def _is_before(self, first: str, second: str) -> bool:
        return first == second or self._told[first].wave < self._told[second].wave

    def _early(self, place: Place, identity: Identity, what: str, provider: str) -> Diagnostic:
        mine, theirs = self._told[place.application].wave, self._told[provider].wave
        return place.error(
            "applied-before-its-definition",
            f"{identity} is applied in wave {mine}, but {what} comes with {provider} in wave {theirs}",
        )


def _admits(hook: Mapping[str, Any], group: str, plural: str, manifest: Mapping[str, Any]) -> bool:
    """Return whether the webhook is asked when the object is made; selectors of namespaces count as met."""
    labels = (hook.get("objectSelector") or {}).get("matchLabels") or {}
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    if selector and not selects({"labelSelector": selector}, Identity.of(manifest), manifest):
        return False
    return any(
        {"CREATE", "*"} & set(rule.get("operations") or ())
        and {group, "*"} & set(rule.get("apiGroups") or ())
        and {plural, "*", "*/*"} & set(rule.get("resources") or ())
        for rule in hook.get("rules") or ()
    )
