"""What the platform file may say of Kubeflow's gateway; knows nothing of where it ends up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel
from compiler.spec.scalars import ObjectName, SecretName


class TlsGatewaySpec(StrictModel):
    """Where the certificate for the cluster's domain comes from."""

    noun: ClassVar[str] = "`gateway`"

    issuer: Maybe[ObjectName] = Field(
        None, description="ClusterIssuer that signs the certificate; Kubeflow's self-signing one without it.",
        examples=["letsencrypt"],
    )  # fmt: skip
    tls_secret: Maybe[SecretName] = Field(
        None, description="Secret in istio-system that holds a certificate made elsewhere.", examples=["acme-wildcard"]
    )


class KubeflowIstioResourcesSpec(StrictModel):
    """Options of Kubeflow's gateway."""

    noun: ClassVar[str] = "kubeflow-istio-resources"

    gateway: Maybe[TlsGatewaySpec] = Field(
        None, description="Where the certificate for the cluster's domain comes from."
    )


OPTIONS = KubeflowIstioResourcesSpec
