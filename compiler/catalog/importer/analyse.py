"""Describes the rendered objects of one component: names, sizes, images, secrets, webhooks.

Sees one component at a time; what components need of each other is `requirements.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.catalog.importer.kinds import CLUSTER_SCOPED, plural
from compiler.model.manifest import Identity

Manifest = Mapping[str, Any]

APPLY_LIMIT_BYTES = 262144
"""Longest annotation value, so the largest object for client-side apply (argo-cd docs/user-guide/sync-options.md)."""

_EMBEDDED_IMAGE = re.compile(
    r"(?<![\w./:@-])(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?/)(?:[a-z0-9._-]+/)*[a-z0-9._-]+"
    r"(?::v?\d[\w.-]*(?:@sha256:[0-9a-f]{64})?|:(?:latest|main|master|nightly|debug)(?:-[\w.-]+)?|@sha256:[0-9a-f]{64})(?![\w/])"
)
_POD_KEYS = ("initContainers", "containers", "ephemeralContainers")


def describe(objects: Sequence[Manifest], scopes: Mapping[tuple[str, str], bool]) -> dict[str, Any]:
    """Return the catalog's description of the objects, in the shape of a release entry's component.

    `scopes` says of custom kinds (group, kind) whether they are namespaced. Lists are sorted.
    """
    images = sorted(set(images_of(objects)))
    embedded = sorted(set(_embedded_images(objects)) - set(images))
    return {
        "objects": sorted(str(Identity.of(item)) for item in objects),
        "namespaces": namespaces_of(objects, scopes),
        "namespacesCreated": _namespaces_created(objects),
        "namespaceUnset": sorted(str(Identity.of(item)) for item in objects if lacks_namespace(item, scopes)),
        "crds": {
            item["metadata"]["name"]: _size(item) for item in _sorted_by_name(objects, "CustomResourceDefinition")
        },
        "oversized": {
            f"{item['kind']}/{item['metadata']['name']}": size
            for item in objects
            if (size := _size(item)) > APPLY_LIMIT_BYTES
        },
        "conversionWebhooks": [
            item["metadata"]["name"]
            for item in _sorted_by_name(objects, "CustomResourceDefinition")
            if has_conversion(item)
        ],
        "ownResources": own_resources(objects),
        "ownResourcesBehindWebhook": own_resources_behind_webhook(objects),
        "webhooks": [_webhook(item) for item in sorted(objects, key=_webhook_order) if _is_webhook(item)],
        "images": images,
        "imagesEmbedded": embedded,
        "imagesUnpinned": sorted(image for image in (*images, *embedded) if is_unpinned(image)),
        "secrets": [_secret(item) for item in sorted(objects, key=_place) if item["kind"] == "Secret"],
        "volumeClaims": sorted(_claims(objects)),
        "aggregatedRoles": {
            item["metadata"]["name"]: "empty"
            if item.get("rules") == []
            else "absent"
            if "rules" not in item
            else "filled"
            for item in _sorted_by_name(objects, "ClusterRole")
            if item.get("aggregationRule")
        },
    }


def group_of(item: Manifest) -> str:
    """Return the API group of an object; the core group is empty."""
    return Identity.of(item).group


def custom_kinds(objects: Iterable[Manifest]) -> dict[tuple[str, str], Manifest]:
    """Return the definitions among the objects by the group and kind that they define."""
    return {
        (item["spec"]["group"], item["spec"]["names"]["kind"]): item
        for item in objects
        if item["kind"] == "CustomResourceDefinition"
    }


def has_conversion(definition: Manifest) -> bool:
    """Tell whether a custom resource definition converts through a webhook."""
    return bool((definition["spec"].get("conversion") or {}).get("strategy") == "Webhook")


def pod_specs(value: Any) -> Iterator[Manifest]:
    """Yield everything inside a value that looks like the spec of a pod."""
    if isinstance(value, Mapping):
        containers = value.get("containers")
        if isinstance(containers, list) and any(isinstance(one, Mapping) for one in containers):
            yield value
        for child in value.values():
            yield from pod_specs(child)
    elif isinstance(value, list):
        for child in value:
            yield from pod_specs(child)


def images_of(objects: Iterable[Manifest]) -> Iterator[str]:
    """Yield the image of each container in each object, custom resources too, definitions not."""
    for item in objects:
        if item["kind"] == "CustomResourceDefinition":
            continue
        for spec in pod_specs(item):
            for key in _POD_KEYS:
                for container in spec.get(key) or ():
                    if isinstance(container, Mapping) and isinstance(container.get("image"), str):
                        yield container["image"]


def is_unpinned(image: str) -> bool:
    """Tell whether an image has neither digest nor a tag other than the ones that move."""
    if "@" in image:
        return False
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return not colon or tag in {"latest", "main", "master", "nightly", "dev"}


def own_resources(objects: Sequence[Manifest]) -> dict[str, int]:
    """Return how many custom resources there are of each kind whose definition is among the objects too."""
    own = custom_kinds(objects)
    counts = Counter(f"{item['kind']}.{group_of(item)}" for item in objects if (group_of(item), item["kind"]) in own)
    return dict(sorted(counts.items()))


def own_resources_behind_webhook(objects: Sequence[Manifest]) -> dict[str, int]:
    """Return those of `own_resources` that pass a failing webhook which is among the objects too."""
    own = custom_kinds(objects)
    rules = [rule for _, hook in failing_webhooks(objects) for rule in hook.get("rules") or ()]
    counts: Counter[str] = Counter()
    for item in objects:
        definition = own.get((group_of(item), item["kind"]))
        if definition and any(admits(rule, item, definition["spec"]["names"]["plural"]) for rule in rules):
            counts[f"{item['kind']}.{group_of(item)}"] += 1
    return dict(sorted(counts.items()))


def failing_webhooks(objects: Iterable[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Yield configuration name and webhook of each admission webhook that blocks when it is down."""
    for item in objects:
        if _is_webhook(item):
            for hook in item.get("webhooks") or ():
                if hook.get("failurePolicy", "Fail") == "Fail":
                    yield item["metadata"]["name"], hook


def admits(rule: Manifest, item: Manifest, resource: str | None = None) -> bool:
    """Tell whether a webhook's rule applies when the object is created."""
    group, slash, version = str(item["apiVersion"]).rpartition("/")
    group = group if slash else ""
    names = {"*", "*/*", resource or plural(item["kind"])}
    return (
        bool({"*", "CREATE"} & set(rule.get("operations") or ()))
        and bool({"*", group} & set(rule.get("apiGroups") or ()))
        and bool({"*", version} & set(rule.get("apiVersions") or ()))
        and bool(names & set(rule.get("resources") or ()))
    )


def selects(selector: Manifest | None, labels: Mapping[str, str]) -> bool:
    """Tell whether a label selector fits; an empty one fits everything."""
    if not selector:
        return True
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for term in selector.get("matchExpressions") or ():
        present, values = term["key"] in labels, term.get("values") or []
        fits = {
            "In": present and labels.get(term["key"]) in values,
            "NotIn": not present or labels.get(term["key"]) not in values,
            "Exists": present,
            "DoesNotExist": not present,
        }[term["operator"]]
        if not fits:
            return False
    return True


def strings(value: Any) -> Iterator[str]:
    """Yield every text inside a value, keys of mappings not among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for child in value.values():
            yield from strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from strings(child)


def _namespaces_created(objects: Iterable[Manifest]) -> dict[str, dict[str, str]]:
    created = {
        item["metadata"]["name"]: item["metadata"].get("labels") or {}
        for item in objects
        if item["kind"] == "Namespace"
    }
    return {name: dict(sorted(labels.items())) for name, labels in sorted(created.items())}


def lacks_namespace(item: Manifest, scopes: Mapping[tuple[str, str], bool]) -> bool:
    """Tell whether an object of a namespaced kind says no namespace, so that it lands where the caller applies it."""
    return not item["metadata"].get("namespace") and _is_namespaced(item, scopes)


def namespaces_of(objects: Iterable[Manifest], scopes: Mapping[tuple[str, str], bool]) -> list[str]:
    """Return the namespaces that namespaced objects are in, sorted."""
    return sorted(
        {
            namespace
            for item in objects
            if (namespace := item["metadata"].get("namespace")) and _is_namespaced(item, scopes)
        }
    )


def _is_namespaced(item: Manifest, scopes: Mapping[tuple[str, str], bool]) -> bool:
    kind = (group_of(item), item["kind"])
    return scopes.get(kind, kind not in CLUSTER_SCOPED)


def _sorted_by_name(objects: Iterable[Manifest], kind: str) -> list[Manifest]:
    return sorted((item for item in objects if item["kind"] == kind), key=_place)


def _place(item: Manifest) -> tuple[str, str]:
    return item["metadata"].get("namespace") or "", item["metadata"]["name"]


def _size(item: Manifest) -> int:
    return len(json.dumps(item, separators=(",", ":"), ensure_ascii=False, default=str).encode())


def _is_webhook(item: Manifest) -> bool:
    return item["kind"] in {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}


def _webhook_order(item: Manifest) -> tuple[str, str]:
    return item["kind"], item["metadata"]["name"]


def _webhook(item: Manifest) -> dict[str, Any]:
    hooks = item.get("webhooks") or []
    source = (item["metadata"].get("annotations") or {}).get("cert-manager.io/inject-ca-from")
    bundles = {_bundle(hook) for hook in hooks}
    return {
        "kind": item["kind"],
        "name": item["metadata"]["name"],
        "webhooks": len(hooks),
        "caFrom": source or "",
        "caBundle": sorted(bundles),
        "rulesEmpty": any(not hook.get("rules") for hook in hooks),
        "failurePolicy": sorted({hook.get("failurePolicy", "Fail") for hook in hooks}),
    }


def _bundle(hook: Manifest) -> str:
    config = hook.get("clientConfig") or {}
    if "caBundle" not in config:
        return "absent"
    return "empty" if config["caBundle"] in (None, "", "Cg==", "XG4=", "\n") else "set"


def _secret(item: Manifest) -> dict[str, Any]:
    content = {**(item.get("data") or {}), **(item.get("stringData") or {})}
    return {
        "name": item["metadata"]["name"],
        "namespace": item["metadata"].get("namespace") or "",
        "keys": sorted(content),
        "emptyKeys": sorted(key for key, value in content.items() if not value),
    }


def _claims(objects: Iterable[Manifest]) -> Iterator[str]:
    for item in objects:
        claims = [item] if item["kind"] == "PersistentVolumeClaim" else []
        if item["kind"] == "StatefulSet":
            claims = item["spec"].get("volumeClaimTemplates") or []
        for claim in claims:
            size = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage", "")
            yield f"{claim['metadata']['name']} {size} {','.join(claim['spec'].get('accessModes') or ())}"


def _embedded_images(objects: Iterable[Manifest]) -> Iterator[str]:
    for item in objects:
        if item["kind"] != "CustomResourceDefinition":
            for text in strings({key: value for key, value in item.items() if key != "metadata"}):
                for found in _EMBEDDED_IMAGE.finditer(text):
                    if "://" not in text[max(0, found.start() - 3) : found.start()]:
                        yield found[0]
