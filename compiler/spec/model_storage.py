"""Where a team's models are loaded from, one class for each set of keys; knows nothing of who loads them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from compiler.spec.base import Hint, Maybe, StrictModel
from compiler.spec.scalars import EndpointUrl, Place, SecretName

_CREDENTIALS = Hint("credentials never stand in this file; name the Secret that holds them", instead="secretRef")
_HINTS = {
    **dict.fromkeys(("accessKey", "accessKeyId", "secretKey", "secretAccessKey", "password"), _CREDENTIALS),
    **dict.fromkeys(("credentials", "key", "keyFile", "clientSecret", "accountKey", "token"), _CREDENTIALS),
    "secret": Hint("the key is `secretRef`", "secretRef"),
    "secretName": Hint("the key is `secretRef`", "secretRef"),
    "bucket": Hint("each model names its own: `storageUri: s3://BUCKET/PATH` of its InferenceService"),
}
_SPEAKS_S3 = "what speaks the protocol of S3 is `type: s3`, with its URL as `endpoint`"
_NAMED = "write it out: `type: huggingface`"


class S3ModelsSpec(StrictModel):
    """Amazon S3, or what speaks its protocol elsewhere."""

    noun: ClassVar[str] = "a model storage of type `s3`"
    hints: ClassVar = {**_HINTS, "url": Hint("the key is `endpoint`", "endpoint")}
    value_hints: ClassVar = {"type": {**dict.fromkeys(("minio", "seaweedfs", "ceph"), _SPEAKS_S3), "hf": _NAMED}}

    type: Literal["s3"] = Field(description="Amazon S3, or what speaks its protocol: `storageUri: s3://...`.")
    secret_ref: SecretName = Field(
        description="Secret with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.", examples=["models-s3"]
    )
    region: Maybe[Place] = Field(None, description="Region of the buckets.", examples=["eu-west-1"])
    endpoint: Maybe[EndpointUrl] = Field(None, description="URL, where it is not Amazon's.")


class GcsModelsSpec(StrictModel):
    """Google Cloud Storage."""

    noun: ClassVar[str] = "a model storage of type `gcs`"
    hints: ClassVar = _HINTS

    type: Literal["gcs"] = Field(description="Google Cloud Storage: `storageUri: gs://...`.")
    secret_ref: SecretName = Field(
        description="Secret with `gcloud-application-credentials.json`, the key file of a service account.",
        examples=["models-gcs"],
    )


class AzureModelsSpec(StrictModel):
    """Azure Blob Storage."""

    noun: ClassVar[str] = "a model storage of type `azure`"
    hints: ClassVar = {
        **_HINTS,
        "account": Hint("each model names its own: `storageUri: https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH`"),
    }

    type: Literal["azure"] = Field(
        description="Azure Blob Storage: `storageUri: https://ACCOUNT.blob.core.windows.net/...`."
    )
    secret_ref: SecretName = Field(
        description="Secret with `AZURE_TENANT_ID`, `AZURE_SUBSCRIPTION_ID`, `AZURE_CLIENT_ID` and "
        "`AZURE_CLIENT_SECRET`; with `accountKey`, with `AZURE_STORAGE_ACCESS_KEY` alone.",
        examples=["models-azure"],
    )
    credential: Literal["servicePrincipal", "accountKey"] = Field(
        "servicePrincipal", description="Whose key the Secret holds: a service principal's or the storage account's."
    )


class HuggingFaceModelsSpec(StrictModel):
    """Hugging Face."""

    noun: ClassVar[str] = "a model storage of type `huggingface`"
    hints: ClassVar = _HINTS

    type: Literal["huggingface"] = Field(
        description="Models of Hugging Face that are not public: `storageUri: hf://...`."
    )
    secret_ref: SecretName = Field(description="Secret with `HF_TOKEN`.", examples=["hugging-face"])


ModelStorageSpec = Annotated[
    S3ModelsSpec | GcsModelsSpec | AzureModelsSpec | HuggingFaceModelsSpec, Field(discriminator="type")
]
"""Where a team's models are loaded from, told apart by `type`."""
