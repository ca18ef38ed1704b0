"""A cluster that people share needs a host name that is theirs and that they reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, error, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each domain that is an address, and outside `dev` a finding for one nobody else reaches."""
    del facts, as_of
    for cluster in platform.clusters:
        domain = cluster.domain
        if domain is None:
            continue
        path = (*cluster.origin, "domain")
        if domain.replace(".", "").isdigit():
            yield error(
                CHECK.id,
                f"the domain of cluster {cluster.name} is the address {domain}",
                path,
                help="give the address a host name in DNS, and write that",
                sources=CHECK.sources,
            )
        elif cluster.environment == "dev":
            continue
        elif domain == "localhost" or domain.endswith(_LOCAL):
            yield error(
                CHECK.id,
                f"cluster {cluster.name} is {cluster.environment} and its domain {domain} is each reader's own machine",
                path,
                help="write a host name that everybody's DNS knows",
                sources=CHECK.sources,
            )
        elif domain.endswith(_RESERVED) or domain in _EXAMPLES:
            yield warning(
                CHECK.id,
                f"the domain {domain} of cluster {cluster.name} is reserved for documentation",
                path,
                help="write a host name of your own",
                sources=CHECK.sources,
            )


_EXAMPLES = frozenset({"example.com", "example.net", "example.org"})
_RESERVED = tuple(f".{name}" for name in sorted(_EXAMPLES))
_LOCAL = (".localhost", ".localdomain")

_PLATFORM = """\
clusters:
  - name: test
    environment: test
    provider: k3s
    kubernetes: "1.34"
    domain: {}
    components: {{cert-manager: {{}}}}
"""


CHECK = Check(
    id="unreachable-domain",
    severity=Severity.ERROR,
    summary="A cluster's domain is an address, the reader's own machine, or made for documentation",
    why="Cookies, certificates and redirects hang on a host name; one that leads elsewhere lets nobody in.",
    sources=("https://www.rfc-editor.org/rfc/rfc6761#section-6",),
    bad=_PLATFORM.format("10.0.0.7"),
    good=_PLATFORM.format("ml.acme.com"),
    run=run,
)
