"""Ids and names that a cloud or a maker of GPUs gives; knows no provider."""

from __future__ import annotations

from typing import Annotated

from compiler.spec.scalars.kind import Kind

Place = Annotated[
    str,
    Kind(
        "not-a-zone",
        "a zone or region",
        "the provider's own id in lower case",
        "europe-west4-a",
        pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
        limit=63,
    ),
]
"""A cloud's region or zone by its id."""

GcpProject = Annotated[
    str,
    Kind(
        "not-a-project",
        "a Google Cloud project id",
        "6 to 30 lower-case letters, digits and `-`",
        "acme-ml-prod",
        pattern=r"^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$",
    ),
]
"""A Google Cloud project's id (not its number or display name)."""

AwsAccount = Annotated[
    str,
    Kind(
        "not-an-account",
        "an AWS account id",
        "12 digits in quotes",
        "123456789012",
        pattern=r"^[0-9]{12}$",
    ),
]
"""An AWS account id; text, since a leading zero counts."""

AzureSubscription = Annotated[
    str,
    Kind(
        "not-a-subscription",
        "an Azure subscription id",
        "a UUID",
        "00000000-0000-4000-8000-000000000000",
        pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    ),
]
"""An Azure subscription's id."""

AzureResourceGroup = Annotated[
    str,
    Kind(
        "not-a-resource-group",
        "an Azure resource group",
        "1 to 90 letters, digits and `-_.()`, no `.` last",
        "ml-prod",
        pattern=r"^[0-9A-Za-z_()-]([0-9A-Za-z_().-]{0,88}[0-9A-Za-z_()-])?$",
    ),
]
"""An Azure resource group's name."""

MachineType = Annotated[
    str,
    Kind(
        "not-a-machine-type",
        "a machine type",
        "the cloud's own id",
        "a2-ultragpu-1g",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        limit=100,
    ),
]
"""A cloud's machine type."""

MigProfile = Annotated[
    str,
    Kind(
        "not-a-mig-profile",
        "a MIG profile",
        "slices and memory as NVIDIA writes them",
        "1g.10gb",
        pattern=r"^[1-9][0-9]*g\.[1-9][0-9]*gb(\+(me(\.all)?|gfx))?$",
    ),
]
"""A MIG profile; whether the GPU has it is a check's business."""

AcrName = Annotated[
    str,
    Kind(
        "not-an-acr-name",
        "an Azure registry's name",
        "5 to 50 letters and digits, without .azurecr.io",
        "acmeml",
        pattern=r"^[A-Za-z0-9]{5,50}$",
    ),
]
"""An Azure Container Registry's name."""

S3Bucket = Annotated[
    str,
    Kind(
        # Two dots never stand side by side; without look-ahead the shortest name with a dot is spelt out.
        "not-a-bucket",
        "a bucket",
        "3 to 63 lower-case letters, digits, `-` and `.`, no `-` or `.` at an end, no `..`",
        "acme-kfp",
        pattern=r"^[a-z0-9](\.[a-z0-9]|\.?[a-z0-9-](\.?[a-z0-9-])*\.?[a-z0-9])$",
        limit=63,
    ),
]
"""A bucket of S3, and of what speaks its protocol.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
"""

GcsBucket = Annotated[
    str,
    Kind(
        "not-a-gcs-bucket",
        "a Google Cloud Storage bucket",
        "3 to 63 lower-case letters, digits, `-`, `.` and `_`, a letter or digit at each end",
        "acme-kfp",
        pattern=r"^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$",
    ),
]
"""A bucket of Google Cloud Storage. Source: https://cloud.google.com/storage/docs/naming-buckets."""

AzureContainer = Annotated[
    str,
    Kind(
        # Between two dashes stands a letter or digit; without look-ahead the shortest name with a dash is spelt out.
        "not-a-container",
        "an Azure blob container",
        "3 to 63 lower-case letters, digits and `-`, no `-` at an end, no `--`",
        "kfp",
        pattern=r"^[a-z0-9](-[a-z0-9]|-?[a-z0-9](-?[a-z0-9])+)$",
        limit=63,
    ),
]
"""A container of Azure Blob Storage.

Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata.
"""

StorageAccount = Annotated[
    str,
    Kind(
        "not-a-storage-account",
        "an Azure storage account",
        "3 to 24 lower-case letters and digits",
        "acmekfp",
        pattern=r"^[a-z0-9]{3,24}$",
    ),
]
"""An Azure storage account's name."""
