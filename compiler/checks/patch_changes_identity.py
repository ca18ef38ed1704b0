"""A patch changes an object; under another name it would be another object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, error
from compiler.model.platform import Platform, UserPatch
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each operation on, or other value of, what tells an object from others."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        for installation in cluster.installations:
            for patch in installation.patches:
                if patch.origin in told:
                    continue
                told.add(patch.origin)
                for inside, where in _changes(patch):
                    yield error(
                        CHECK.id,
                        f"this patch changes {where} of objects of {installation.component}",
                        (*patch.origin, *(("path",) if patch.file else inside)),
                        help="remove it; namespaces and names are what the rest of the release refers to",
                        sources=CHECK.sources,
                    )


def _changes(patch: UserPatch) -> Iterator[tuple[YamlPath, str]]:
    """Yield each place of a patch that changes an object's identity, with what it changes."""
    if isinstance(patch.patch, Mapping):
        metadata = patch.patch.get("metadata")
        for key in ("name", "namespace"):
            written = metadata.get(key) if isinstance(metadata, Mapping) else None
            # A target may be an expression; what kustomize would make of another name is nothing at all.
            if written is not None and key in patch.target and not _may_be(str(written), patch.target[key]):
                yield ("patch", "metadata", key), f"metadata.{key}"
        return
    for index, operation in enumerate(patch.patch if isinstance(patch.patch, list | tuple) else ()):
        if isinstance(operation, Mapping) and operation.get("op") != "test" and operation.get("path") in _IDENTITY:
            yield ("patch", index, "path"), str(operation["path"])[1:].replace("/", ".")


def _may_be(name: str, pattern: str) -> bool:
    return name == pattern or not pattern.replace("-", "").replace(".", "").isalnum()


_IDENTITY = frozenset({"/metadata/name", "/metadata/namespace", "/kind", "/apiVersion"})

_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
components:
  kserve:
    patches:
      - target: {{kind: Deployment, name: kserve-controller-manager}}
        patch: {}
"""


CHECK = Check(
    id="patch-changes-identity",
    severity=Severity.ERROR,
    summary="A patch changes an object's name, namespace, kind or API version",
    why="Argo CD would delete the old object and make a new one, and what refers to the old name would lead nowhere.",
    sources=("https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/",),
    bad=_PLATFORM.format("[{op: replace, path: /metadata/namespace, value: models}]"),
    good=_PLATFORM.format("[{op: replace, path: /spec/replicas, value: 2}]"),
    run=run,
)
