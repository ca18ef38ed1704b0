"""Derives what the components of a release need of each other, and the layers in which they can be installed.

Works on rendered objects only. `requires` fails without the other component (a kind, a namespace, a referenced
object, a webhook that must answer); `uses` works later or in part (calls by DNS name, roles on foreign kinds).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compiler.catalog.importer import analyse
from compiler.catalog.importer.analyse import Manifest, group_of
from compiler.model.manifest import Identity

_HOST = re.compile(r"(?<![\w.-])([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?![a-z0-9-])")
_POD_KINDS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"}

Reasons = dict[str, list[str]]


@dataclass
class Owners:
    """Who provides what in a release: the first component in the given order that has it."""

    kinds: dict[tuple[str, str], tuple[str, Manifest]] = field(default_factory=dict)
    resources: dict[tuple[str, str], str] = field(default_factory=dict)
    objects: dict[Identity, str] = field(default_factory=dict)
    namespaces: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    webhooks: list[tuple[str, str, Manifest]] = field(default_factory=list)

    @classmethod
    def of(cls, components: Mapping[str, Sequence[Manifest]]) -> Owners:
        """Return the owners of everything that the components hold; earlier components win."""
        owners = cls()
        for component, objects in components.items():
            for kind, definition in analyse.custom_kinds(objects).items():
                owners.kinds.setdefault(kind, (component, definition))
                owners.resources.setdefault((kind[0], definition["spec"]["names"]["plural"]), component)
            for item in objects:
                owners.objects.setdefault(Identity.of(item), component)
                if item["kind"] == "Namespace":
                    owners.namespaces.setdefault(
                        item["metadata"]["name"], (component, item["metadata"].get("labels") or {})
                    )
            owners.webhooks += [(component, name, hook) for name, hook in analyse.failing_webhooks(objects)]
        return owners


def derive(
    components: Mapping[str, Sequence[Manifest]], namespaces: Mapping[str, str]
) -> tuple[dict[str, Reasons], dict[str, Reasons], dict[str, Reasons]]:
    """Return `requires`, `uses` and what nothing here provides (`unmet`), each by component.

    `components` come with the default ones first: they own what several have. `namespaces` gives the namespace
    that a component's objects without one go to.
    """
    owners = Owners.of(_placed(components, namespaces))
    requires: dict[str, Reasons] = {}
    uses: dict[str, Reasons] = {}
    unmet: dict[str, Reasons] = {}
    for component, objects in components.items():
        hard: dict[str, set[str]] = defaultdict(set)
        missing: dict[str, set[str]] = defaultdict(set)
        own = {Identity.of(item) for item in _placed({component: objects}, namespaces)[component]}
        own_kinds = analyse.custom_kinds(objects)
        for item in objects:
            for reason, owner in _needs(item, owners, own, own_kinds, namespaces.get(component, "")):
                if owner is None:
                    missing[reason.partition(" ")[0]].add(reason)
                elif owner != component:
                    hard[owner].add(reason)
        soft: dict[str, set[str]] = defaultdict(set)
        for owner, reason in _links(objects, owners, own, namespaces.get(component, "")):
            if owner != component and owner not in hard:
                soft[owner].add(reason)
        requires[component], uses[component], unmet[component] = (_plain(found) for found in (hard, soft, missing))
    return requires, uses, unmet


def _placed(components: Mapping[str, Sequence[Manifest]], namespaces: Mapping[str, str]) -> dict[str, list[Manifest]]:
    """Return the objects with the namespace that those without one go to."""
    scopes = _scopes(Owners.of(components))
    placed: dict[str, list[Manifest]] = {}
    for component, objects in components.items():
        home = namespaces.get(component, "")
        placed[component] = [
            {**item, "metadata": {**item["metadata"], "namespace": home}}
            if home and analyse.lacks_namespace(item, scopes)
            else item
            for item in objects
        ]
    return placed


def waves(requires: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the components in layers, each needing only earlier ones; order within a layer is the given one.

    Raises `ValueError` with the members when some need each other in a circle.
    """
    layers: list[list[str]] = []
    placed: set[str] = set()
    rest = list(requires)
    while rest:
        layer = [
            component
            for component in rest
            if all(need in placed or need not in requires for need in requires[component])
        ]
        if not layer:
            raise ValueError(f"components need each other in a circle: {', '.join(rest)}")
        layers.append(layer)
        placed.update(layer)
        rest = [component for component in rest if component not in placed]
    return layers


def _plain(found: Mapping[str, set[str]]) -> Reasons:
    return {owner: sorted(found[owner]) for owner in sorted(found)}


def _needs(
    item: Manifest, owners: Owners, own: set[Identity], own_kinds: Mapping[tuple[str, str], Manifest], fallback: str
) -> Iterator[tuple[str, str | None]]:
    """Yield each hard need of one object with the component that meets it, None when nothing here does."""
    kind = (group_of(item), item["kind"])
    namespace = item["metadata"].get("namespace") or ""
    if kind not in own_kinds:
        if kind in owners.kinds:
            yield f"CR {kind[1]}.{kind[0]}", owners.kinds[kind][0]
        elif "." in kind[0] and not kind[0].endswith(".k8s.io"):
            yield f"CR {kind[1]}.{kind[0]}", None
    home = namespace or (fallback if analyse.lacks_namespace(item, _scopes(owners)) else "")
    if home and home in owners.namespaces and Identity("", "Namespace", "", home) not in own:
        yield f"namespace {home}", owners.namespaces[home][0]
    elif home and home not in owners.namespaces and home != "default" and not home.startswith("kube-"):
        yield f"namespace {home}", None
    for wanted in _references(item, home):
        if wanted not in own and wanted in owners.objects:
            where = f"{wanted.namespace}/" if wanted.namespace and wanted.kind in _PLACED else ""
            yield f"{wanted.kind} {where}{wanted.name}", owners.objects[wanted]
    if kind in owners.kinds:
        resource = owners.kinds[kind][1]["spec"]["names"]["plural"]
        for owner, name, hook in owners.webhooks:
            if any(analyse.admits(rule, item, resource) for rule in hook.get("rules") or ()):
                yield f"webhook {name} (Fail) admits {item['kind']}", owner


_PLACED = {"Gateway", "ConfigMap", "Secret", "ServiceAccount"}


def _scopes(owners: Owners) -> dict[tuple[str, str], bool]:
    return {kind: definition["spec"]["scope"] == "Namespaced" for kind, (_, definition) in owners.kinds.items()}


def _references(item: Manifest, namespace: str) -> Iterator[Identity]:
    """Yield the identities of objects that one object names and can't do without."""
    found = item.get("spec")
    spec: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    group, kind = group_of(item), item["kind"]
    if kind == "VirtualService" and group == "networking.istio.io":
        for gateway in spec.get("gateways") or ():
            place, slash, name = gateway.rpartition("/")
            if gateway != "mesh":
                yield Identity("networking.istio.io", "Gateway", place if slash else namespace, name)
    if group == "cert-manager.io" and (issuer := spec.get("issuerRef")):
        wanted = issuer.get("kind", "Issuer")
        yield Identity("cert-manager.io", wanted, "" if wanted == "ClusterIssuer" else namespace, issuer["name"])
    if kind in {"RoleBinding", "ClusterRoleBinding"}:
        role = item["roleRef"]
        yield Identity(
            "rbac.authorization.k8s.io", role["kind"], namespace if role["kind"] == "Role" else "", role["name"]
        )
    if kind in _POD_KINDS:
        for pod in analyse.pod_specs(spec):
            yield from _pod_references(pod, namespace)


def _pod_references(pod: Manifest, namespace: str) -> Iterator[Identity]:
    if account := pod.get("serviceAccountName"):
        yield Identity("", "ServiceAccount", namespace, account)
    if priority := pod.get("priorityClassName"):
        yield Identity("scheduling.k8s.io", "PriorityClass", "", priority)
    for volume in pod.get("volumes") or ():
        yield from _volume_references(volume, namespace)
    for container in [*(pod.get("initContainers") or ()), *pod["containers"]]:
        for source in container.get("envFrom") or ():
            yield from _keyed(source.get("configMapRef"), source.get("secretRef"), namespace)
        for variable in container.get("env") or ():
            source = variable.get("valueFrom") or {}
            yield from _keyed(source.get("configMapKeyRef"), source.get("secretKeyRef"), namespace)


def _volume_references(volume: Manifest, namespace: str) -> Iterator[Identity]:
    secret = volume.get("secret") or {}
    yield from _keyed(volume.get("configMap"), {**secret, "name": secret.get("secretName")}, namespace)
    for source in (volume.get("projected") or {}).get("sources") or ():
        yield from _keyed(source.get("configMap"), source.get("secret"), namespace)


def _keyed(config: Manifest | None, secret: Manifest | None, namespace: str) -> Iterator[Identity]:
    for kind, source in (("ConfigMap", config), ("Secret", secret)):
        if source and source.get("name") and not source.get("optional"):
            yield Identity("", kind, namespace, source["name"])


def _links(objects: Sequence[Manifest], owners: Owners, own: set[Identity], fallback: str) -> Iterator[tuple[str, str]]:
    """Yield component and reason of each soft link: pod webhooks, roles on foreign kinds, Service names in texts."""
    for item in objects:
        if item["kind"] in {"Role", "ClusterRole"} and not _is_aggregated(item):
            for rule in item.get("rules") or ():
                for group in rule.get("apiGroups") or ():
                    for resource in rule.get("resources") or ():
                        name = resource.partition("/")[0]
                        if (group, name) in owners.resources:
                            yield owners.resources[group, name], f"RBAC on {name}.{group}"
        if item["kind"] == "CustomResourceDefinition":
            continue
        for text in analyse.strings({key: value for key, value in item.items() if key != "metadata"}):
            for host, namespace in _HOST.findall(text):
                service = Identity("", "Service", namespace, host)
                if service in owners.objects and service not in own:
                    yield owners.objects[service], f"Service {host}.{namespace}"
        if item["kind"] in _POD_KINDS:
            yield from _pod_webhooks(item, owners, fallback)


def _is_aggregated(role: Manifest) -> bool:
    """Tell whether a role only adds to roles of people: what it grants is no link of the component's own."""
    return any("/aggregate-to-" in label for label in role["metadata"].get("labels") or {})


def _pod_webhooks(item: Manifest, owners: Owners, fallback: str) -> Iterator[tuple[str, str]]:
    namespace = item["metadata"].get("namespace") or fallback
    if namespace not in owners.namespaces:
        return
    labels = {"kubernetes.io/metadata.name": namespace, **owners.namespaces[namespace][1]}
    template = _template(item)
    pod: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": template.get("metadata") or {}}
    for owner, name, hook in owners.webhooks:
        if (
            any(analyse.admits(rule, pod) for rule in hook.get("rules") or ())
            and analyse.selects(hook.get("namespaceSelector"), labels)
            and analyse.selects(hook.get("objectSelector"), pod["metadata"].get("labels") or {})
        ):
            yield owner, f"pods pass webhook {name} (Fail)"


def _template(item: Manifest) -> Manifest:
    if item["kind"] == "Pod":
        return item
    spec = item["spec"]["jobTemplate"]["spec"] if item["kind"] == "CronJob" else item["spec"]
    template: Manifest = spec["template"]
    return template
