"""Clusters as a platform file might declare them, and what their providers say of how they are created."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.model.platform import GpuPool
from compiler.providers import creation
from compiler.providers.base.creation import Content, Order
from compiler.resolve.footprint import footprint
from tests.command_lines import Judge, logical_lines
from tests.unit.lowering import declared
from tests.unit.lowering.installed import catalog, installation

SCRIPT = "create.sh"


def order(
    provider: str, *pools: GpuPool, kubernetes: str = "1.34", gateway: str | None = None, **changes: Any
) -> Order:
    """Return what is to be made of a cluster; `gateway` is the type of the gateway's Service."""
    cluster = declared.cluster(provider=provider, kubernetes=kubernetes, pools=pools)
    if gateway:
        istio = installation("istio-install", "26.03", options={"gateway": {"serviceType": gateway}})
        cluster = replace(cluster, installations=(istio,))
    cluster = replace(cluster, **changes)
    asked, small = (footprint(cluster, catalog().release, size) for size in (None, "small"))
    return replace(declared.order(cluster, int(re.split("[.+-]", kubernetes)[1])), footprint=asked, small=small)


def files(wanted: Order) -> Mapping[str, Content]:
    """Return the files that create the cluster."""
    return creation(wanted.cluster.provider).files(wanted)


def data(wanted: Order, name: str) -> Any:
    """Return the data of one of them."""
    found = files(wanted)[name]
    assert not isinstance(found, str)
    return found


def command_lines(wanted: Order) -> list[str]:
    """Return the commands of the script that create the cluster, each of a known tool with known flags."""
    script = files(wanted)[SCRIPT]
    assert isinstance(script, str)
    lines = logical_lines(script.rpartition("done\n")[2])
    assert [problem for line in lines for problem in Judge().problems(line)] == []
    return lines


def said(wanted: Order) -> str:
    """Return all that the provider tells people, whose commands are known ones."""
    made = creation(wanted.cluster.provider)
    text = "\n".join([*made.steps(wanted), *made.remarks(wanted)])
    for block in text.split("```sh\n")[1:]:
        lines = logical_lines(block.split("```")[0])
        assert [problem for line in lines for problem in Judge().problems(line)] == []
    return text
