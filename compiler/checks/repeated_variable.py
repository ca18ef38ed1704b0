"""A pod has one value of a variable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, error
from compiler.model.platform import Platform, Variable
from compiler.resolve.facts import Facts

_OF_PIPELINES = frozenset({"KF_PIPELINES_SA_TOKEN_PATH"})
"""What a pod with access to pipelines gets; the webhook refuses a pod for which two PodDefaults differ.
Source: kubeflow/manifests@26.03 tests/poddefaults.access-ml-pipeline.kubeflow-user-example-com.yaml."""
_OF_TRUST = frozenset({"NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"})
"""What a pod gets that trusts the cluster's own certificate authorities."""


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each variable that a team sets twice, or that the platform sets."""
    del facts, as_of
    trusting = {tenant.origin for cluster in platform.clusters if cluster.trust for tenant in cluster.tenants}
    for tenant in declared_tenants(platform):
        taken = dict.fromkeys(_OF_PIPELINES, "may use pipelines")
        if tenant.origin in trusting:
            taken |= dict.fromkeys(_OF_TRUST, "trust what the cluster trusts")
        first: dict[str, Variable] = {}
        for variable in tenant.environment:
            before = first.setdefault(variable.name, variable)
            path = (*variable.origin, "name")
            if variable.name in taken:
                yield error(
                    CHECK.id,
                    f"team {tenant.team} sets {variable.name}, which the platform sets",
                    path,
                    help=f"remove the entry: pods that {taken[variable.name]} have it already",
                )
            elif before is not variable:
                yield error(
                    CHECK.id,
                    f"team {tenant.team} sets {variable.name} twice",
                    path,
                    related=(Label((*before.origin, "name"), "the first value"),),
                    help="keep the entry that is meant",
                )


CHECK = Check(
    id="repeated-variable",
    severity=Severity.ERROR,
    summary="A team sets one variable of its pods twice",
    why="One of the values would be lost, and nobody says which; or pods would be refused.",
    bad=team("env: [{name: REGION, value: eu}, {name: REGION, value: us}]"),
    good=team("env: [{name: REGION, value: eu}, {name: region, value: us}]"),
    run=run,
)
