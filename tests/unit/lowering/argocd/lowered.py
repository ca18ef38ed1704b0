"""A small platform, and what Argo CD is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.lowering.argocd.children import Child, component_children, is_ours
from compiler.lowering.components import lower_component
from compiler.model.manifest import Application
from compiler.model.platform import Cluster, Platform
from tests.unit.lowering.installed import catalog, cluster, installation, platform

HERE = cluster(
    [
        installation("istio-install", "26.03", wave=1),
        installation("kserve", "26.03", wave=2),
        installation("user-namespace", "26.03", wave=3),
        installation("cert-manager", "26.03", existing="1.19.0"),
    ]
)
WHOLE = platform(HERE)


def children(here: Cluster, whole: Platform) -> list[Child]:
    applications = [lower_component(i, here, whole, catalog()) for i in here.installations if is_ours(i)]
    return list(component_children(here, applications))


def objects(application: Application) -> Iterator[Any]:
    for chart in application.charts:
        yield from chart.objects


def named(application: Application, name: str) -> Any:
    (found,) = [item for item in objects(application) if item["metadata"]["name"] == name]
    return found
