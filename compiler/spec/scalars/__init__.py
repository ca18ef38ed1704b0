"""The constrained scalars of the platform file: pattern, name and example of each; knows none of the mappings.

Who imports one of them has all of them in `KINDS`.
"""

from compiler.spec.scalars.addresses import (
    Domain,
    Email,
    EndpointUrl,
    GitRevision,
    GitUrl,
    HttpsUrl,
    Image,
    IssuerUrl,
    JsonPointer,
    RegistryHost,
    RelativePath,
)
from compiler.spec.scalars.clouds import (
    AcrName,
    AwsAccount,
    AzureContainer,
    AzureResourceGroup,
    AzureSubscription,
    GcpProject,
    GcsBucket,
    MachineType,
    MigProfile,
    Place,
    S3Bucket,
    StorageAccount,
)
from compiler.spec.scalars.kind import KINDS, Kind
from compiler.spec.scalars.measures import Duration, Quantity, Schedule, TimeZone
from compiler.spec.scalars.names import (
    ClaimName,
    DnsLabel,
    EntryPrefix,
    GroupName,
    LabelKey,
    ObjectName,
    SecretName,
    Text,
)
from compiler.spec.scalars.versions import KubernetesVersion, VersionConstraint, VersionText

__all__ = [
    "KINDS",
    "AcrName",
    "AwsAccount",
    "AzureContainer",
    "AzureResourceGroup",
    "AzureSubscription",
    "ClaimName",
    "DnsLabel",
    "Domain",
    "Duration",
    "Email",
    "EndpointUrl",
    "EntryPrefix",
    "GcpProject",
    "GcsBucket",
    "GitRevision",
    "GitUrl",
    "GroupName",
    "HttpsUrl",
    "Image",
    "IssuerUrl",
    "JsonPointer",
    "Kind",
    "KubernetesVersion",
    "LabelKey",
    "MachineType",
    "MigProfile",
    "ObjectName",
    "Place",
    "Quantity",
    "RegistryHost",
    "RelativePath",
    "S3Bucket",
    "Schedule",
    "SecretName",
    "StorageAccount",
    "Text",
    "TimeZone",
    "VersionConstraint",
    "VersionText",
]
