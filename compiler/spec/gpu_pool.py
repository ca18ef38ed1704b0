"""A pool of equal GPU nodes as written; whether machine, zone and GPU go together is not known here."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, RuledModel, StrictModel
from compiler.spec.rules import AtMost
from compiler.spec.scalars import DnsLabel, LabelKey, MachineType, MigProfile, Place, Text


class NodesSpec(RuledModel):
    """How many nodes a pool has, over all its zones."""

    noun: ClassVar[str] = "`nodes`"
    hints: ClassVar = {
        "count": Hint("a fixed size is `{min: N, max: N}`"),
        "minNodes": Hint("the key is `min`", "min"),
        "maxNodes": Hint("the key is `max`", "max"),
    }
    rules: ClassVar = (AtMost("min", "max"),)

    min: Annotated[int, Field(ge=0)] = Field(0, description="Fewest nodes; 0 lets the pool go away when idle.")
    max: Annotated[int, Field(ge=1)] = Field(description="Most nodes.", examples=[8])


_ONE_STRATEGY = "profiles are MIG's, and MIG goes with neither time slicing nor MPS: choose one `strategy`"
_ONE_PROFILE = "all GPUs of a pool are cut alike: write one profile, as in `profile: 1g.10gb`, and make a pool for each"
_OF_THE_PLUGIN = "that is a strategy of NVIDIA's device plugin, which follows from the pool: write `strategy: mig`"


class WholeSpec(StrictModel):
    """GPUs are not shared."""

    noun: ClassVar[str] = "`sharing` with strategy `none`"

    strategy: Literal["none"] = Field(description="A pod gets whole GPUs.")


class ReplicasSpec(StrictModel):
    """GPUs are shared in time or by MPS."""

    noun: ClassVar[str] = "`sharing` with this strategy"
    hints: ClassVar = {
        "profile": Hint(_ONE_STRATEGY, instead="replicas"),
        "profiles": Hint(_ONE_STRATEGY, instead="replicas"),
        "clients": Hint("the key is `replicas`", "replicas"),
        "migStrategy": Hint(_ONE_STRATEGY),
    }

    strategy: Literal["timeSlicing", "mps"] = Field(description="How pods share one GPU.", examples=["timeSlicing"])
    replicas: Annotated[int, Field(ge=2)] = Field(description="How many pods share one GPU.", examples=[4])


class MigSpec(StrictModel):
    """GPUs are cut into MIG instances."""

    noun: ClassVar[str] = "`sharing` with strategy `mig`"
    hints: ClassVar = {
        "replicas": Hint("replicas are of time slicing and MPS; MIG's profile says how many instances a GPU has"),
        "profiles": Hint(_ONE_PROFILE, instead="profile"),
        "layout": Hint(_ONE_PROFILE, instead="profile"),
        "config": Hint(_ONE_PROFILE, instead="profile"),
        "migStrategy": Hint("that of NVIDIA's device plugin follows from the pool; remove `migStrategy`"),
    }
    value_hints: ClassVar = {"strategy": {"single": _OF_THE_PLUGIN, "mixed": _OF_THE_PLUGIN}}
    type_hints: ClassVar = {"profile": _ONE_PROFILE}

    strategy: Literal["mig"] = Field(description="A pod gets an instance in hardware.")
    profile: MigProfile = Field(description="MIG profile that the GPU has.", examples=["1g.10gb"])


class DraSpec(StrictModel):
    """GPUs are claimed by Dynamic Resource Allocation, which no release of Kubeflow asks for."""

    noun: ClassVar[str] = "`sharing` with strategy `dra`"

    strategy: Literal["dra"] = Field(
        description="A pod claims a device; refused, since no Kubeflow can ask for it.",
        json_schema_extra={"not": {}},  # an editor refuses it too
    )


SharingSpec = Annotated[WholeSpec | ReplicasSpec | MigSpec | DraSpec, Field(discriminator="strategy")]
"""How one GPU is divided, told apart by `strategy`."""


class GpuPoolSpec(StrictModel):
    """A pool of equal GPU nodes on one cluster."""

    noun: ClassVar[str] = "a GPU pool"
    hints: ClassVar = {
        "min": Hint("node counts are `nodes: {min: ..., max: ...}`"),
        "max": Hint("node counts are `nodes: {min: ..., max: ...}`"),
        "gpu": Hint("the key is `accelerator`", "accelerator"),
        "type": Hint("the GPU is `accelerator`, the machine `machineType`"),
        "instanceType": Hint("the key is `machineType`", "machineType"),
        "vmSize": Hint("the key is `machineType`", "machineType"),
        "count": Hint("GPUs of a node are `gpusPerNode`, nodes are `nodes: {min: ..., max: ...}`"),
        "preemptible": Hint("the key is `spot`", "spot"),
        "karpenter": Hint("write `provisioner: karpenter`"),
        "nodeGroup": Hint("write `provisioner: nodeGroup`"),
        "nodePool": Hint("write `provisioner: nodePool`"),
        "computeClass": Hint("write `provisioner: computeClass`"),
        "replicas": Hint("sharing is `sharing: {strategy: timeSlicing, replicas: ...}`"),
        "teams": Hint("a team claims the pool in its own `gpus`"),
        "taints": Hint("the pool gets a taint of its own, and all that may run there its toleration; remove `taints`"),
        "labels": Hint("the pool gets a label of its own, `platform/gpu-pool`; remove `labels`"),
        "reservation": Hint("reserve machines at the cloud; a pool is on demand or `spot`"),
        "mig": Hint("MIG is `sharing: {strategy: mig, profile: ...}`"),
        "mps": Hint("MPS is `sharing: {strategy: mps, replicas: ...}`"),
        "timeSlicing": Hint("time slicing is `sharing: {strategy: timeSlicing, replicas: ...}`"),
        "profile": Hint("MIG is `sharing: {strategy: mig, profile: ...}`"),
        "driver": Hint("the driver comes with the provider's nodes or with component `gpu-operator`"),
        "zone": Hint("the key is `zones`, a list"),
        "topologyLevels": Hint("the key is `topology`, a list of labels", "topology"),
        "gpus": Hint("GPUs of a node are `gpusPerNode`", "gpusPerNode"),
    }
    type_hints: ClassVar = {
        "topology": "list the labels of nodes, the widest first: `[topology.kubernetes.io/zone]`",
        "gpusPerNode": "nodes have whole GPUs; parts of one are `sharing: {strategy: timeSlicing, replicas: 2}`",
        "nodes": "write `{max: 8}`, or `{min: 8, max: 8}` for nodes that are always there",
    }

    name: DnsLabel = Field(description="Name of the pool, unique in the file.", examples=["a100"])
    cluster: DnsLabel = Field(description="Cluster that the pool belongs to.", examples=["prod-eu"])
    accelerator: Text = Field(description="The catalog's id of the GPU.", examples=["nvidia-a100-80gb"])
    machine_type: Maybe[MachineType] = Field(None, description="The cloud's machine type.", examples=["a2-ultragpu-1g"])
    gpus_per_node: Maybe[Annotated[int, Field(ge=1)]] = Field(
        None, description="GPUs of one node, where the machine type leaves it open.", examples=[1]
    )
    nodes: NodesSpec = Field(description="How many nodes.", examples=[{"min": 0, "max": 8}])
    zones: Items[Place] = Field((), description="Zones of the nodes; all of the cluster's without it.")
    spot: bool = Field(False, description="Whether nodes may be taken away at short notice, for less money.")
    provisioner: Maybe[Text] = Field(
        None,
        description="What makes the nodes: `computeClass` or `nodePool` (GKE), `karpenter` or `nodeGroup` (EKS), "
        "`nodePool` or `karpenter` (AKS); the first that can without it.",
        examples=["karpenter"],
    )
    sharing: SharingSpec = Field(WholeSpec.model_construct(strategy="none"), description="How one GPU is divided.")
    topology: Items[LabelKey] = Field(
        (),
        description="Labels of nodes, the widest first, by which Kueue puts the pods of a job close together; the last "
        "level is each node. For pools of a fixed size; cannot be changed later.",
        examples=[["topology.kubernetes.io/zone"]],
    )
    overcommit: bool = Field(False, description="Whether the teams' nominal shares may exceed the pool.")
    hourly_cost: Maybe[Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        None, description="Cost of one node and hour in any currency; feeds the cost lines of `diff`.", examples=[5.07]
    )
