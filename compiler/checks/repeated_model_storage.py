"""A model is loaded with one set of credentials of each type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import ModelStorage, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each storage of a team whose type it has already."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        first: dict[str, ModelStorage] = {}
        for storage in tenant.model_storage:
            before = first.setdefault(storage.type, storage)
            if before is not storage:
                yield error(
                    CHECK.id,
                    f"team {tenant.team} has two model storages of type {storage.type}, and a model gets one of them",
                    storage.origin,
                    related=(Label(before.origin, "the first one"),),
                    help="keep the one that most models are loaded from, and bring the Secret of the other into the "
                    "namespace yourselves; a model that is loaded from there names it, as annotation "
                    f"`serving.kserve.io/storageSecretName: {storage.settings['secretRef']}` of its InferenceService",
                    sources=CHECK.sources,
                )


CHECK = Check(
    id="repeated-model-storage",
    severity=Severity.ERROR,
    summary="A team has two model storages of one type",
    why="KServe gives a model all Secrets of its ServiceAccount: of two for S3 the last one wins, of two key files for "
    "Google both are mounted at one path and the pod is refused.",
    sources=("https://kserve.github.io/website/docs/model-serving/storage/providers/s3",),
    bad=team("modelStorage: [{type: s3, secretRef: one}, {type: s3, secretRef: two}]"),
    good=team("modelStorage: [{type: s3, secretRef: one}, {type: gcs, secretRef: two}]"),
    run=run,
)
