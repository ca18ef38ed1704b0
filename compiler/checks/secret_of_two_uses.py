"""A Secret of a team's namespace holds what one reader asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each model storage whose Secret is another's already."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        first: dict[str, tuple[str, YamlPath | None]] = {
            name: (f"what {owner} writes there itself", None) for name, owner in _MADE.items()
        }
        for registry in tenant.registries:
            if "secretRef" in registry.settings:
                place = (*registry.origin, "secretRef")
                first.setdefault(registry.settings["secretRef"], ("credentials of a registry", place))
        for storage in tenant.model_storage:
            name = storage.settings["secretRef"]
            path = (*storage.origin, "secretRef")
            purpose, used = first.setdefault(name, (f"credentials for {storage.type}", path))
            if used != path:
                yield error(
                    CHECK.id,
                    f"Secret {name} of team {tenant.team} would hold {purpose} and those for {storage.type}",
                    path,
                    related=(Label(used, "named here first"),) if used else (),
                    help=f"give it a Secret of its own: `secretRef: models-{storage.type}`",
                    sources=CHECK.sources,
                )


_MADE = {"mlpipeline-minio-artifact": "the controller of pipelines"}
"""Secrets that a controller makes in every namespace of a team, under keys of its own.
Source: kubeflow/manifests@26.03 .../installs/multi-user/pipelines-profile-controller/sync.py."""

CHECK = Check(
    id="secret-of-two-uses",
    severity=Severity.ERROR,
    summary="A model storage names a Secret that is for something else",
    why="KServe tells by its keys what a Secret is for, and stops at the first that it knows; a Secret to pull images "
    "with has another type, and what a controller writes it writes again.",
    sources=("https://github.com/kserve/kserve/blob/v0.16.0/pkg/credentials/service_account_credentials.go",),
    bad=team("modelStorage: [{type: s3, secretRef: models}, {type: huggingface, secretRef: models}]"),
    good=team("modelStorage: [{type: s3, secretRef: models-s3}, {type: huggingface, secretRef: hugging-face}]"),
    run=run,
)
