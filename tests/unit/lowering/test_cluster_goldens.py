"""What creates a cluster on each provider, as it is committed. Read it as an expert would: it is what users get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.emit.render import application_files
from compiler.lowering.cluster_files import lower_cluster_files
from compiler.model.platform import Registry
from compiler.providers import Providers, creation
from tests.golden import assert_tree
from tests.unit.lowering.declared import namespace, pool, tenant
from tests.unit.providers.created import order

GOLDEN = Path(__file__).parent / "golden" / "clusters"
PLACES: Mapping[str, Mapping[str, Any]] = {
    "gke": {"project": "acme-ml", "region": "europe-west4", "zones": ("europe-west4-a", "europe-west4-b")},
    "eks": {"region": "eu-west-1", "zones": ("eu-west-1a", "eu-west-1b"), "account": "123456789012"},
    "aks": {"region": "westeurope", "zones": ("1", "2"), "resource_group": "acme-ml"},
}
REGISTRIES = (
    Registry("ecr", {"account": "210987654321", "region": "eu-west-1"}, ()),
    Registry("gar", {"project": "acme-images", "region": "europe-west4"}, ()),
    Registry("acr", {"name": "acmeimages"}, ()),
)
VISION = tenant(namespaces=[namespace("vision")], registries=REGISTRIES)


def test_golden_trees_of_clusters_on_each_provider() -> None:
    files: dict[str, bytes] = {}
    for provider in (each for each in Providers() if creation(each).creates):
        plain = order(provider, gateway="LoadBalancer", tenants=(VISION,), **PLACES.get(provider, {}))
        steady = replace(pool("steady"), accelerator="nvidia-t4", min_nodes=1)
        elastic = replace(pool("elastic"), accelerator="nvidia-t4")
        gpus = order(provider, steady, elastic, gateway="LoadBalancer", tenants=(VISION,), **PLACES.get(provider, {}))
        for folder, wanted in ((provider, plain), (f"{provider}-gpus", gpus)):
            made = lower_cluster_files(wanted)
            assert made is not None
            for output in application_files(made, {}, ()):
                name = output.path.removeprefix("generated/prod/cluster/")
                if files.get(f"{provider}/{name}") != output.content and not name.startswith("gpu-pools."):
                    files[f"{folder}/{name}"] = output.content
    assert_tree(GOLDEN, files)
