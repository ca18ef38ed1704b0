"""Credentials of models are read by KServe, as far as its version knows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import LAPTOP
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, warning
from compiler.model.platform import Cluster, ModelStorage, Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each model storage that nothing on some cluster of the team reads."""
    del as_of
    told: set[YamlPath] = set()
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for storage in tenant.model_storage:
                found = None if storage.origin in told else _unread(storage, cluster, facts)
                if found is not None:
                    told.add(storage.origin)
                    why, help_text = found
                    yield warning(
                        CHECK.id,
                        f"no model of team {tenant.team} on cluster {cluster.name} is loaded from its {storage.type}",
                        storage.origin,
                        notes=(why,),
                        help=help_text,
                        sources=CHECK.sources,
                    )


def _unread(storage: ModelStorage, cluster: Cluster, facts: Facts) -> tuple[str, str] | None:
    """Return why nothing on the cluster reads the storage's credentials, and what to do; nothing where KServe does."""
    kserve = cluster.installed.get("kserve")
    if kserve is None:
        return (
            "KServe reads the credentials, and it is not there",
            "add `components: {kserve: {}}`, or remove the entry",
        )
    version = kserve.running
    first = _FIRST.get(storage.type)
    if first is None or version is None or not facts.satisfies("kserve", version, f"<{first}"):
        return None
    return (
        f"KServe {version} loads nothing from there; {first} is the first that does",
        'take `versions: {kubeflow: ">=1.10"}`, or remove the entry',
    )


_FIRST = {"huggingface": "0.14"}
"""The KServe that first reads a type. Source: kserve/kserve v0.14.1, pkg/credentials/hf, which v0.13.1 has not, as its
python/kserve/kserve/storage/storage.py knows no `hf://`. Kubeflow 1.10 brings 0.14.1."""
_TEAM = """\
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces: [{name: vision, clusters: [dev]}]
    modelStorage: [{type: s3, secretRef: models-s3}]
"""

CHECK = Check(
    id="model-storage-not-read",
    severity=Severity.WARNING,
    summary="A team's model storage is for a KServe that is not there, or too old for it",
    why="Models would be asked for without the credentials, and the storage refuses.",
    sources=("https://kserve.github.io/website/docs/model-serving/storage/overview",),
    bad=f"distribution: none\n{LAPTOP}{_TEAM}",
    good=f"{LAPTOP}{_TEAM}",
    run=run,
)
