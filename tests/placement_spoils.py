"""What a question to a scheduler is, and the ways to spoil one that has a good answer, each in one point.

Each way says whether the pod is placed nevertheless, by a rule that is written beside it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from compiler.model import names
from compiler.model.platform import GpuPool
from compiler.placement.nodes import units_per_node

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One question to a scheduler: where does `pod` go, beside the pods that are `running`, among `nodes`?

    `expected` is the name of the node, or `None` where the pod must stay pending; `why` is the rule behind it. Pods of
    `running` have their `nodeName` already. Nodes have their size in `status`, pods no status.
    """

    id: str
    pod: Manifest
    nodes: tuple[Manifest, ...]
    expected: str | None
    why: str
    running: tuple[Manifest, ...] = ()


Spoil = Callable[[Case, GpuPool], Case | None]
"""Changes a case that is its own copy; `None` where the pool has nothing to spoil in that way."""


def _spec(case: Case) -> Manifest:
    spec: Manifest = case.pod["spec"]
    return spec


def _there(case: Case) -> Manifest:
    return case.nodes[-1]


def _main(case: Case) -> Manifest:
    resources: Manifest = _spec(case)["containers"][0]["resources"]
    return resources


def _asks(case: Case, resource: str, units: int) -> Case:
    for part in ("requests", "limits"):
        _main(case).setdefault(part, {})[resource] = str(units)
    return case


def _without_toleration(which: Callable[[Manifest], bool]) -> Spoil:
    def spoil(case: Case, pool: GpuPool) -> Case | None:
        del pool
        given = _spec(case)["tolerations"]
        _spec(case)["tolerations"] = [each for each in given if not which(each)]
        return case if len(_spec(case)["tolerations"]) < len(given) else None

    return spoil


def _pool_toleration(**change: str | None) -> Spoil:
    def spoil(case: Case, pool: GpuPool) -> Case:
        del pool
        for toleration in _spec(case)["tolerations"]:
            if toleration["key"] == names.POOL_KEY:
                toleration.update(change)
                for key in [key for key, value in toleration.items() if value is None]:
                    del toleration[key]
        return case

    return spoil


def _tolerates_all(case: Case, pool: GpuPool) -> Case:
    del pool
    _spec(case)["tolerations"] = [{"operator": "Exists"}]
    return case


def _selector(**selector: str) -> Spoil:
    def spoil(case: Case, pool: GpuPool) -> Case:
        del pool
        _spec(case)["nodeSelector"] = {key.replace("__", "/").replace("_", "."): text for key, text in selector.items()}
        return case

    return spoil


def _other_pool(case: Case, pool: GpuPool) -> Case | None:
    others = [each["metadata"]["labels"].get(names.POOL_KEY) for each in case.nodes]
    other = next((name for name in others if name not in {None, pool.name}), None)
    if other is None:
        return None
    _spec(case)["nodeSelector"] = {names.POOL_KEY: other}
    return case


def _affinity(*terms: tuple[str, str, list[str] | None]) -> Spoil:
    """Return a spoil that asks by required affinity, one term for each; `POOL` stands for the pool's name."""

    def spoil(case: Case, pool: GpuPool) -> Case:
        _spec(case).pop("nodeSelector")
        expressions = [
            {"key": key, "operator": operator}
            | ({} if values is None else {"values": [pool.name if value == "POOL" else value for value in values]})
            for key, operator, values in terms
        ]
        _spec(case)["affinity"] = {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [each]} for each in expressions]
                }
            }
        }
        return case

    return spoil


def _too_many(case: Case, pool: GpuPool) -> Case:
    return _asks(case, pool.resource, units_per_node(pool) + 1)


def _exactly(case: Case, pool: GpuPool) -> Case:
    return _asks(case, pool.resource, units_per_node(pool))


def _second_container(case: Case, pool: GpuPool) -> Case:
    _asks(case, pool.resource, units_per_node(pool))
    _spec(case)["containers"].append(
        {"name": "second", "image": "pause", "resources": {"limits": {pool.resource: "1"}}}
    )
    return case


def _init(case: Case, pool: GpuPool, **more: str) -> Case:
    """Give the pod an init container that wants all that the node has, as the main one does."""
    _asks(case, pool.resource, units_per_node(pool))
    resources = {"limits": {pool.resource: str(units_per_node(pool))}}
    _spec(case)["initContainers"] = [{"name": "first", "image": "pause", "resources": resources, **more}]
    return case


def _sidecar(case: Case, pool: GpuPool) -> Case:
    return _init(case, pool, restartPolicy="Always")


def _another_resource(case: Case, pool: GpuPool) -> Case:
    resource = "amd.com/gpu" if pool.resource.startswith("nvidia.com/") else "nvidia.com/gpu"
    for part in ("requests", "limits"):
        del _main(case)[part][pool.resource]
    return _asks(case, resource, 1)


def _whole_gpu(case: Case, pool: GpuPool) -> Case | None:
    if pool.resource == "nvidia.com/gpu":
        return None
    for part in ("requests", "limits"):
        del _main(case)[part][pool.resource]
    return _asks(case, "nvidia.com/gpu", 1)


def _requests(resource: str, quantity: str) -> Spoil:
    def spoil(case: Case, pool: GpuPool) -> Case:
        del pool
        _main(case)["requests"][resource] = quantity
        return case

    return spoil


def _limits_only(case: Case, pool: GpuPool) -> Case:
    del pool
    resources = _main(case)
    resources["limits"] = {**resources.pop("requests"), **resources["limits"]}
    return case


def _taken(left: int) -> Spoil:
    """Return a spoil that leaves so many units of the node free."""

    def spoil(case: Case, pool: GpuPool) -> Case | None:
        taken = units_per_node(pool) - left
        if taken < 1:
            return None
        other = copy.deepcopy(case.pod)
        other["metadata"]["name"] = "other"
        other["spec"]["nodeName"] = _there(case)["metadata"]["name"]
        _asks(replace(case, pod=other), pool.resource, taken)
        return replace(case, running=(other,))

    return spoil


def _cordoned(case: Case, pool: GpuPool) -> Case:
    del pool
    _there(case)["spec"]["unschedulable"] = True
    return case


def _tainted(effect: str) -> Spoil:
    def spoil(case: Case, pool: GpuPool) -> Case:
        del pool
        _there(case)["spec"]["taints"].append({"key": "example.com/maintenance", "value": "soon", "effect": effect})
        return case

    return spoil


def _bare_node(case: Case, pool: GpuPool) -> Case:
    for part in ("capacity", "allocatable"):
        del _there(case)["status"][part][pool.resource]
    return case


def _zero_units(case: Case, pool: GpuPool) -> Case:
    _there(case)["status"]["allocatable"][pool.resource] = "0"
    return case


def _no_room_for_pods(case: Case, pool: GpuPool) -> Case:
    del pool
    for part in ("capacity", "allocatable"):
        _there(case)["status"][part]["pods"] = "0"
    return case


def _unlabelled(case: Case, pool: GpuPool) -> Case:
    del pool
    del _there(case)["metadata"]["labels"][names.POOL_KEY]
    return case


_KEY = names.POOL_KEY
SPOILS: tuple[tuple[str, bool, str, Spoil], ...] = (
    (
        "no-pool-toleration",
        False,
        "nothing tolerates the pool's taint",
        _without_toleration(lambda t: t["key"] == _KEY),
    ),
    (
        "no-device-toleration",
        False,
        "nothing tolerates the taint that comes with the device",
        _without_toleration(lambda t: t["key"].endswith("com/gpu")),
    ),
    (
        "no-cloud-toleration",
        False,
        "nothing tolerates the taint of the cloud's own",
        _without_toleration(lambda t: t["key"].startswith(("cloud.google.com", "kubernetes.azure.com"))),
    ),
    ("no-toleration", False, "nothing tolerates any taint", _without_toleration(lambda _: True)),
    ("other-pool-toleration", False, "tolerates another pool only", _pool_toleration(value="another")),
    ("wrong-effect", False, "tolerates NoExecute, the taint is NoSchedule", _pool_toleration(effect="NoExecute")),
    ("any-effect", True, "a toleration without effect covers all", _pool_toleration(effect=None)),
    ("exists", True, "the key is tolerated whatever its value", _pool_toleration(operator="Exists", value=None)),
    ("no-operator", True, "Equal is what a toleration means unless told", _pool_toleration(operator=None)),
    ("no-value", False, "no value is no pool", _pool_toleration(value=None)),
    ("tolerates-all", True, "every taint is tolerated", _tolerates_all),
    ("no-selector", True, "only the pool's nodes have the device and are tolerated", _selector()),
    ("other-pool", False, "asks for the nodes of another pool, whose taint it does not tolerate", _other_pool),
    ("unknown-label", False, "no node has that label before its driver runs", _selector(nvidia_com__gpu="A100")),
    ("affinity-in", True, "the pool is among the values", _affinity((_KEY, "In", ["another", "POOL"]))),
    ("affinity-not-in", False, "the pool is excluded", _affinity((_KEY, "NotIn", ["POOL"]))),
    ("affinity-exists", True, "the node has the key", _affinity((_KEY, "Exists", None))),
    ("affinity-absent", False, "only nodes without the key", _affinity((_KEY, "DoesNotExist", None))),
    ("affinity-greater", False, "a label that is not there is greater than nothing", _affinity(("size", "Gt", ["1"]))),
    (
        "affinity-either",
        True,
        "one of two terms is enough",
        _affinity((_KEY, "In", ["another"]), (_KEY, "In", ["POOL"])),
    ),
    ("all-units", True, "exactly what a node has", _exactly),
    ("too-many-units", False, "one more than a node has, however many nodes there are", _too_many),
    ("second-container", False, "containers add up", _second_container),
    ("init-container", True, "an init container has ended when the others start", _init),
    ("sidecar", False, "a sidecar runs beside the others", _sidecar),
    ("another-vendor", False, "no node has that device", _another_resource),
    ("whole-gpu", False, "shared GPUs and instances have a name of their own here", _whole_gpu),
    ("too-much-cpu", False, "the node has 8 cores", _requests("cpu", "9")),
    ("too-much-memory", False, "no node has as much", _requests("memory", "64Ti")),
    ("limits-only", True, "a limit is a request unless told", _limits_only),
    ("node-taken", False, "other pods have all its units", _taken(0)),
    ("node-half-taken", True, "one unit is left", _taken(1)),
    ("cordoned", False, "the node takes no new pods", _cordoned),
    ("maintenance", False, "nothing tolerates the further taint", _tainted("NoSchedule")),
    ("draining", False, "nothing tolerates the further taint", _tainted("NoExecute")),
    ("better-elsewhere", True, "a preference keeps nobody away", _tainted("PreferNoSchedule")),
    ("no-driver", False, "without its device plugin a node offers no unit", _bare_node),
    ("broken-driver", False, "all its units are unhealthy", _zero_units),
    ("no-pods", False, "the node takes no pod at all", _no_room_for_pods),
    ("unlabelled", False, "the node does not say whose it is", _unlabelled),
)
"""Name, whether the pod is placed nevertheless, the rule, and what is changed in a pod that fits or in its node."""
