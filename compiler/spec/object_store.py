"""Object stores, one class for each set of keys, for the options of components that need one."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Maybe, RuledModel, StrictModel
from compiler.spec.rules import Needs
from compiler.spec.scalars import AzureContainer, EndpointUrl, GcsBucket, Place, S3Bucket, SecretName, StorageAccount

_HINTS = {
    "accessKey": Hint("a key never stands in this file; name the Secret that holds it", "secretRef"),
    "secretKey": Hint("a key never stands in this file; name the Secret that holds it", "secretRef"),
    "credentials": Hint("credentials never stand in this file; name the Secret that holds them", "secretRef"),
}


_AZURE = (
    "Azure Blob Storage does not speak S3, and nothing else is spoken here: put a server of yours that does in front "
    "of it, and write `type: minio` or `seaweedfs` with its `endpoint` and `secretRef`"
)


class S3Spec(StrictModel):
    """Amazon S3, or what speaks its protocol elsewhere."""

    noun: ClassVar[str] = "an object store of type `s3`"
    hints: ClassVar = _HINTS
    # Read only where Azure's store cannot be chosen.
    value_hints: ClassVar = {"type": dict.fromkeys(("azure", "azblob", "blob"), _AZURE)}

    type: Literal["s3"] = Field(description="Amazon S3.")
    bucket: S3Bucket = Field(description="Bucket.", examples=["acme-kfp"])
    region: Place = Field(description="Region of the bucket.", examples=["eu-west-1"])
    endpoint: Maybe[EndpointUrl] = Field(None, description="URL, where it is not Amazon's.")
    secret_ref: Maybe[SecretName] = Field(
        None, description="Name of the Secret with the access key; without it, the cloud's workload identity."
    )


class GcsSpec(StrictModel):
    """Google Cloud Storage."""

    noun: ClassVar[str] = "an object store of type `gcs`"
    hints: ClassVar = _HINTS

    type: Literal["gcs"] = Field(description="Google Cloud Storage.")
    bucket: GcsBucket = Field(description="Bucket.", examples=["acme-kfp"])
    secret_ref: Maybe[SecretName] = Field(
        None, description="Name of the Secret with the key; without it, the cloud's workload identity."
    )


class AzureStoreSpec(StrictModel):
    """Azure Blob Storage."""

    noun: ClassVar[str] = "an object store of type `azure`"
    hints: ClassVar = {**_HINTS, "bucket": Hint("Azure calls it `container`", "container")}

    type: Literal["azure"] = Field(description="Azure Blob Storage.")
    account: StorageAccount = Field(description="Storage account.", examples=["acmekfp"])
    container: AzureContainer = Field(description="Container.", examples=["kfp"])
    secret_ref: Maybe[SecretName] = Field(
        None, description="Name of the Secret with the key; without it, the cloud's workload identity."
    )


class ServerStoreSpec(RuledModel):
    """MinIO or SeaweedFS: the platform's own, or one at an endpoint."""

    noun: ClassVar[str] = "an object store of this type"
    hints: ClassVar = _HINTS
    rules: ClassVar = (Needs("endpoint", "secretRef", "a store outside the platform needs a key"),)

    type: Literal["minio", "seaweedfs"] = Field(description="MinIO or SeaweedFS.", examples=["seaweedfs"])
    bucket: Maybe[S3Bucket] = Field(None, description="Bucket; the release's own name without it.")
    endpoint: Maybe[EndpointUrl] = Field(None, description="URL; without it, the store that the release brings along.")
    secret_ref: Maybe[SecretName] = Field(None, description="Name of the Secret with the access key.")


class OutsideStoreSpec(StrictModel):
    """MinIO or SeaweedFS at an endpoint, for a component that brings no store along."""

    noun: ClassVar[str] = "an object store of this type"
    hints: ClassVar = _HINTS

    type: Literal["minio", "seaweedfs"] = Field(description="MinIO or SeaweedFS.", examples=["seaweedfs"])
    bucket: S3Bucket = Field(description="Bucket.", examples=["mlflow"])
    endpoint: EndpointUrl = Field(description="URL.", examples=["https://minio.acme.com"])
    secret_ref: SecretName = Field(description="Name of the Secret with the access key.", examples=["mlflow-store"])


ObjectStoreSpec = Annotated[S3Spec | GcsSpec | AzureStoreSpec | ServerStoreSpec, Field(discriminator="type")]
"""Where objects are kept, told apart by `type`."""
