"""What the platform file may say of Istio; knows nothing of where it ends up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Maybe, StrictModel


class IngressGatewaySpec(StrictModel):
    """How the gateway is reached from outside."""

    noun: ClassVar[str] = "`gateway`"

    service_type: Maybe[Literal["ClusterIP", "NodePort", "LoadBalancer"]] = Field(
        None, description="Type of the gateway's Service; `ClusterIP` without it."
    )
    annotations: Maybe[Mapping[str, str]] = Field(
        None,
        description="Annotations of the gateway's Service, for the provider's load balancer.",
        examples=[{"networking.gke.io/load-balancer-type": "Internal"}],
    )


class IstioInstallSpec(StrictModel):
    """Options of Istio."""

    noun: ClassVar[str] = "istio-install"

    gateway: Maybe[IngressGatewaySpec] = Field(None, description="How the gateway is reached from outside.")


OPTIONS = IstioInstallSpec
