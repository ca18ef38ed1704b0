"""The issuer is what tokens say, and every pod and browser must reach it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Fix, Label, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each issuer that is a discovery document or on the cluster's own domain.

    Outside `dev` also for one on the machine itself.
    """
    del facts, as_of
    for cluster in platform.clusters:
        oidc = cluster.identity.oidc
        if oidc is None:
            continue
        path = (*cluster.origin, "identity", "oidc", "issuer")
        if oidc.issuer.rstrip("/").endswith(_DISCOVERY):
            issuer = oidc.issuer.rstrip("/").removesuffix(_DISCOVERY)
            yield error(
                CHECK.id,
                f"the issuer of cluster {cluster.name} is the URL of its discovery document",
                path,
                help=f"write {issuer}, what the document calls `issuer`",
                fix=Fix(path, issuer),
                sources=CHECK.sources,
            )
        elif cluster.domain is not None and _host(oidc.issuer) == cluster.domain:
            yield error(
                CHECK.id,
                f"the issuer of cluster {cluster.name} is on its own domain, where the cluster's dex is",
                path,
                related=(Label((*cluster.origin, "domain"), f"the domain of {cluster.name}"),),
                help="write the URL of the identity provider, such as https://login.example.com",
                sources=CHECK.sources,
            )
        elif cluster.environment != "dev" and _host(oidc.issuer) in _LOCAL:
            yield error(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and its issuer {oidc.issuer} is the machine itself",
                path,
                help="write the URL under which browsers and pods reach the provider",
                sources=CHECK.sources,
            )


def _host(url: str) -> str:
    rest = url.partition("://")[2].partition("/")[0]
    return rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]


_DISCOVERY = "/.well-known/openid-configuration"
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})

_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    identity: {{oidc: {{issuer: "{}", clientID: kubeflow, clientSecretRef: oidc-client}}}}
"""


CHECK = Check(
    id="unsuitable-issuer",
    severity=Severity.ERROR,
    summary="An issuer is no issuer, or nobody else reaches it",
    why="A token is refused unless its issuer is written exactly as here, and its keys can be fetched from there.",
    sources=("https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig",),
    bad=_PLATFORM.format("https://login.acme.com/.well-known/openid-configuration"),
    good=_PLATFORM.format("https://login.acme.com"),
    run=run,
)
