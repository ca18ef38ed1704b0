"""The shape of a provider: what a kind of cluster asks for, allows and brings along.

Knows nothing of the platform file, the catalog or Kubernetes objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from compiler.frozen import frozen

if TYPE_CHECKING:
    from compiler.model.platform import GpuPool
    from compiler.providers.base.quotas import Quotas

ZONE_LABEL = "topology.kubernetes.io/zone"
"""Label of the zone, on the nodes of every cloud (https://kubernetes.io/docs/reference/labels-annotations-taints/)."""
MIN_SHARED_CLIENTS = 2
"""Fewest pods that may share one GPU; with one there is nothing to share."""

IN_CLUSTER_ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Whose tokens the platform takes where the cluster signs them itself.
Source: kubeflow/manifests v1.9.1 to 26.03 common/oauth2-proxy/overlays/m2m-dex-and-kind/kustomization.yaml."""


class TokenIssuer(Enum):
    """Who signs service account tokens, as a machine client of Kubeflow meets it.

    Source: kubeflow/manifests@26.03 common/oauth2-proxy/README.md (overlays m2m-dex-and-kind, m2m-dex-and-eks).
    """

    IN_CLUSTER = "in-cluster"
    """The issuer is a name that only the cluster can reach; its keys must be proxied."""
    EKS = "eks"
    """A public issuer below `oidc.eks.<region>.amazonaws.com`."""
    PUBLIC = "public"
    """The cloud's own public issuer URL, different for each cluster."""


@frozen
class NameRule:
    """What a provider accepts as a name, beyond being a DNS-1123 label.

    `limit` counts characters of the name as the provider gets it; `starts_with_letter` refuses a leading digit;
    with `drops_hyphens` the provider gets the name without them. `source` is where the rule stands.
    """

    limit: int = 63
    starts_with_letter: bool = False
    drops_hyphens: bool = False
    source: str = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"

    def form(self, name: str) -> str:
        """Return the name as the provider gets it."""
        return name.replace("-", "") if self.drops_hyphens else name

    def problem(self, name: str) -> str | None:
        """Return what is wrong with `name`, to follow "… ", or nothing."""
        formed = self.form(name)
        if len(formed) > self.limit:
            without = " without its hyphens" if self.drops_hyphens and "-" in name else ""
            return f"has {len(formed)} characters{without}, at most {self.limit} are allowed"
        if self.starts_with_letter and not formed[:1].isalpha():
            return "must start with a letter"
        return None


def any_zone(zone: str, region: str) -> bool:
    """Return true: the provider has no zones of its own."""
    del zone, region
    return True


def no_marks(pool: str, *, spot: bool) -> Mapping[str, str]:
    """Return no labels: the provider gives the nodes of a pool none that keep work off."""
    del pool, spot
    return {}


def plain_gpu_resource(resource: str, strategy: str, mig_resource: str | None) -> str:
    """Return the resource of NVIDIA's device plugin: MIG strategy `mixed` names each profile, sharing keeps the name.

    Source: NVIDIA/k8s-device-plugin@v0.20.0 README.md (migStrategy, sharing.timeSlicing.renameByDefault).
    """
    return mig_resource if strategy == "mig" and mig_resource else resource


class PoolMarks(Protocol):
    """Returns labels that the nodes of a pool have from their provider, by the pool's name and kind."""

    def __call__(self, pool: str, *, spot: bool) -> Mapping[str, str]:
        """Return the labels, each of them a taint as well."""


@frozen
class Hindrance:
    """Why nodes of a pool cannot come to be in some way: at which `key` of the pool, and `why` after "…: ".

    `help` says what to do about it; `source` is where the fact stands.
    """

    key: str
    why: str
    help: str
    source: str


class Hindered(Protocol):
    """Returns what keeps a provisioner from making the nodes of a pool."""

    def __call__(self, pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> Hindrance | None:
        """Return the hindrance or nothing; `beside` are the other pools of the cluster."""


def unhindered(pool: GpuPool, beside: Collection[GpuPool], kubernetes_minor: int) -> None:
    """Return nothing: such nodes can always be made."""
    del pool, beside, kubernetes_minor


@frozen
class Provisioner:
    """A way in which a provider's nodes come into GPU pools; `id` is what `provisioner` of a pool says.

    `title` names it for people. `in_cluster` tells that objects in the cluster make the nodes, else Terraform does.
    """

    id: str
    title: str
    in_cluster: bool
    hindrance: Hindered = unhindered


@frozen
class IdentityChoice:
    """What people have to choose for a pod before the cloud gives it tokens.

    `name` and `title` are those of the choice; it sets `label` to "true" on the pod.
    """

    name: str
    title: str
    label: str


@frozen
class PodIdentity:
    """How pods get an identity of the cloud: an `annotation` of their ServiceAccount.

    `plugin` is the kind of the profile controller's plugin that sets it, which takes the identity at `plugin_field`
    and `plugin_settings` as they are; without one nothing but Git sets it. `choice` is what a pod needs besides.
    Source of plugins: kubeflow/kubeflow@v1.10.0 components/profile-controller/controllers (plugin_iam.go and its
    sibling).
    """

    annotation: str
    plugin: str | None = None
    plugin_field: str = ""
    plugin_settings: Mapping[str, object] = field(default_factory=dict)
    choice: IdentityChoice | None = None


@frozen
class Tool:
    """A program that people use with a kind of cluster; no command of ours starts it.

    `asked` are the arguments by which it tells its version, `purpose` says what it does, `get` where it comes from.
    """

    name: str
    asked: tuple[str, ...]
    purpose: str
    get: str


DOCKER = Tool(
    "docker",
    ("version", "--format", "{{.Server.Version}}"),
    "runs clusters in containers",
    "https://docs.docker.com/engine/install/",
)


@frozen
class Provider:
    """One kind of cluster.

    `required` names the cluster's fields in the platform file that must be given because of the provider; `settings`
    names those that only such providers read as list them, and is `None` where any may be of use. `cloud` is
    the key of its machines in the accelerator table, if it has any, `cloud_title` what people call that cloud,
    `cloud_services` are the types of stores and registries in its regions, `quotas` are its. `kubernetes_suffix` is a
    pattern of what may follow `X.Y.Z` in its Kubernetes versions. `max_shared_clients` caps the pods on one shared GPU.
    `is_zone_of(zone, region)` tells whether the zone lies in the region, `zone_example` is one, with `{region}` in it.
    `gpu_resource(resource, strategy, mig_resource)` is the extended resource that pods ask for. `region` is a pattern
    of its regions' ids, `region_example` is one, `region_sources` tell which there are. `node_kinds` are group and kind
    of the objects by which nodes are made, which its clusters, or what makes their nodes, know without a definition in
    Git. `gpu_by_hand` says what people must do before its nodes have GPUs.
    `node_marks` are what its nodes are known by: keys of labels, and beginnings of `spec.providerID` (with `://`).
    `pool_marks(pool, spot=...)` are labels that it gives the nodes of a pool, each a taint of theirs as well, and
    `selecting_marks` those that work has to ask for. With `serves_gpus` its nodes come with a device plugin, and with
    `mps_gives_several` that lets a pod have several shares of a GPU that is alone in its node. A cluster that
    `is_for_trial` does not outlast its machine. `webhook_annotations` are what every webhook configuration has to
    carry, lest the provider itself changes it. `provisioners` are the ways in which nodes come into GPU pools, the
    usual one first; there are none where nodes are there already. `topology_labels` are those by which its nodes tell
    where they stand; people label the nodes of a provider that has none. `node_registry` is the type of registry that
    its nodes read by their own identity, `pod_identity` how pods act as one of the cloud. One that `dates_kubernetes`
    offers minors of Kubernetes on dates of its own, which the catalog has under its id. `tools` are what people make
    its clusters with, or log in to them. `storage_classes` are those that its clusters come with, or that are named
    after what it alone has, the one to name first in front.
    """

    id: str
    title: str
    required: tuple[str, ...] = ()
    settings: tuple[str, ...] | None = ()
    cloud: str | None = None
    cloud_title: str | None = None
    cloud_services: tuple[str, ...] = ()
    quotas: Quotas | None = None
    cluster_name: NameRule = NameRule()
    pool_name: NameRule = NameRule()
    kubernetes_suffix: str | None = None
    has_load_balancer: bool = False
    token_issuer: TokenIssuer = TokenIssuer.IN_CLUSTER
    max_shared_clients: int | None = None
    is_zone_of: Callable[[str, str], bool] = any_zone
    zone_example: str | None = None
    region: str | None = None
    region_example: str | None = None
    region_sources: tuple[str, ...] = ()
    node_kinds: tuple[tuple[str, str], ...] = ()
    gpu_by_hand: str | None = None
    gpu_resource: Callable[[str, str, str | None], str] = plain_gpu_resource
    node_marks: tuple[str, ...] = ()
    pool_marks: PoolMarks = no_marks
    selecting_marks: tuple[str, ...] = ()
    serves_gpus: bool = False
    mps_gives_several: bool = False
    is_for_trial: bool = False
    webhook_annotations: Mapping[str, str] = field(default_factory=dict)
    provisioners: tuple[Provisioner, ...] = ()
    topology_labels: tuple[str, ...] = ()
    dates_kubernetes: bool = False
    tools: tuple[Tool, ...] = ()
    storage_classes: tuple[str, ...] = ()
    node_registry: str | None = None
    pod_identity: PodIdentity | None = None
    sources: tuple[str, ...] = ()

    def provisioner(self, pool: GpuPool, kubernetes_minor: int) -> Provisioner | None:
        """Return what makes the nodes of a pool: what the pool says, else the first that can; none makes none."""
        for each in self.provisioners:
            if pool.provisioner == each.id:
                return each
            if pool.provisioner is None and each.hindrance(pool, (), kubernetes_minor) is None:
                return each
        return None

    def is_region(self, text: str) -> bool:
        """Return whether a text can be the id of a region of its."""
        return self.region is None or re.fullmatch(self.region, text) is not None

    def kubernetes_version(self, text: str) -> str | None:
        """Return `X.Y` or `X.Y.Z` without the provider's suffix, or nothing where the text is no version of its."""
        match = _VERSION.match(text)
        if match is None:
            return None
        rest = text[match.end() :]
        if rest and (self.kubernetes_suffix is None or not re.fullmatch(self.kubernetes_suffix, rest)):
            return None
        return match.group()


_VERSION = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?")
