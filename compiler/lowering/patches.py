"""Kustomize patches: their targets, what they hit, and the ones that every overlay needs.

Knows no component; a target is matched as kustomize matches it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from compiler.diagnostics.model import Diagnostic, error
from compiler.frozen import frozen
from compiler.model import names
from compiler.model.manifest import Identity, Object
from compiler.model.platform import Installation, UserPatch

HASH = re.compile(r"-[2456789bcdfghkmt]{10}$")
"""The suffix that kustomize gives to generated ConfigMaps and Secrets (sigs.k8s.io/kustomize api/hasher)."""
DATA_KINDS: Mapping[tuple[str, str], str] = {
    ("", "Namespace"): "v1",
    ("", "PersistentVolumeClaim"): "v1",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "apiextensions.k8s.io/v1",
    ("kubeflow.org", "Profile"): "kubeflow.org/v1",
}
"""Kinds whose deletion deletes data, with the version to patch them in."""
_UNTRACKED = ("apiextensions.k8s.io", "CustomResourceDefinition")
"""A kind on which Argo CD puts no mark, so that it never misses one.
Source: argo-cd v3.6.1 reposerver/repository/repository.go, IsCRD."""
_STAYS = {names.SYNC_OPTIONS: "Prune=false,Delete=false"}
KEEP = {names.COMPARE_OPTIONS: "IgnoreExtraneous", **_STAYS}
"""Annotations that keep an object when it leaves Git or when its Application is deleted.

What was kept after it left Git must not make its Application OutOfSync for ever: later waves would never come.
"""
LATER = {names.SYNC_WAVE: "1"}
"""Annotation that applies an object after everything else of its Application is healthy."""
_ANY = "any"
_ADMISSION = "admissionregistration.k8s.io"
_WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_PLACED = frozenset({("apps", "Deployment"), ("apps", "StatefulSet"), ("batch", "Job")})
"""Workloads whose pods may run on any node."""


@frozen
class Patched:
    """A target and a patch that may or may not hit something; `origin` is the user's patch, if it is one."""

    target: Mapping[str, str]
    patch: Any
    user: UserPatch | None = None


def annotate(target: Mapping[str, str], annotations: Mapping[str, str], api_version: str = "v1") -> dict[str, Any]:
    """Return a patch that adds annotations to every object that the target selects."""
    body = {
        "apiVersion": api_version,
        "kind": target["kind"],
        "metadata": {"name": target.get("name", _ANY), "annotations": dict(annotations)},
    }
    return {"target": dict(target), "patch": body}


def delete(target: Mapping[str, str]) -> dict[str, Any]:
    """Return a patch that leaves out the objects that the target selects."""
    group = target.get("group", "")
    body = {
        "$patch": "delete",
        "apiVersion": f"{group}/{target.get('version', 'v1')}" if group else "v1",
        "kind": target["kind"],
        "metadata": {"name": target.get("name", _ANY)},
    }
    return {"target": dict(target), "patch": body}


def keep_data(identities: Iterable[Identity]) -> list[dict[str, Any]]:
    """Return patches that keep the objects that hold data, one for each kind of which there is an object."""
    present = {(identity.group, identity.kind) for identity in identities}
    return [
        annotate(
            {"group": group, "kind": kind} if group else {"kind": kind},
            _STAYS if (group, kind) == _UNTRACKED else KEEP,
            version,
        )
        for (group, kind), version in DATA_KINDS.items()
        if (group, kind) in present
    ]


def storage_class(identities: Iterable[Identity], name: str | None) -> list[dict[str, Any]]:
    """Return a patch that gives every volume claim its storage class, where there is a claim and a class is named."""
    if name is None or not any(identity.kind == "PersistentVolumeClaim" for identity in identities):
        return []
    operation = {"op": "add", "path": "/spec/storageClassName", "value": name}
    return [{"target": {"kind": "PersistentVolumeClaim"}, "patch": [operation]}]


def webhooks(identities: Iterable[Identity], annotations: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return patches that annotate every webhook configuration, where there are some and annotations are named."""
    present = {identity.kind for identity in identities if identity.group == _ADMISSION} if annotations else ()
    return [
        annotate({"group": _ADMISSION, "kind": kind}, annotations or {}, f"{_ADMISSION}/v1")
        for kind in _WEBHOOKS
        if kind in present
    ]


def on_nodes(
    identities: Iterable[Identity], selector: Mapping[str, str] | None, tolerations: Sequence[Mapping[str, str]] | None
) -> list[dict[str, Any]]:
    """Return patches that put every workload but those of each node onto the nodes that are meant for the platform."""
    where: dict[str, Any] = {"nodeSelector": dict(selector)} if selector else {}
    if tolerations:
        where["tolerations"] = [dict(each) for each in tolerations]
    kinds = sorted({(each.group, each.kind) for each in identities} & _PLACED) if where else []
    return [
        {
            "target": {"group": group, "kind": kind},
            "patch": {
                "apiVersion": f"{group}/v1",
                "kind": kind,
                "metadata": {"name": _ANY},
                "spec": {"template": {"spec": where}},
            },
        }
        for group, kind in kinds
    ]


def later(kinds: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return patches that apply custom resources after the controller that defines and admits them.

    `kinds` are pairs of group and kind.
    """
    return [
        annotate({"group": group, "kind": kind}, LATER, f"{group}/v1") for group, kind in sorted(set(kinds)) if group
    ]


@cache  # every cluster names the same objects
def identity_of(text: str) -> Identity:
    """Return the identity written as `Kind.group namespace/name`, without the suffix of generated names."""
    kind, _, place = text.partition(" ")
    kind, _, group = kind.partition(".")
    namespace, slash, name = place.partition("/")
    if not slash:
        namespace, name = "", place
    return plain_identity(Identity(group, kind, namespace, name))


def plain_identity(identity: Identity) -> Identity:
    """Return the identity without the suffix of generated names."""
    if identity.group or identity.kind not in {"ConfigMap", "Secret"}:
        return identity
    return identity._replace(name=HASH.sub("", identity.name))


def selects(target: Mapping[str, str], identity: Identity, manifest: Object | None = None) -> bool:
    """Return whether kustomize's patch target selects an object.

    Fields are regular expressions that must match whole. Selectors of labels and annotations are compared only
    when the object itself is given; otherwise they are taken as met.
    Source: kubernetes-sigs/kustomize api/types/selector.go, api/resmap/reswrangler.go (Select).
    """
    for key, value in (
        ("group", identity.group),
        ("kind", identity.kind),
        ("namespace", identity.namespace),
        ("name", identity.name),
    ):
        if target.get(key) and not _whole(target[key])(value):
            return False
    if manifest is None:
        return True
    metadata = manifest.get("metadata", {})
    version = str(manifest.get("apiVersion", "")).rpartition("/")[2]
    if target.get("version") and not _whole(target["version"])(version):
        return False
    return _meets(target.get("labelSelector", ""), metadata.get("labels") or {}) and _meets(
        target.get("annotationSelector", ""), metadata.get("annotations") or {}
    )


@cache  # A target is held against every object of its component: looking the pattern up would cost more than matching.
def _whole(pattern: str) -> Callable[[str], object]:
    """Return what tells whether a text matches as a whole. Raises: `re.error` for what is no regular expression."""
    return re.compile(pattern).fullmatch


_REQUIREMENT = re.compile(
    r"\s*(?:(?P<absent>!)\s*(?P<no>[^\s,()!=]+)"
    r"|(?P<key>[^\s,()!=]+)\s*(?:(?P<op>==|!=|=)\s*(?P<value>[^\s,()]*)|(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?)\s*(?:,|$)"
)


def _meets(selector: str, labels: Mapping[str, str]) -> bool:
    """Return whether labels meet a Kubernetes label selector."""
    for match in _REQUIREMENT.finditer(selector):
        if match["no"]:
            met = match["no"] not in labels
        elif match["set"]:
            found = labels.get(match["key"]) in {value.strip() for value in match["values"].split(",")}
            met = found if match["set"] == "in" else not found
        elif match["op"]:
            met = (labels.get(match["key"]) == match["value"]) == (match["op"] != "!=")
        else:
            met = match["key"] in labels
        if not met:
            return False
    return True


def unmatched(patches: Iterable[Patched], objects: Sequence[Identity | Object]) -> list[Patched]:
    """Return the patches whose target selects none of the objects.

    `objects` are either a rendering before the patches, or the identities that the catalog lists.
    """
    pairs: list[tuple[Identity, Object | None]] = [
        (plain_identity(item), None) if isinstance(item, Identity) else (plain_identity(Identity.of(item)), item)
        for item in objects
    ]
    return [
        patched for patched in patches if not any(selects(patched.target, identity, item) for identity, item in pairs)
    ]


def unmatched_user_patches(installation: Installation, objects: Sequence[Identity | Object]) -> list[Diagnostic]:
    """Return a finding for each of the user's patches that hits none of the component's objects.

    Reports: `patch-matches-nothing`.
    """
    patches = [Patched(patch.target, patch.patch, patch) for patch in installation.patches]
    found = []
    for patched in unmatched(patches, objects):
        if patched.user is None:
            continue
        wanted = " ".join(patched.target[key] for key in ("kind", "namespace", "name") if key in patched.target)
        found.append(
            error(
                "patch-matches-nothing",
                f"no object of {installation.component} is {wanted or patched.target}",
                (*patched.user.origin, "target"),
                notes=_near(patched.target, objects),
                help="correct the target, or remove the patch",
            )
        )
    return found


def _near(target: Mapping[str, str], objects: Sequence[Identity | Object]) -> tuple[str, ...]:
    """Return what stands nearest: the objects of that kind, else the objects of that name."""
    identities = sorted({plain_identity(item if isinstance(item, Identity) else Identity.of(item)) for item in objects})
    for key in ("kind", "name"):
        near = [str(item) for item in identities if target.get(key) and getattr(item, key) == target[key]]
        if near:
            more = f", and {len(near) - 6} more" if len(near) > 6 else ""
            return (f"there are: {', '.join(near[:6])}{more}",)
    return ()
