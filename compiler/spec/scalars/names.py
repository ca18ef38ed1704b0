"""Names of what lives in the cluster and of groups of people; knows no address."""

from __future__ import annotations

from typing import Annotated

from compiler.spec.scalars.kind import Kind

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
"""A label of RFC 1123."""
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
"""A subdomain of RFC 1123."""

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
        pattern=rf"^{LABEL}$",
        limit=63,
    ),
]
"""A DNS label of RFC 1123: most names."""

LabelKey = Annotated[
    str,
    Kind(
        "not-a-label-key",
        "the key of a label",
        "a name of at most 63 letters, digits, `-`, `_` and `.`, behind a domain and `/` if it has one",
        "topology.kubernetes.io/zone",
        pattern=rf"^({SUBDOMAIN}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?$",
        limit=316,
    ),
]
"""The key of a label (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/)."""

SecretName = Annotated[
    str,
    Kind(
        "not-a-secret-name",
        "the name of a Secret",
        "lower-case letters, digits, `-` and `.`; the secret itself never stands in this file",
        "oidc-client",
        pattern=rf"^{SUBDOMAIN}$",
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
        pattern=rf"^{SUBDOMAIN}$",
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
        pattern=rf"^{LABEL}/{SUBDOMAIN}$",
        limit=317,
    ),
]
"""A PersistentVolumeClaim: a namespace of at most 63 characters, and a name of at most 253."""

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

EntryPrefix = Annotated[
    str,
    Kind(
        "not-an-entry-prefix",
        "the beginning of names in a store",
        "letters, digits, `-`, `_` and `/`, beginning with a letter or a digit",
        "prod-eu-",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9/_-]*$",
        limit=100,
    ),
]
"""What stands before the names of entries in a company's store; each store has names of its own on top of this."""

VariableName = Annotated[
    str,
    Kind(
        "not-a-variable",
        "the name of a variable",
        "letters, digits and `_`, not beginning with a digit",
        "HTTPS_PROXY",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        limit=253,
    ),
]
"""The name of an environment variable that every shell can read."""

DataKey = Annotated[
    str,
    Kind(
        "not-a-data-key",
        "a key of a Secret or ConfigMap",
        "letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`",
        "api-key",
        pattern=r"^[A-Za-z0-9_][-._A-Za-z0-9]*$",
        limit=253,
    ),
]
"""A key of the data of a Secret or ConfigMap. Source: kubernetes.io/docs/concepts/configuration/secret."""
