"""What a patch takes out of the release, Argo CD deletes, and with it what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each patch that deletes a definition, a namespace or a volume claim, once for each patch."""
    del facts, as_of
    told: set[object] = set()
    for cluster in platform.clusters:
        for installation in cluster.installations:
            for patch in installation.patches:
                kind = patch.target.get("kind")
                lost = _LOST.get(kind or "")
                if lost is None or patch.origin in told or not isinstance(patch.patch, Mapping):
                    continue
                told.add(patch.origin)
                if patch.patch.get("$patch") == "delete":
                    name = patch.target.get("name")
                    yield error(
                        CHECK.id,
                        f"this patch deletes {kind}" + (f" {name}" if name else "") + f" of {installation.component}, "
                        f"and with it {lost}",
                        (*patch.origin, "path") if patch.file else (*patch.origin, "patch", "$patch"),
                        help="remove the patch; what may go is named under `removed`, with a reason",
                        sources=CHECK.sources,
                    )


_LOST = {
    "CustomResourceDefinition": "every resource of its kind",
    "Namespace": "everything that is in it",
    "PersistentVolumeClaim": "what is stored there",
}
"""Kinds on whose objects data hang, with what goes with one."""

_PLATFORM = """\
clusters: [{{name: dev, environment: dev, provider: k3d, kubernetes: "1.34"}}]
versions: {{kubeflow: "26.03"}}
components:
  katib:
    patches:
      - target: {{kind: PersistentVolumeClaim, name: katib-mysql}}
        patch: {}
"""


CHECK = Check(
    id="patch-deletes-data",
    severity=Severity.ERROR,
    summary="A patch deletes a definition, a namespace or a volume claim",
    why="Argo CD prunes what is no longer in Git: a definition takes all resources of its kind along, "
    "a claim its volume.",
    sources=("https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-pruning",),
    bad=_PLATFORM.format("{$patch: delete}"),
    good=_PLATFORM.format("{spec: {resources: {requests: {storage: 20Gi}}}}"),
    run=run,
)
