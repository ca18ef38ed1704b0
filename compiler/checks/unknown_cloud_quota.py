"""A quota under which no GPU falls is never compared with anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check
from compiler.checks.examples import google
from compiler.diagnostics.model import Diagnostic, Fix, Severity, warning
from compiler.diagnostics.suggest import Patience, nearest
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.resolve.cloud_quota import all_quotas, quotas_of
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each key of `cloudQuota` that the cloud's tables do not have for any accelerator."""
    del as_of
    providers, patience = Providers(), Patience()
    for cluster in platform.clusters:
        provider = providers[cluster.provider]
        if provider.quotas is None or not cluster.cloud_quota:
            continue
        wanted = sorted({name for pool in cluster.pools for name in quotas_of(pool, provider, facts)})
        # The quotas of the pools that are there are looked at first: mostly there is no other.
        others = cluster.cloud_quota.keys() - {*wanted, *provider.quotas.beside}
        known = all_quotas(provider, facts) if others else frozenset()
        for name in sorted(others - known):
            path = (*cluster.origin, "cloudQuota", name)
            near = nearest(name, known, 1, patience)
            hint = f"did you mean {near[0]}?" if near else None
            if hint is None and wanted:
                hint = f"the pools of cluster {cluster.name} fall under {', '.join(wanted)}"
            yield warning(
                CHECK.id,
                f"{name} is no quota of accelerators on {provider.title}",
                path,
                at_key=True,
                help=hint or "remove it; quotas of other things have no effect",
                fix=Fix(path, near[0], at_key=True) if near and near[0] not in cluster.cloud_quota else None,
                sources=CHECK.sources,
            )


CHECK = Check(
    id="unknown-cloud-quota",
    severity=Severity.WARNING,
    summary="A key of `cloudQuota` is no quota of accelerators of that cloud",
    why="Nothing is compared with it, so a pool above the real quota would not be found.",
    sources=(
        "https://cloud.google.com/dotnet/docs/reference/Google.Cloud.Compute.V1/latest/Google.Cloud.Compute.V1.Quota.Types.Metric",
    ),
    bad=google("cloudQuota: {NVIDIA_A100_80G_GPUS: 16}"),
    good=google("cloudQuota: {NVIDIA_A100_80GB_GPUS: 16}"),
    run=run,
)
