"""The root of the platform file, with its API version; knows its parts by their models only."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, StandIn, StrictModel
from compiler.spec.cluster import ClusterSpec
from compiler.spec.component import ComponentSpec
from compiler.spec.gitops import GitopsSpec
from compiler.spec.gpu_pool import GpuPoolSpec
from compiler.spec.namespace import SharedNamespaceSpec
from compiler.spec.scalars import DnsLabel, VersionConstraint
from compiler.spec.team import TeamSpec
from compiler.spec.transition import MoveSpec, RemovalSpec


class MetadataSpec(StrictModel):
    """What the platform is called."""

    noun: ClassVar[str] = "`metadata`"

    name: DnsLabel = Field(description="Name of the platform.", examples=["acme-ml"])


class PlatformSpec(StrictModel):
    """A Kubeflow platform: its clusters, versions, components, GPU pools and teams."""

    noun: ClassVar[str] = "the platform"
    hints: ClassVar = {
        # One file is what this release reads; a key that were accepted and ignored would lose teams in silence.
        "include": Hint("this release reads one file: put the lists of the included files here"),
        "name": Hint("the platform's name is `metadata: {name: ...}`"),
        "spec": Hint("there is no `spec`: its keys stand at the top of the file"),
        "pools": Hint("the key is `gpuPools`", "gpuPools"),
        "gpus": Hint("GPU pools are `gpuPools`; a team's share of them is its `gpus`", "gpuPools"),
        "kubeflow": Hint('a version is `versions: {kubeflow: "..."}`, a component goes under `components`'),
        "argocd": Hint("where Argo CD runs is `gitops: {argocd: ...}`"),
        "domain": Hint("a domain belongs to a cluster"),
        "secrets": Hint("secrets belong to a cluster"),
        "identity": Hint("identity belongs to a cluster"),
    }

    api_version: Annotated[Literal["platform/v1alpha1"], StandIn("platform/v1alpha1")] = Field(
        description="Version of this file's form.", examples=["platform/v1alpha1"]
    )
    kind: Annotated[Literal["Platform"], StandIn("Platform")] = Field(description="Kind.", examples=["Platform"])
    metadata: Annotated[MetadataSpec, StandIn({"name": "platform"})] = Field(
        description="What the platform is called.", examples=[{"name": "acme-ml"}]
    )
    gitops: Annotated[GitopsSpec, StandIn({"repoURL": "https://platform.invalid/platform.git"})] = Field(
        description="The repository that Argo CD reads, and where Argo CD runs.",
        examples=[{"repoURL": "https://github.com/acme/ml-platform.git"}],
    )
    distribution: Literal["kubeflow", "none"] = Field(
        "kubeflow",
        description="`kubeflow`: all that the release installs by default; "
        "`none`: only what `components` enables, and what that requires.",
    )
    versions: dict[str, VersionConstraint] = Field(
        {},
        description='Which version of a product is wanted, in quotes: "1.10" (any 1.10.x), "==1.10.2", ">=1.9,<1.11".',
        examples=[{"kubeflow": "26.03"}],
    )
    components: dict[str, ComponentSpec] = Field(
        {}, description="Components by catalog id, with their options; merged by key with a cluster's own."
    )
    clusters: Items[ClusterSpec] = Field(
        description="The clusters.",
        examples=[[{"name": "laptop", "environment": "dev", "provider": "k3d", "kubernetes": "1.34"}]],
    )
    gpu_pools: Items[GpuPoolSpec] = Field((), description="Pools of GPU nodes.")
    teams: Items[TeamSpec] = Field((), description="The teams.")
    namespaces: Items[SharedNamespaceSpec] = Field((), description="Shared namespaces, of no team.")
    removed: Items[RemovalSpec] = Field((), description="The only way to let data go.")
    moved: Items[MoveSpec] = Field((), description="Renames that keep data.")
