"""The page docs/gpu-pools.md: which line of a GPU pool becomes which field of what; knows no object by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from compiler.catalog.load import Catalog
from compiler.lowering.components import lower_component
from compiler.lowering.parameters import GPU_READERS
from compiler.lowering.plan import plan_units
from compiler.model import names
from compiler.providers import Providers
from tools.pages.declarations import Declaration, Objects, differences, meant, rows, table

_HEAD = """# What becomes of a GPU pool

Made by `make update-golden`, and held to it by a test: each row is the difference between a build with the declaration
and one without, with Kubeflow {release}. Of long lists the beginning is shown. All that is written, for each provider
and release, stands below `tests/unit/lowering/golden/pools/`.

Label and taint of a pool are `platform/gpu-pool=NAME` everywhere. `gpu-pools.tf.json` is Terraform's, beside
instructions in `generated/CLUSTER/cluster/`; the form of notebooks and the values of the GPU Operator are their
components'.
"""
POOL = "gpuPools[]"
_A100 = {"accelerator": "nvidia-a100-80gb", "gpusPerNode": 1}
CLUSTERS: Mapping[str, tuple[dict[str, Any], dict[str, Any], tuple[Declaration, ...]]] = {
    "gke": (
        {"project": "acme-ml", "region": "europe-west4"},
        _A100,
        (
            Declaration(POOL, "machineType", "a2-ultragpu-1g"),
            Declaration(POOL, "zones", ["europe-west4-a"]),
            Declaration(POOL, "spot", value=True),
            Declaration(POOL, "nodes", {"min": 1, "max": 8}),
            Declaration(POOL, "provisioner", "nodePool"),
            Declaration(POOL, "sharing", {"strategy": "timeSlicing", "replicas": 4}),
            Declaration(POOL, "sharing", {"strategy": "mig", "profile": "1g.10gb"}),
        ),
    ),
    "eks": (
        {"region": "eu-west-1"},
        {"accelerator": "nvidia-a10g", "gpusPerNode": 1},
        (
            Declaration(POOL, "machineType", "g5.2xlarge"),
            Declaration(POOL, "zones", ["eu-west-1a"]),
            Declaration(POOL, "spot", value=True),
            Declaration(POOL, "nodes", {"min": 1, "max": 8}),
            Declaration(POOL, "provisioner", "nodeGroup"),
            Declaration(POOL, "sharing", {"strategy": "timeSlicing", "replicas": 4}),
            Declaration(POOL, "sharing", {"strategy": "mps", "replicas": 4}),
        ),
    ),
    "aks": (
        {"region": "westeurope", "resourceGroup": "acme-ml"},
        _A100,
        (
            Declaration(POOL, "zones", ["1"]),
            Declaration(POOL, "spot", value=True),
            Declaration(POOL, "nodes", {"min": 1, "max": 8}),
            Declaration(POOL, "provisioner", "karpenter"),
            Declaration(POOL, "sharing", {"strategy": "mig", "profile": "1g.10gb"}),
        ),
    ),
    "k3s": ({}, _A100, (Declaration(POOL, "sharing", {"strategy": "timeSlicing", "replicas": 4}),)),
}
"""For each provider its cluster, its plain pool, and what is declared beside that."""


def gpu_pools_page() -> str:
    """Return the page as Markdown."""
    release = Catalog().versions("kubeflow")[-1]
    lines = [_HEAD.format(release=release)]
    for provider, (cluster, pool, declarations) in CLUSTERS.items():
        empty = _made(provider, cluster, None, release)
        plain = _made(provider, cluster, pool, release)
        lines += [f"## {Providers()[provider].title}", "", *table("declaration", "object", "field")]
        block = Declaration("", "gpuPools", [{"name": "fast", **pool, "nodes": {"max": 8}}])
        lines += _rows(block, empty, plain)
        for declaration in declarations:
            declared = _made(provider, cluster, {**pool, declaration.key: declaration.value}, release)
            lines += _rows(declaration, plain, declared)
        lines.append("")
    return "\n".join(lines)


def _rows(declaration: Declaration, before: Objects, after: Objects) -> list[str]:
    return rows(declaration, ((name, fields) for name, fields in differences(before, after) if fields))


def _made(provider: str, cluster: Mapping[str, Any], pool: Mapping[str, Any] | None, release: str) -> Objects:
    """Return what a platform with that pool becomes, as far as it is about GPUs: objects and parts of files by name."""
    here = {"name": "main", "environment": "dev", "provider": provider, "kubernetes": "1.34", **cluster}
    platform = {
        "apiVersion": "platform/v1alpha1",
        "kind": "Platform",
        "metadata": {"name": "acme"},
        "gitops": {"repoURL": "https://github.com/acme/platform.git"},
        "versions": {"kubeflow": f"=={release}"},
        "components": {"kueue": {}, "gpu-operator": {}},
        "clusters": [here],
        "gpuPools": [{"name": "fast", "cluster": "main", "nodes": {"min": 0, "max": 8}, **pool}] if pool else [],
    }
    catalog = Catalog()
    found = meant(platform, catalog)
    wanted = (names.GPU_POOLS_APPLICATION, names.GPU_NODES_APPLICATION, names.CLUSTER_DIRECTORY)
    made: Objects = {}
    for application in (each.lower() for each in plan_units(found, catalog) if each.application in wanted):
        made |= {
            f"{each['kind']} {each['metadata']['name']}": each for chart in application.charts for each in chart.objects
        }
        made |= {name: each for name, each in application.files.items() if isinstance(each, Mapping)}
    [only] = found.clusters
    for component in sorted(GPU_READERS):
        lowered = lower_component(only.installed[component], only, found, catalog)
        if lowered.helm is not None:
            made[f"values of {component}"] = _read(lowered.helm.values)
        for patch in lowered.overlay.fields["patches"]:
            if isinstance(patch["patch"], Mapping) and "data" in patch["patch"]:
                made[f"ConfigMap {patch['target']['name']}"] = {"data": _read(patch["patch"]["data"])}
    return made


def _read(value: Any) -> Any:
    """Return data with the JSON inside its texts as data, so that rows show the fields in there."""
    if isinstance(value, Mapping):
        return {key: _read(inner) for key, inner in value.items()}
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value
