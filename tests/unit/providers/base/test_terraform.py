"""The Terraform of every cloud, judged by what its providers take."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from compiler.lowering.node_files import TERRAFORM, node_files
from compiler.model.platform import GpuPool, Registry, Sharing
from compiler.providers import Providers, creation
from compiler.providers.base.creation import NodeMaker, Order
from compiler.providers.base.terraform import CLUSTER
from tests.unit.lowering.declared import namespace, pool, tenant
from tests.unit.providers.created import data, files, order, said
from tests.unit.providers.terraform import problems

CLOUDS = [each for each in Providers() if isinstance(creation(each), NodeMaker)]
PLACES: Mapping[str, Mapping[str, Any]] = {
    "gke": {"project": "acme-ml", "region": "europe-west4", "zones": ("europe-west4-a", "europe-west4-b")},
    "eks": {"region": "eu-west-1", "zones": ("eu-west-1a",), "account": "123456789012"},
    "aks": {"region": "westeurope", "zones": ("1",), "resource_group": "acme-ml", "subscription": "0" * 8},
}
VISION = tenant(
    namespaces=[namespace("vision")],
    registries=[
        Registry("ecr", {"account": "210987654321", "region": "eu-west-1"}, ()),
        Registry("gar", {"project": "acme-images", "region": "europe-west4"}, ()),
        Registry("acr", {"name": "acmeimages"}, ()),
    ],
)
T4 = replace(pool("t4-pool"), accelerator="nvidia-t4", min_nodes=1)
POOLS: tuple[GpuPool, ...] = (
    T4,
    replace(T4, name="spot", spot=True),
    replace(T4, name="timed", sharing=Sharing("timeSlicing", 4), capacity=32),
    replace(pool("cut", "nvidia.com/mig-1g.10gb", 56), min_nodes=1, max_nodes=8, sharing=Sharing("mig", 1, "1g.10gb")),
    replace(pool("unknown"), accelerator="nvidia-a100-80gb", gpus_per_node=3, min_nodes=1),
    replace(T4, name="zoned", zones=("eu-west-1a", "eu-west-1b")),
)
OTHER_WAYS = {"gke": "nodePool", "eks": "nodeGroup", "aks": "karpenter"}


def orders(cloud: str) -> list[Order]:
    """Return a cluster of which the file says all, one of which it says the least, and one with GPUs of all kinds."""
    least = {key: PLACES[cloud][key] for key in ("project", "region") if key in PLACES[cloud]}
    return [
        order(cloud, tenants=(VISION,), **PLACES[cloud]),
        order(cloud, **least),
        order(cloud, *(replace(T4, min_nodes=0, provisioner=OTHER_WAYS[cloud]), *POOLS[1:]), **PLACES[cloud]),
        order(cloud, *POOLS, tenants=(VISION,), **PLACES[cloud]),
    ]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_argument_is_known_and_every_reference_meets_something(cloud: str) -> None:
    for wanted in orders(cloud):
        assert problems(data(wanted, CLUSTER)) == []
        module = node_files(wanted).get(TERRAFORM)
        if module is not None:
            assert isinstance(module, Mapping)
            assert problems(module) == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_module_of_gpu_pools_is_called_with_all_that_it_asks_for(cloud: str) -> None:
    wanted = orders(cloud)[-1]
    call = data(wanted, CLUSTER)["module"]["gpu_pools"]
    module = node_files(wanted)[TERRAFORM]
    assert isinstance(module, Mapping)
    asked = module["variable"]
    given = call.keys() - {"source", "depends_on"}
    assert given <= set(asked)
    assert {name for name, variable in asked.items() if "default" not in variable} <= given
    assert call["source"] == "../"
    assert "gpu-unknown_machine_type" in given
    assert "module" not in data(orders(cloud)[0], CLUSTER)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_backend_lacks_its_place_until_somebody_says_it(cloud: str) -> None:
    [wanted, *_] = orders(cloud)
    [(kind, given)] = data(wanted, CLUSTER)["terraform"]["backend"].items()
    required = {
        "gcs": {"bucket"},
        "s3": {"bucket", "region"},
        "azurerm": {"resource_group_name", "storage_account_name", "container_name"},
    }[kind]
    assert not required & set(given)
    assert set(re.findall(r"-backend-config=(\w+)=", said(wanted))) == required
    assert "-input=false" in said(wanted)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_providers_are_pinned_and_what_terraform_leaves_is_no_concern_of_git(cloud: str) -> None:
    [wanted, *_] = orders(cloud)
    [provider] = data(wanted, CLUSTER)["terraform"]["required_providers"].values()
    assert re.fullmatch(r"(~>|>=) \d+\.\d+.*", provider["version"])
    assert files(wanted)["terraform/.gitignore"] == "/.terraform/\n/plan\n"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_people_need_no_account_of_ours(cloud: str) -> None:
    """Nothing in it is a credential, and nothing is asked for twice."""
    text = json.dumps(data(orders(cloud)[0], CLUSTER))
    assert not re.search(r"password|secret_key|access_key|client_secret", text)


@pytest.mark.parametrize(
    ("cloud", "zones"),
    [
        ("aks", ("1", "2")),
        ("eks", ("eu-west-1a", "eu-west-1b")),
        ("gke", ("europe-west4-a", "europe-west4-b")),
    ],
)
def test_the_order_of_zones_means_nothing(cloud: str, zones: tuple[str, ...]) -> None:
    one, other = (order(cloud, **{**PLACES[cloud], "zones": each}) for each in (zones, zones[::-1]))
    assert data(one, CLUSTER) == data(other, CLUSTER)


def test_the_judge_sees_mistakes() -> None:
    config = {
        "variable": {"unread": {}},
        "resource": {
            "aws_vpc": {"a": {"cidr": "10.0.0.0/16", "tags": {"any": "key"}}},
            "aws_eip": {"a": {"domain": "${aws_vpc.b.id}", "depends_on": ["aws_vpc.c"]}},
            "aws_iam_role": {"a": {"name": "n"}},
            "aws_lb": {"a": {}},
        },
    }
    assert problems(config) == [
        "aws_vpc.a: cidr is no argument",
        "aws_iam_role.a: assume_role_policy is missing",
        "aws_lb.a: nobody knows aws_lb",
        "aws_vpc.b.id: aws_vpc.b is not declared",
        "depends_on aws_vpc.c: not declared",
        "variable unread is never read",
    ]
