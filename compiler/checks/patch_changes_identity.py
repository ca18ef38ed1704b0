"""A patch changes an object; under another name it would be another object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform, UserPatch
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each operation on what tells an object from others."""
    del facts, as_of
    told: set[tuple[object, ...]] = set()
    for cluster in platform.clusters:
        for installation in cluster.installations:
            for patch in installation.patches:
                if patch.origin in told:
                    continue
                told.add(patch.origin)
                for index, where in _changes(patch):
                    inside = ("path",) if patch.file else ("patch", index, "path")
                    yield error(
                        CHECK.id,
                        f"this patch changes {where[1:].replace('/', '.')} of objects of {installation.component}",
                        (*patch.origin, *inside),
                        help="remove the operation; namespaces and names are what the rest of the release refers to",
                        sources=CHECK.sources,
                    )


def _changes(patch: UserPatch) -> Iterator[tuple[int, str]]:
    if isinstance(patch.patch, Mapping):
        return
    for index, operation in enumerate(patch.patch if isinstance(patch.patch, list | tuple) else ()):
        if isinstance(operation, Mapping) and operation.get("op") != "test" and operation.get("path") in _IDENTITY:
            yield index, str(operation["path"])


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
