"""What an entry of `reaches.yaml` stands for: a change that reads the cluster's proxy, and one that reads its trust."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.catalog.reaches import reach_changes

ENTRY = {"workload": "Deployment/x", "namespace": "n", "container": "y", "because": "it fetches", "source": "https://s"}


def test_an_entry_is_a_patch_of_one_container() -> None:
    change, _ = reach_changes([{**ENTRY, "releases": ">=1", "local": ["z"]}])
    assert change["releases"] == ">=1"
    (patch,) = change["patches"]
    assert patch["target"] == {"kind": "Deployment", "name": "x"}
    (container,) = patch["patch"]["spec"]["template"]["spec"]["containers"]
    assert container["name"] == "y"
    assert container["env"]["$concat"][1][0]["value"]["$join"] == [{"$from": "cluster.proxy.noProxy"}, ",z"]


def test_an_entry_is_a_config_map_that_its_container_reads() -> None:
    _, change = reach_changes([{**ENTRY, "releases": ">=1", "trusting": [{"name": "V", "value": "v"}]}])
    assert change["releases"] == ">=1"
    (config_map,) = change["objects"]
    assert config_map["metadata"] == {"name": "x-trust", "namespace": "n"}
    template = change["patches"][0]["patch"]["spec"]["template"]
    assert template["spec"]["volumes"] == [{"name": "trust", "configMap": {"name": "x-trust"}}]
    (container,) = template["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    assert container["env"] == [{"name": "SSL_CERT_DIR", "value": mount["mountPath"]}, {"name": "V", "value": "v"}]
    assert template["metadata"]["annotations"] == {"platform/trust": {"$from": "cluster.trust.digest"}}


@pytest.mark.parametrize(
    ("entry", "said"), [({**ENTRY, "colour": 1}, "colour"), ({"workload": "Deployment/x"}, "because")]
)
def test_a_wrong_entry_is_refused_by_name(entry: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        reach_changes([entry])
