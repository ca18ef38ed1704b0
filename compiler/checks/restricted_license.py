"""Some software may be tried freely and costs in production."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.model.version_numbers import version_numbers
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each component on a cluster of `prod` whose licence excludes production use."""
    del facts, as_of
    for cluster in platform.clusters:
        if cluster.environment != "prod":
            continue
        for name, (since, licence) in _RESTRICTED.items():
            installation = cluster.installed.get(name)
            version = installation.running if installation else None
            if installation is None or version is None or version_numbers(version) < since:
                continue
            yield warning(
                CHECK.id,
                f"{name} {version} on cluster {cluster.name} is under the {licence}, which leaves production use out",
                installation.origin,
                at_key=installation.origin[-1] == name,
                help=f"buy a licence, and say so: `# compiler: allow {CHECK.id} because we have one`; "
                f"or write `{name}: {{enabled: false}}` there: kserve serves models too",
                sources=CHECK.sources,
            )


_RESTRICTED = {"seldon-core": ((1, 18), "Business Source License 1.1")}
"""Components with the first release under a licence that leaves production use out, and the licence.

Source: LICENSE of SeldonIO/seldon-core at v1.17.1 (Apache 2.0) and at v1.18.2.
"""


_PLATFORM = """\
clusters:
  - name: prod
    environment: {}
    provider: k3s
    kubernetes: "1.35"
    identity: {{oidc: {{issuer: https://login.acme.com, clientID: kubeflow, clientSecretRef: oidc-client}}}}
    components: {{seldon-core: {{existing: "1.19.0"}}}}
distribution: none
"""


CHECK = Check(
    id="restricted-license",
    severity=Severity.WARNING,
    summary="A component on a production cluster has a licence that leaves production use out",
    why="Whoever runs it without having bought a licence breaks a contract, and mostly without knowing.",
    sources=("https://www.seldon.io/resources/licensing-faqs",),
    bad=_PLATFORM.format("prod"),
    good=_PLATFORM.format("test"),
    run=run,
)
