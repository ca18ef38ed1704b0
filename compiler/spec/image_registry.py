"""Private image registries, one class for each set of keys; knows nothing of how pull secrets are made."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, StrictModel
from compiler.spec.scalars import AcrName, AwsAccount, GcpProject, Place, RegistryHost, SecretName


class EcrSpec(StrictModel):
    """Amazon Elastic Container Registry."""

    noun: ClassVar[str] = "a registry of type `ecr`"

    type: Literal["ecr"] = Field(description="Amazon Elastic Container Registry.")
    account: AwsAccount = Field(description="AWS account id in quotes.", examples=["123456789012"])
    region: Place = Field(description="AWS region.", examples=["eu-west-1"])


class GarSpec(StrictModel):
    """Google Artifact Registry."""

    noun: ClassVar[str] = "a registry of type `gar`"

    type: Literal["gar"] = Field(description="Google Artifact Registry.")
    project: GcpProject = Field(description="Google Cloud project.", examples=["acme-ml-prod"])
    region: Place = Field(description="Region or multi-region.", examples=["europe-west4"])


class AcrSpec(StrictModel):
    """Azure Container Registry."""

    noun: ClassVar[str] = "a registry of type `acr`"

    type: Literal["acr"] = Field(description="Azure Container Registry.")
    name: AcrName = Field(description="Name of the registry, without .azurecr.io.", examples=["acmeml"])


_PASSWORD = Hint("a password never stands in this file; name the Secret to pull with: `secretRef`", instead="secretRef")


class HostedRegistrySpec(StrictModel):
    """A registry at a well-known host."""

    noun: ClassVar[str] = "a registry of this type"
    hints: ClassVar = {"password": _PASSWORD, "token": _PASSWORD}

    type: Literal["ghcr", "dockerhub"] = Field(description="GitHub's registry or Docker Hub.", examples=["ghcr"])
    secret_ref: SecretName = Field(description="Name of the Secret to pull with.", examples=["ghcr-pull"])


class ServerRegistrySpec(StrictModel):
    """A registry at a host of its own."""

    noun: ClassVar[str] = "a registry of this type"
    hints: ClassVar = {"password": _PASSWORD, "token": _PASSWORD}

    type: Literal["harbor", "generic"] = Field(description="Harbor, or any other registry.", examples=["harbor"])
    server: RegistryHost = Field(description="Host, with a port where it is not 443.", examples=["harbor.example.com"])
    secret_ref: SecretName = Field(description="Name of the Secret to pull with.", examples=["harbor-pull"])


RegistrySpec = Annotated[
    EcrSpec | GarSpec | AcrSpec | HostedRegistrySpec | ServerRegistrySpec, Field(discriminator="type")
]
"""A private image registry, told apart by `type`."""
