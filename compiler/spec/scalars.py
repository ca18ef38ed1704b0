"""The constrained scalars of the platform file: pattern, name and example of each; knows none of the mappings.

A `Kind` turns every failure of its scalar into one error type of our own inside pydantic's compiled core,
so the usual case runs no Python and no library text is ever shown. Patterns keep to what Rust's regex,
Python's and ECMAScript's read alike: no look-around, no classes that differ on Unicode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

KINDS: dict[str, Kind] = {}
"""Every kind of scalar by the code of its finding."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a scalar is to the user: `code` of the finding, `noun` with article, `rule` in words, `example`.

    `pattern` is what the text must match, `limit` the most characters it may have.

    `is_version` makes an unquoted number a finding of its own. `takes_numbers` lets YAML numbers pass as text.
    `is_secret_name` says that a secret itself may stand there by mistake, which no message then repeats.
    """

    code: str
    noun: str
    rule: str
    example: str
    pattern: str
    limit: int | None = None
    is_version: bool = False
    takes_numbers: bool = False
    is_secret_name: bool = False

    def __post_init__(self) -> None:
        """Enter the kind into the table; two kinds with one code are a bug."""
        if self.code in KINDS:
            raise ValueError(self.code)
        KINDS[self.code] = self

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the scalar's schema with all its errors replaced by ours."""
        text = core_schema.str_schema(
            pattern=self.pattern,
            max_length=self.limit,
            strict=not self.takes_numbers,
            coerce_numbers_to_str=self.takes_numbers,
        )
        return core_schema.custom_error_schema(text, self.code, custom_error_message=self.noun)

    def fits(self, text: str) -> bool:
        """Return whether a text is a scalar of this kind."""
        return (self.limit is None or len(text) <= self.limit) and re.search(self.pattern, text) is not None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the scalar's JSON Schema, with an example, and with numbers where they are taken."""
        produced: dict[str, Any] = handler(schema)
        produced["examples"] = [self.example]
        if self.takes_numbers:
            text = {key: value for key, value in produced.items() if key != "examples"}
            return {"anyOf": [text, {"type": "number", "minimum": 0}], "examples": [self.example]}
        return produced


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_HOST = r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?"
_VERSION = r"[0-9]+(\.[0-9]+)*([-+]?[a-z][0-9A-Za-z.+-]*)?"

Text = Annotated[
    str,
    Kind(
        "not-text",
        "text",
        "text that is not blank",
        "some text",
        pattern=r"[^ \t\r\n]",
    ),
]
"""Any text that is not blank."""

DnsLabel = Annotated[
    str,
    Kind(
        "not-a-dns-label",
        "a DNS label",
        "lower-case letters, digits and `-`, at most 63, no `-` at an end",
        "vision",
        pattern=rf"^{_LABEL}$",
        limit=63,
    ),
]
"""A DNS label of RFC 1123: most names."""

SecretName = Annotated[
    str,
    Kind(
        "not-a-secret-name",
        "the name of a Secret",
        "lower-case letters, digits, `-` and `.`; the secret itself never stands in this file",
        "oidc-client",
        pattern=rf"^{_SUBDOMAIN}$",
        limit=253,
        is_secret_name=True,
    ),
]
"""The name of a Kubernetes Secret (a DNS subdomain)."""

ObjectName = Annotated[
    str,
    Kind(
        "not-an-object-name",
        "the name of a Kubernetes object",
        "lower-case letters, digits, `-` and `.`",
        "standard",
        pattern=rf"^{_SUBDOMAIN}$",
        limit=253,
    ),
]
"""The name of any other Kubernetes object (a DNS subdomain)."""

ClaimName = Annotated[
    str,
    Kind(
        "not-a-claim-name",
        "a volume claim with its namespace",
        "`namespace/name`, each of lower-case letters, digits and `-`, the name with `.` too",
        "kubeflow/mysql-pv-claim",
        pattern=rf"^{_LABEL}/{_SUBDOMAIN}$",
        limit=317,
    ),
]
"""A PersistentVolumeClaim: a namespace of at most 63 characters, and a name of at most 253."""

Domain = Annotated[
    str,
    Kind(
        "not-a-domain",
        "a domain",
        "a host name without scheme, port, path or `*`",
        "ml.example.com",
        pattern=rf"^{_SUBDOMAIN}$",
        limit=253,
    ),
]
"""A host name."""

Quantity = Annotated[
    str,
    Kind(
        "not-a-quantity",
        "a Kubernetes quantity",
        "a number, with `Ki Mi Gi Ti` (powers of 1024), `k M G T` (of 1000) or `m` (thousandths) right behind it",
        "64Gi",
        takes_numbers=True,
        pattern=r"^([0-9]+(\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]+)?$",
    ),
]
"""A Kubernetes quantity that is not negative: the text as written, or the number as text."""

Duration = Annotated[
    str,
    Kind(
        "not-a-duration",
        "a duration",
        "numbers with `h`, `m` or `s` right behind them",
        "1h30m",
        pattern=r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$",
    ),
]
"""A duration as Go and Kubernetes write it."""

VersionConstraint = Annotated[
    str,
    Kind(
        "not-a-constraint",
        "a version constraint",
        'a version such as "1.10" (any 1.10.x), "==1.10.2", or a comma list such as ">=1.9,<1.11"',
        "1.10",
        is_version=True,
        pattern=rf"^ *({_VERSION}|((==|!=|>=|<=|>|<) *{_VERSION}|~= *[0-9]+\.{_VERSION})"
        rf"( *, *((==|!=|>=|<=|>|<) *{_VERSION}|~= *[0-9]+\.{_VERSION}))*) *$",
    ),
]
"""Which versions are wanted: a line ("1.10"), or comparisons separated by commas."""

VersionText = Annotated[
    str,
    Kind(
        "not-a-version",
        "a version",
        "digits and dots, without `v` or operators",
        "1.28.0",
        is_version=True,
        pattern=rf"^{_VERSION}$",
    ),
]
"""One version."""

KubernetesVersion = Annotated[
    str,
    Kind(
        "not-a-kubernetes-version",
        "a Kubernetes version",
        '"1.34" or "1.34.2", with the provider\'s suffix where it has one',
        "1.34",
        is_version=True,
        pattern=r"^1\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([-+][0-9A-Za-z][0-9A-Za-z.+-]*)?$",
    ),
]
"""A Kubernetes minor or patch version."""

Email = Annotated[
    str,
    Kind(
        "not-an-email",
        "an e-mail address",
        "one person's address, never `*` or `system:...`",
        "alice@example.com",
        pattern=rf"^[^ \t\r\n@*:,;<>()\[\]\\/]+@({_HOST})\.[A-Za-z0-9-]*[A-Za-z0-9]$",
        limit=254,
    ),
]
"""The e-mail address by which the identity provider knows a person."""

GroupName = Annotated[
    str,
    Kind(
        # "system:..." is Kubernetes' own; without look-ahead that is spelt out letter by letter.
        "not-a-group",
        "a group of the identity provider",
        "its name as the provider sends it, never `*` or `system:...`",
        "vision-readers",
        pattern=r"^([^s* \t\r\n:][^*\r\n]*|s|s[^y*\r\n][^*\r\n]*|sy|sy[^s*\r\n][^*\r\n]*|sys|sys[^t*\r\n][^*\r\n]*"
        r"|syst|syst[^e*\r\n][^*\r\n]*|syste|syste[^m*\r\n][^*\r\n]*|system|system[^:*\r\n][^*\r\n]*)$",
        limit=253,
    ),
]
"""The name of a group as the identity provider sends it."""

GitUrl = Annotated[
    str,
    Kind(
        "not-a-git-url",
        "the URL of a Git repository",
        "https://..., ssh://... or git@host:path, without user or token",
        "https://github.com/acme/ml-platform.git",
        pattern=rf"^(https?://{_HOST}(:[0-9]+)?/[^ \t\r\n?#@]+|ssh://([A-Za-z0-9_.-]+@)?{_HOST}(:[0-9]+)?/[^ \t\r\n?#]+"
        rf"|[A-Za-z0-9_.-]+@{_HOST}:[^ \t\r\n?#:/][^ \t\r\n?#]*)$",
    ),
]
"""A Git repository's URL, without credentials."""

GitRevision = Annotated[
    str,
    Kind(
        "not-a-revision",
        "a branch",
        "the name of a branch, without `refs/heads/`",
        "main",
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9_.#/+-]*[A-Za-z0-9_#+-])?$",
        limit=250,
    ),
]
"""A branch's name."""

HttpsUrl = Annotated[
    str,
    Kind(
        "not-an-https-url",
        "an https URL",
        "https://host, without user, query or fragment",
        "https://203.0.113.7",
        pattern=rf"^https://({_HOST}|\[[0-9a-fA-F:]+\])(:[0-9]+)?(/[^ \t\r\n?#]*)?$",
    ),
]
"""An https URL without credentials."""

IssuerUrl = Annotated[
    str,
    Kind(
        "not-an-issuer",
        "an issuer's URL",
        "https://host/path exactly as the tokens' `iss` says it",
        "https://login.example.com",
        pattern=rf"^https?://({_HOST}|\[[0-9a-fA-F:]+\])(:[0-9]+)?(/[^ \t\r\n?#]*)?$",
    ),
]
"""The URL of an OpenID Connect issuer; that http is for `dev` only is a check's business."""

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

Image = Annotated[
    str,
    Kind(
        "not-an-image",
        "a container image",
        "registry/name:tag or registry/name@sha256:digest, the name in lower case",
        "ghcr.io/acme/vision-notebook:2026.10",
        pattern=r"^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
        r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$",
    ),
]
"""A container image reference."""

RegistryHost = Annotated[
    str,
    Kind(
        "not-a-registry-host",
        "a registry's host",
        "host or host:port, without https:// or path",
        "harbor.example.com",
        pattern=rf"^{_HOST}(:[0-9]+)?$",
    ),
]
"""A registry's host, with a port where it is not 443."""

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

Bucket = Annotated[
    str,
    Kind(
        "not-a-bucket",
        "a bucket",
        "3 to 63 lower-case letters, digits, `-`, `.` and `_`",
        "acme-kfp",
        pattern=r"^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$",
    ),
]
"""A bucket's or container's name."""

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

RelativePath = Annotated[
    str,
    Kind(
        # A path below the platform file's folder: no component that starts with a dot, so it cannot climb.
        "not-a-relative-path",
        "a path below this file's folder",
        "folders and file separated by `/`, without `..`, hidden parts or a leading `/`",
        "patches/kserve.yaml",
        pattern=r"^[^./\\ \t\r\n:][^/\\\r\n:]*(/[^./\\\r\n:][^/\\\r\n:]*)*$",
    ),
]
"""A file below the platform file's folder."""

JsonPointer = Annotated[
    str,
    Kind(
        "not-a-json-pointer",
        "a JSON pointer",
        "`/` before each step, `~1` for a `/` inside one",
        "/spec/replicas",
        pattern=r"^(/([^~\r\n]|~0|~1)*)+$",
    ),
]
"""A JSON pointer of RFC 6901 that is not the whole document."""
