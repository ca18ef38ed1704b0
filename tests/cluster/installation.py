"""Puts a compiled platform on a real API server as Argo CD would: by waves, by server-side apply, definitions first.

What acts by itself and has nobody behind it here is only shown to the server (a dry run): webhooks and aggregated APIs
would refuse or hang what is about them. The profile controller, which has no process here either, is played.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from compiler.workspace.kustomize import build
from tests.cluster.api import Answer, Api, until
from tests.cluster.bases import build_from_parts
from tests.cluster.control_plane import is_true

SHOWN_ONLY = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService"}
WAVE = "argocd.argoproj.io/sync-wave"
_FIRST = ("Namespace", "CustomResourceDefinition", "ServiceAccount", "ConfigMap", "Secret", "ClusterRole", "Role")
"""Kinds in the order in which Argo CD applies a wave, the rest after (gitops-engine pkg/sync/sync_tasks.go)."""

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Rendered:
    """One overlay: its objects, or why upstream could not be read."""

    application: str
    wave: int
    objects: tuple[Manifest, ...]
    unreachable: str = ""


@dataclass
class Installation:
    """What was sent to the server and what it said."""

    overlays: Sequence[Rendered]
    answers: list[tuple[Rendered, Manifest, Answer]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Return how many objects the server took."""
        return sum(answer.ok for _, _, answer in self.answers)

    @property
    def refused(self) -> list[str]:
        """Return a line for each object that it refused; not for a kind whose definition could not be had."""
        return [
            f"{each.application}: {identity(item)}: {answer.code} {answer.message}"
            for each, item, answer in self.answers
            if not answer.ok and not (self.unreachable and answer.is_unknown)
        ]

    @property
    def unreachable(self) -> str:
        """Return why overlays could not be built, or nothing."""
        return "; ".join(f"{each.application}: {each.unreachable}" for each in self.overlays if each.unreachable)

    def objects(self, kind: str) -> Iterator[Manifest]:
        """Yield the objects of a kind."""
        return (item for _, item, _ in self.answers if item["kind"] == kind)


def rendered(root: Path, cluster: str, clones: Path) -> list[Rendered]:
    """Return every overlay of a cluster in the order in which the root Application syncs them, Argo CD itself first.

    `clones` is a folder for parts of repositories that cannot be fetched whole.
    """
    waves = {"argo-cd": -100, "bootstrap": -99, "applications": -98}
    for application in yaml.safe_load_all((root / f"generated/{cluster}/applications/applications.yaml").read_text()):
        metadata = application["metadata"]
        waves.setdefault(metadata["name"], int(metadata["annotations"][WAVE]))

    def one(overlay: Path) -> Rendered:
        directory = overlay.relative_to(root).as_posix()
        done = build(root, directory)
        if done.is_unreachable:
            done = build_from_parts(root, directory, clones) or done
        if done.failure is not None and not done.is_unreachable:
            raise AssertionError(f"{overlay.name}: {done.failure}")
        objects = sorted((item for item in yaml.load_all(done.text, Loader=yaml.CSafeLoader) if item), key=_order)
        why = done.failure.splitlines()[-1] if done.failure is not None else ""
        return Rendered(overlay.name, waves[overlay.name], tuple(objects), why)

    overlays = sorted((root / "overlays" / cluster).iterdir(), key=lambda path: (waves[path.name], path.name))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(one, overlays))


def install(overlays: Sequence[Rendered], api: Api) -> Installation:
    """Send every object of the overlays, in their order, and return what the server said to each."""
    done = Installation(overlays)
    for each in done.overlays:
        for item in each.objects:
            answer = api.apply(item, dry_run=item["kind"] in SHOWN_ONLY)
            done.answers.append((each, item, answer))
            if answer.ok and item["kind"] == "CustomResourceDefinition":
                _await_definition(api, item)
            if answer.ok and item["kind"] == "Profile":
                play_profile_controller(api, item)
    return done


def play_profile_controller(api: Api, profile: Manifest) -> None:
    """Write what the controller makes of a Profile besides the namespace, as far as the API server judges by it.

    Source: kubeflow/dashboard components/profile-controller/controllers/profile_controller.go, Reconcile.
    """
    namespace = profile["metadata"]["name"]
    owner = profile["spec"]["owner"]
    group = "rbac.authorization.k8s.io"
    objects: list[Manifest] = []
    for name, role in (("default-editor", "kubeflow-edit"), ("default-viewer", "kubeflow-view")):
        subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        objects.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _place(namespace, name)})
        objects.append(_binding(namespace, name, role, subject))
    subject = {"apiGroup": group, "kind": owner["kind"], "name": owner["name"]}
    objects.append(_binding(namespace, "namespaceAdmin", "kubeflow-admin", subject))
    quota = profile["spec"].get("resourceQuotaSpec")
    if quota:
        metadata = _place(namespace, "kf-resource-quota")
        objects.append({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": quota})
    for item in objects:
        answer = api.apply(item)
        assert answer.ok, f"{identity(item)}: {answer.message}"


def identity(item: Manifest) -> str:
    """Return kind, namespace and name of an object, as people say it."""
    metadata = item["metadata"]
    place = f"{metadata['namespace']}/" if "namespace" in metadata else ""
    return f"{item['apiVersion']} {item['kind']} {place}{metadata.get('name', metadata.get('generateName'))}"


def _order(item: Manifest) -> tuple[int, int, str, str]:
    wave = int(item["metadata"].get("annotations", {}).get(WAVE, "0"))
    rank = _FIRST.index(item["kind"]) if item["kind"] in _FIRST else len(_FIRST)
    return wave, rank, item["kind"], item["metadata"].get("name", "")


def _await_definition(api: Api, definition: Manifest) -> None:
    """Wait until objects of a new kind are taken, which Argo CD does too (its health check of definitions)."""
    spec = definition["spec"]
    version = next(each["name"] for each in spec["versions"] if each["served"])
    name = definition["metadata"]["name"]

    def is_served() -> bool:
        found = api.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", None, name).body
        if not is_true(found, "Established"):
            return False
        return api.resource(f"{spec['group']}/{version}", spec["names"]["kind"]) is not None

    until(f"{name} is served", is_served)


def _place(namespace: str, name: str) -> dict[str, str]:
    return {"namespace": namespace, "name": name}


def _binding(namespace: str, name: str, role: str, subject: Mapping[str, str]) -> Manifest:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": _place(namespace, name),
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }
