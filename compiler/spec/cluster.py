"""One cluster as written: where it is, what it runs, who may log in; knows nothing of teams and pools."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Items, Maybe, StandIn, StrictModel
from compiler.spec.component import ComponentSpec
from compiler.spec.identity import IdentitySpec
from compiler.spec.proxy import ProxySpec
from compiler.spec.scalars import (
    AwsAccount,
    AzureResourceGroup,
    AzureSubscription,
    DnsLabel,
    Domain,
    GcpProject,
    HttpsUrl,
    IssuerUrl,
    KubernetesVersion,
    ObjectName,
    Place,
    Text,
    VersionConstraint,
)
from compiler.spec.secret_backend import PlainSecretsSpec, SecretsSpec
from compiler.spec.system_nodes import SystemNodesSpec
from compiler.spec.trust import TrustSpec


class ClusterSpec(StrictModel):
    """One cluster."""

    noun: ClassVar[str] = "a cluster"
    hints: ClassVar = {
        "kubernetesVersion": Hint("the key is `kubernetes`", "kubernetes"),
        "k8s": Hint("the key is `kubernetes`", "kubernetes"),
        "version": Hint("the Kubernetes version is `kubernetes`; product versions go under `versions`"),
        "env": Hint("the key is `environment`", "environment"),
        "cloud": Hint("the key is `provider`", "provider"),
        "oidc": Hint("the identity provider is `identity: {oidc: ...}`"),
        "gpuPools": Hint("GPU pools stand at the top of the file, each with its `cluster`"),
        "teams": Hint("teams stand at the top of the file; their namespaces name the clusters"),
        "namespaces": Hint("namespaces stand at the top of the file or in a team, and name their clusters"),
        "httpProxy": Hint("the proxy is `proxy: {http: ..., https: ..., noProxy: [...]}`"),
        "httpsProxy": Hint("the proxy is `proxy: {http: ..., https: ..., noProxy: [...]}`"),
        "noProxy": Hint("what is reached directly is `proxy: {noProxy: [...]}`"),
        "ca": Hint("certificate authorities of your own are `trust: {file: ca/acme.pem}`"),
        "caBundle": Hint("certificate authorities of your own are `trust: {file: ca/acme.pem}`"),
        "trustedCA": Hint("certificate authorities of your own are `trust: {file: ca/acme.pem}`"),
        "additionalTrustBundle": Hint("certificate authorities of your own are `trust: {file: ca/acme.pem}`"),
        "highAvailability": Hint("two copies of what may run twice is `size: ha`"),
        "replicas": Hint("two copies of what may run twice is `size: ha`"),
        "resources": Hint("what the platform's own components ask for is `size`: small, standard or ha"),
        "argocd": Hint("where Argo CD runs is `gitops: {argocd: ...}`"),
    }

    name: DnsLabel = Field(description="Name of the cluster, unique in the file.", examples=["prod-eu"])
    # `dev` is what checks ask least of, so a bad environment brings no second finding.
    environment: Annotated[Literal["dev", "test", "staging", "prod"], StandIn("dev")] = Field(
        description="What the cluster is for; rules on secrets and identity depend on it.", examples=["prod"]
    )
    provider: Text = Field(description="What runs the cluster.", examples=["gke"])
    kubernetes: KubernetesVersion = Field(
        description='Kubernetes version in quotes: "1.34" or "1.34.2", with the provider\'s suffix where it has one.',
        examples=["1.34"],
    )
    project: Maybe[GcpProject] = Field(None, description="Google Cloud project (gke).", examples=["acme-ml-prod"])
    account: Maybe[AwsAccount] = Field(None, description="AWS account id in quotes (eks).", examples=["123456789012"])
    subscription: Maybe[AzureSubscription] = Field(None, description="Azure subscription id (aks).")
    resource_group: Maybe[AzureResourceGroup] = Field(None, description="Azure resource group (aks).")
    region: Maybe[Place] = Field(None, description="The cloud's region.", examples=["europe-west4"])
    zones: Items[Place] = Field((), description="Zones of the region.", examples=[["europe-west4-a"]])
    server: Maybe[HttpsUrl] = Field(
        None,
        description="URL of the API server; needed where another cluster's Argo CD manages this one.",
        examples=["https://203.0.113.7"],
    )
    domain: Maybe[Domain] = Field(
        None, description="Host name under which users reach the platform.", examples=["ml.acme.com"]
    )
    identity: Maybe[IdentitySpec] = Field(None, description="Who may log in; needed in `staging` and `prod`.")
    secrets: SecretsSpec = Field(
        PlainSecretsSpec.model_construct(backend="manual"), description="Where secrets come from."
    )
    storage_class: Maybe[ObjectName] = Field(
        None, description="StorageClass for volumes of the platform; the cluster's default without it."
    )
    system_nodes: Maybe[SystemNodesSpec] = Field(
        None, description="On which nodes the platform's own components run; on any without it."
    )
    size: Maybe[Literal["small", "standard", "ha"]] = Field(
        None,
        description="What the platform's own components ask for: little on a `small` cluster such as a laptop, what "
        "upstream ships on a `standard` one (as without it), two copies of whatever may run twice with `ha`.",
        examples=["small"],
    )
    proxy: Maybe[ProxySpec] = Field(
        None, description="The proxy through which the platform's own components reach the outside; none without it."
    )
    trust: Maybe[TrustSpec] = Field(
        None,
        description="The certificate authorities that the platform's own components trust beside the public ones; none "
        "without it.",
    )
    service_account_issuer: Maybe[IssuerUrl] = Field(
        None,
        description="Issuer of the cluster's service account tokens, where it does not follow from the provider.",
    )
    versions: dict[str, VersionConstraint] = Field(
        {},
        description="Versions for this cluster, before the platform's: staged upgrades.",
        examples=[{"kueue": "0.15"}],
    )
    components: dict[str, ComponentSpec] = Field(
        {}, description="Components for this cluster, merged by key with the platform's."
    )
    cloud_quota: dict[str, Annotated[int, Field(ge=0)]] = Field(
        {},
        description="GPU quotas that the cloud grants, by the cloud's own names and in its own units "
        "(GPUs on Google Cloud, vCPUs on AWS and Azure). One that is not listed is unknown, not zero.",
        examples=[{"NVIDIA_A100_80GB_GPUS": 16, "GPUS_ALL_REGIONS": 24}],
    )
