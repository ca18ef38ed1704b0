"""Only what KServe serves can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import LAPTOP
from compiler.diagnostics.model import Diagnostic, Severity, YamlPath, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each namespace with open models that is on some cluster without KServe."""
    del facts, as_of
    told: set[YamlPath] = set()
    for cluster in platform.clusters:
        if "kserve" in cluster.installed:
            continue
        for tenant in cluster.tenants:
            for namespace in tenant.namespaces:
                if namespace.open_models and namespace.origin not in told:
                    told.add(namespace.origin)
                    yield warning(
                        CHECK.id,
                        f"namespace {namespace.name} opens models on cluster {cluster.name}, where nothing serves any",
                        (*namespace.origin, "openModels"),
                        at_key=True,
                        help="add `components: {kserve: {}}`, or take the key out",
                        sources=CHECK.sources,
                    )


_TEAM = """\
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces: [{name: vision, clusters: [dev], openModels: [ranker]}]
"""

CHECK = Check(
    id="open-model-not-served",
    severity=Severity.WARNING,
    summary="Models are opened on a cluster without KServe",
    why="What is opened are the pods of InferenceServices, and there are none.",
    sources=("https://kserve.github.io/website/docs/admin-guide/overview",),
    bad=f"distribution: none\n{LAPTOP}{_TEAM}",
    good=f"{LAPTOP}{_TEAM}",
    run=run,
)
