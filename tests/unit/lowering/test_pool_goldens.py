"""GPU pools of every kind on each provider and release, as they are committed: from the text of a platform file.

What a release changes stands in files of its own; files that are equal are kept once, under the name of the first.
Read them as an expert would: they are what users get.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.diagnostics.model import Severity
from compiler.emit.render import application_files
from compiler.emit.yaml import dump, dump_plain
from compiler.lowering.components import lower_component
from compiler.lowering.plan import plan_units
from compiler.model import names
from compiler.model.manifest import Application
from compiler.model.platform import Cluster
from compiler.pipeline import Sources, understand
from compiler.placement.scheduler import why_not
from compiler.providers import Providers
from tests.golden import assert_tree
from tests.unit.lowering.installed import catalog

GOLDEN = Path(__file__).parent / "golden" / "pools"
DAY = date(2026, 4, 1)
PLACES = {
    "gke": {"project": "acme-ml", "region": "europe-west4"},
    "eks": {"region": "eu-west-1"},
    "aks": {"region": "westeurope", "resourceGroup": "acme-ml"},
}
BIG = {
    "gke": {"machineType": "a2-ultragpu-8g"},
    "eks": {"machineType": "p4de.24xlarge"},
    "aks": {"accelerator": "nvidia-a100-40gb", "machineType": "Standard_ND96asr_v4"},
}
"""Eight A100 in one machine, where they come like that; GKE cuts them into slices, as all others do."""
MORE_ZONES = {
    "gke": ["europe-west4-a", "europe-west4-b"],
    "eks": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "aks": ["1", "3"],
}
ZONES = {"gke": ["europe-west4-a"], "eks": ["eu-west-1a", "eu-west-1b"], "aks": ["1"]}
RELEASES = catalog().versions("kubeflow")
MINORS = {"1.9.1": "1.31", "1.10.0": "1.31", "1.10.1": "1.32", "1.10.2": "1.32"}
OPERATOR = ("eks", "aks", "k3s")
"""Providers on which the tests install the GPU Operator; elsewhere nodes come with all that they need."""


def platform_text(provider: str, release: str) -> str:
    """Return a platform with pools of whole, shared, cut, spot and always running GPUs."""
    is_cloud = provider in PLACES
    big = {"accelerator": "nvidia-a100-80gb", "gpusPerNode": 8, **BIG.get(provider, {})}
    profile = "1g.5gb" if big["accelerator"] == "nvidia-a100-40gb" else "1g.10gb"
    t4 = {"accelerator": "nvidia-t4", "gpusPerNode": 1}
    pools: list[dict[str, Any]] = [
        {"name": "big", **big, "nodes": {"min": 0, "max": 4}},
        {"name": "slices", **big, "nodes": {"min": 0, "max": 2}, "sharing": {"strategy": "mig", "profile": profile}},
        {"name": "shared", **t4, "nodes": {"min": 0, "max": 4}, "sharing": {"strategy": "timeSlicing", "replicas": 4}},
        {"name": "steady", **t4, "nodes": {"min": 1, "max": 2}},
    ]
    if is_cloud:
        pools[0]["zones"] = ZONES[provider]
        pools[2]["spot"] = True
    return dump_plain(
        {
            "apiVersion": "platform/v1alpha1",
            "kind": "Platform",
            "metadata": {"name": "acme"},
            "gitops": {"repoURL": "https://github.com/acme/platform.git"},
            "distribution": "kubeflow",
            "versions": {"kubeflow": f"=={release}"},
            "components": {"gpu-operator": {}} if provider in OPERATOR else {},
            "clusters": [
                {
                    "name": "main",
                    "environment": "dev",
                    "provider": provider,
                    "kubernetes": MINORS.get(release, "1.34"),
                    **PLACES.get(provider, {}),
                }
            ],
            "gpuPools": [{**pool, "cluster": "main"} for pool in pools],
            "teams": [
                {
                    "name": "vision",
                    "owner": {"user": "alice@acme.com"},
                    "namespaces": [{"name": "vision-lab", "clusters": ["main"]}],
                    "gpus": [{"pool": "big", "nominal": 8}],
                    "notebooks": {"images": ["ghcr.io/acme/vision:2026.10"]},
                }
            ],
        }
    )


@cache
def cluster(provider: str, release: str) -> tuple[Cluster, tuple[Application, ...]]:
    """Return the cluster and its applications about GPUs."""
    return lowered(platform_text(provider, release))


def lowered(text: str) -> tuple[Cluster, tuple[Application, ...]]:
    """Return the cluster of a platform file and its applications about GPUs."""
    found = understand(Sources("platform.yaml", text.encode(), None, "", lambda _: None), catalog(), as_of=DAY)
    wrong = [each for each in found.diagnostics if each.severity is Severity.ERROR]
    assert wrong == []
    assert found.platform is not None
    wanted = (names.GPU_POOLS_APPLICATION, names.GPU_NODES_APPLICATION, names.CLUSTER_DIRECTORY)
    units = [each for each in plan_units(found.platform, catalog()) if each.application in wanted]
    [only] = found.platform.clusters
    components = [
        lower_component(only.installed[name], only, found.platform, catalog())
        for name in ("gpu-operator", "jupyter-web-app", "knative-serving")
        if name in only.installed
    ]
    return only, (*(unit.lower() for unit in units), *components)


def component(provider: str, release: str, name: str) -> Application:
    """Return one of the lowered components."""
    return next(each for each in cluster(provider, release)[1] if each.name == name)


def form(provider: str, release: str) -> dict[str, Any]:
    """Return the form of notebooks as the web app reads it."""
    [patch] = component(provider, release, "jupyter-web-app").overlay.fields["patches"]
    assert patch["target"] == {"kind": "ConfigMap", "name": "jupyter-web-app-config"}
    text = patch["patch"]["data"]["spawner_ui_config.yaml"]
    return dict(yaml.safe_load(text)["spawnerFormDefaults"])


def tree(provider: str, release: str) -> dict[str, bytes]:
    """Return what the pools become on a provider and release, by file."""
    offered = {key: form(provider, release)[key] for key in ("image", "gpus", "affinityConfig", "tolerationGroup")}
    form_file = {"notebook-form.json": (json.dumps(offered, indent=1) + "\n").encode()}
    return files_of(cluster(provider, release)[1]) | form_file


def files_of(applications: Iterable[Application]) -> dict[str, bytes]:
    """Return the files of applications, the form of notebooks left out."""
    files: dict[str, bytes] = {}
    for application in applications:
        if application.helm is not None:
            files["gpu-operator.values.yaml"] = dump_plain(application.helm.values).encode()
        elif application.name == "jupyter-web-app":
            continue
        elif application.name != "knative-serving":
            for chart in application.charts:
                files[chart.file] = dump(chart.objects, f"Made from {chart.origin}.")
            charts = [chart.objects for chart in application.charts]
            for output in application_files(application, {}, charts):
                if output.path.startswith("generated/main/cluster/gpu-pools"):
                    files[output.path.rpartition("/")[2]] = output.content
    return files


OTHER_WAYS = {"gke": "nodePool", "eks": "nodeGroup", "aks": "karpenter"}
"""What does not usually make the nodes of a cloud, and can be asked to."""


@pytest.mark.parametrize(("provider", "provisioner"), OTHER_WAYS.items())
def test_golden_trees_of_what_is_asked_to_make_nodes(provider: str, provisioner: str) -> None:
    text = yaml.safe_load(platform_text(provider, RELEASES[-1]))
    big = {**text["gpuPools"][0], "provisioner": provisioner}
    text["gpuPools"] = [big, {**big, "name": "spot", "spot": True, "zones": MORE_ZONES[provider]}]
    made = lowered(dump_plain(text))[1]
    makers = [each for one in made if one.name == names.GPU_NODES_APPLICATION for each in one.charts]
    kinds = {(each["apiVersion"].partition("/")[0], each["kind"]) for chart in makers for each in chart.objects}
    assert kinds <= set(Providers()[provider].node_kinds)
    files = files_of(made)
    shown: dict[str, bytes] = {
        each: files[each] for each in ("nodes.yaml", "gpu-pools.tf.json", "gpu-pools.md") if each in files
    }
    assert_tree(GOLDEN.parent / "provisioners" / f"{provider}-{provisioner}", shown)
    nodes = nodes_of(files)
    assert {each["metadata"]["name"].partition("_")[0] for each in nodes} == {"big", "spot"}
    for flavor, takers in takers_of_flavors(files, nodes).items():
        own = [name for each in nodes if (name := each["metadata"]["name"]).partition("_")[0] == flavor[5:]]
        assert takers == ([] if flavor == names.CPU_FLAVOR else own)


def test_golden_trees_of_pools_on_each_provider_and_release() -> None:
    kept: dict[tuple[str, bytes], str] = {}
    files: dict[str, bytes] = {}
    rows = ["| provider | release | " + " | ".join(FILES) + " |", f"|{' --- |' * (len(FILES) + 2)}"]
    for provider in Providers():
        for release in RELEASES:
            made = tree(provider, release)
            cells = []
            for file in FILES:
                content = made.pop(file, None)
                if content is None:
                    cells.append("")
                    continue
                place = kept.setdefault((file, content), f"{provider}-{release}/{file}")
                files[place] = content
                cells.append(place.partition("/")[0])
            assert not made
            rows.append(f"| {' | '.join((provider, release, *cells))} |")
    files["matrix.md"] = "\n".join((*rows, "")).encode()
    assert_tree(GOLDEN, files)


FILES = (
    "queues.yaml",
    "admission.yaml",
    "nodes.yaml",
    "gpu-pools.tf.json",
    "gpu-pools.sh",
    "gpu-pools.md",
    "gpu-operator.values.yaml",
    "notebook-form.json",
)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("provider", Providers())
def test_label_and_taint_are_the_same_wherever_they_stand(provider: str, release: str) -> None:
    files = tree(provider, release)
    flavors = {
        each["metadata"]["name"].removeprefix("pool-"): each["spec"]
        for each in yaml.safe_load_all(files["queues.yaml"])
        if each["kind"] == "ResourceFlavor" and each["metadata"]["name"] != names.CPU_FLAVOR
    }
    offered = form(provider, release)
    groups = {
        each["groupKey"].removeprefix("pool-"): each["tolerations"] for each in offered["tolerationGroup"]["options"]
    }
    affinities = {
        each["configKey"].removeprefix("pool-"): {
            term["key"]: term["values"]
            for terms in each["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
                "nodeSelectorTerms"
            ]
            for term in terms["matchExpressions"]
        }
        for each in offered["affinityConfig"]["options"]
    }
    assert flavors.keys() == groups.keys() == affinities.keys() == {"big", "slices", "shared", "steady"}
    for pool, spec in flavors.items():
        assert spec["tolerations"] == groups[pool]
        assert {key: [value] for key, value in spec["nodeLabels"].items()} == affinities[pool]
        assert spec["nodeLabels"]["platform/gpu-pool"] == pool
        assert len(spec["tolerations"]) <= 8
    made = b"".join(files.get(name, b"") for name in ("nodes.yaml", "gpu-pools.tf.json", "gpu-pools.sh")).decode()
    for pool in flavors:
        assert pool in made


@pytest.mark.parametrize("release", RELEASES)
def test_the_form_has_the_schema_and_the_images_of_the_release(release: str) -> None:
    """Upstream's own file has exactly these keys in every release."""
    found = form("generic", release)
    assert set(found) == {
        "affinityConfig", "allowCustomImage", "configurations", "cpu", "dataVolumes", "environment", "gpus",
        "hideRegistry", "hideTag", "image", "imageGroupOne", "imageGroupTwo", "imagePullPolicy", "memory", "shm",
        "tolerationGroup", "workspaceVolume",
    }  # fmt: skip
    assert found["image"]["value"] in found["image"]["options"]
    assert found["image"]["options"][-1] == "ghcr.io/acme/vision:2026.10"
    assert found["image"]["value"].endswith(":v1.9.2" if release == "1.9.1" else ":v1.10.0")
    assert [each["limitsKey"] for each in found["gpus"]["value"]["vendors"]] == [
        "nvidia.com/gpu",
        "nvidia.com/mig-1g.10gb",
    ]


@pytest.mark.parametrize("release", RELEASES)
def test_models_may_ask_for_nodes(release: str) -> None:
    patches = component("generic", release, "knative-serving").overlay.fields["patches"]
    [features] = [each["patch"]["data"] for each in patches if each["target"].get("name") == "config-features"]
    assert {features[f"kubernetes.podspec-{word}"] for word in ("nodeselector", "tolerations", "affinity")} == {
        "enabled"
    }


DEVICE = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
"""The taint that GKE puts on GPU nodes by itself."""
EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NoSchedule": "NoSchedule"}
"""How clouds spell what a taint does."""


def nodes_made(files: dict[str, bytes]) -> dict[str, tuple[dict[str, str], list[dict[str, str]]]]:
    """Return labels and taints of the nodes that come out of the written files, by pool."""
    found: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {}
    for each in yaml.safe_load_all(files.get("nodes.yaml", b"")):
        name, spec = each["metadata"]["name"], each["spec"]
        if each["kind"] == "NodePool":
            template = spec["template"]
            found[name] = template["metadata"]["labels"], template["spec"]["taints"]
        elif each["kind"] == "ComputeClass" and "nodePoolConfig" in spec:
            own = {"key": "cloud.google.com/compute-class", "value": name, "effect": "NoSchedule"}
            config = spec["nodePoolConfig"]
            found[name] = {**config["nodeLabels"], own["key"]: name}, [*config["taints"], own, DEVICE]
    for kind, entries in json.loads(files.get("gpu-pools.tf.json", b"{}")).get("resource", {}).items():
        if kind == "aws_autoscaling_group_tag":
            continue
        for label, entry in entries.items():
            pool = label.removeprefix("gpu-")
            assert pool not in found, "made twice"
            config = entry["node_config"][0] if kind == "google_container_node_pool" else entry
            labels = config.get("labels") or config["node_labels"]
            taints = [each.items() for each in config.get("taint", ())] or [
                zip(("key", "value", "effect"), each.replace(":", "=").split("="), strict=True)
                for each in config["node_taints"]
            ]
            plain = [{**dict(each)} for each in taints]
            plain = [
                {**each, "effect": "NoSchedule"} for each in plain if each["effect"] in ("NO_SCHEDULE", "NoSchedule")
            ]
            found[pool] = labels, [*plain, DEVICE] if kind == "google_container_node_pool" else plain
    for pool, labels_text, taints_text in re.findall(
        r'^(\S+)\)\n  labels="(.*)"\n  taints="(.*)"$', files.get("gpu-pools.sh", b"").decode(), re.MULTILINE
    ):
        labels = dict(each.split("=") for each in labels_text.split())
        split = [re.split("[=:]", each) for each in taints_text.split()]
        found[pool] = labels, [{"key": key, "value": value, "effect": effect} for key, value, effect in split]
    return found


def nodes_of(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return one node of each kind that comes out of the written files."""
    return [
        {
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": taints},
            "status": {"allocatable": {"pods": "110"}},
        }
        for name, (labels, taints) in nodes_made(files).items()
    ]


def takers_of_flavors(files: dict[str, bytes], nodes: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return for each flavor the nodes that take work which it was given to."""
    found: dict[str, list[str]] = {}
    for flavor in yaml.safe_load_all(files["queues.yaml"]):
        if flavor["kind"] == "ResourceFlavor":
            spec = {"containers": [], "nodeSelector": flavor["spec"].get("nodeLabels", {})}
            spec["tolerations"] = flavor["spec"].get("tolerations", [])
            found[flavor["metadata"]["name"]] = [
                each["metadata"]["name"] for each in nodes if why_not({"spec": spec}, each) is None
            ]
    return found


@pytest.mark.parametrize("provider", Providers())
def test_what_gets_a_flavor_runs_on_nodes_of_that_pool_and_no_others(provider: str) -> None:
    files = tree(provider, RELEASES[-1])
    nodes = nodes_of(files)
    assert {each["metadata"]["name"] for each in nodes} == {"big", "slices", "shared", "steady"}
    for flavor, takers in takers_of_flavors(files, nodes).items():
        assert takers == ([] if flavor == names.CPU_FLAVOR else [flavor[5:]])
    offered = form(provider, RELEASES[-1])
    for group, affinity in zip(
        offered["tolerationGroup"]["options"], offered["affinityConfig"]["options"], strict=True
    ):
        spec = {"containers": [], "tolerations": group["tolerations"], "affinity": affinity["affinity"]}
        takers = [each["metadata"]["name"] for each in nodes if why_not({"spec": spec}, each) is None]
        assert takers == [group["groupKey"].removeprefix("pool-")]
