"""Where something is found: domains, URLs, e-mail addresses, images, files and places inside a file."""

from __future__ import annotations

from typing import Annotated

from compiler.spec.scalars.kind import Kind
from compiler.spec.scalars.names import SUBDOMAIN

_HOST = r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?"
# No repository and no issuer has a `$` or a brace in its path; who writes one wants another tool to fill something in.
_PATH = r"[^ \t\r\n?#${}]"
_HTTP_URL = rf"^https?://({_HOST}|\[[0-9a-fA-F:]+\])(:[0-9]+)?(/{_PATH}*)?$"

Domain = Annotated[
    str,
    Kind(
        "not-a-domain",
        "a domain",
        "a host name without scheme, port, path or `*`",
        "ml.example.com",
        pattern=rf"^{SUBDOMAIN}$",
        limit=253,
    ),
]
"""A host name."""

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

GitUrl = Annotated[
    str,
    Kind(
        "not-a-git-url",
        "the URL of a Git repository",
        "https://..., ssh://... or git@host:path, without user or token",
        "https://github.com/acme/ml-platform.git",
        pattern=rf"^(https?://{_HOST}(:[0-9]+)?/[^ \t\r\n?#@${{}}]+|ssh://([A-Za-z0-9_.-]+@)?{_HOST}(:[0-9]+)?/{_PATH}+"
        rf"|[A-Za-z0-9_.-]+@{_HOST}:[^ \t\r\n?#:/${{}}]{_PATH}*)$",
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
        pattern=rf"^https://({_HOST}|\[[0-9a-fA-F:]+\])(:[0-9]+)?(/{_PATH}*)?$",
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
        pattern=_HTTP_URL,
    ),
]
"""The URL of an OpenID Connect issuer; that http is for `dev` only is a check's business."""

EndpointUrl = Annotated[
    str,
    Kind(
        "not-an-endpoint",
        "the endpoint of an object store",
        "http:// or https:// and the host, with its port where that is not the usual one, without user, query or "
        "fragment",
        "https://s3.example.com:9000",
        pattern=_HTTP_URL,
    ),
]
"""The URL at which an object store answers, with or without TLS."""

ProxyUrl = Annotated[
    str,
    Kind(
        "not-a-proxy",
        "a proxy's URL",
        "http:// or https:// and the host with its port, without user or path",
        "http://proxy.example.com:3128",
        pattern=rf"^https?://({_HOST}|\[[0-9a-fA-F:]+\])(:[0-9]+)?/?$",
    ),
]
"""The URL of an HTTP proxy, without credentials."""

DirectHost = Annotated[
    str,
    Kind(
        "not-a-direct-host",
        "what a proxy is not asked for",
        "one host, `.domain` for all below it, an address or a range such as 10.0.0.0/8, without scheme, `*` or comma",
        ".example.com",
        pattern=rf"^(\.?{_HOST}(:[0-9]+)?|[0-9]+(\.[0-9]+){{3}}/[0-9]+|[0-9a-fA-F:]+(/[0-9]+)?)$",
    ),
]
"""An entry of `NO_PROXY` that all who read it read alike.
Source: https://pkg.go.dev/golang.org/x/net/http/httpproxy (Config.NoProxy)."""

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

GitFolder = Annotated[
    str,
    Kind(
        "not-a-folder",
        "a folder of a repository",
        "folders separated by `/` from the repository's root, without `..` and a leading `/`; `.` is the root itself",
        "deploy/prod",
        pattern=r"^(\.|(\.?[^./\\ \t\r\n:{}$*][^/\\\r\n:{}$*]*)(/\.?[^./\\\r\n:{}$*][^/\\\r\n:{}$*]*)*)$",
    ),
]
"""A folder of a Git repository, as Argo CD names it."""

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
