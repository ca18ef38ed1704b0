"""A bucket or a registry is in a region of its own cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Fix, Severity, YamlPath, error
from compiler.model.platform import Platform
from compiler.providers import Providers
from compiler.providers.base import Provider
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each store and registry whose region its cloud cannot have, once for each place."""
    del facts, as_of
    told: set[YamlPath] = set()
    owners: dict[str, Provider] = {}
    for what, kind, region, path in _regions(platform):
        if path in told:
            continue
        told.add(path)
        # Looked for here, as most files name no region outside of their clusters.
        owners = owners or {kind: each for each in Providers().values() for kind in each.cloud_services}
        provider = owners.get(kind)
        if provider and not provider.is_region(region) and region not in _MULTI_REGIONS.get(kind, ()):
            yield _finding(what, region, path, provider)


def _regions(platform: Platform) -> Iterator[tuple[str, str, str, YamlPath]]:
    """Yield what is in a region, its type, the region, and where that stands."""
    for cluster in platform.clusters:
        for installation in cluster.installations:
            for key, value in installation.options.items():
                # What has an endpoint of its own may be a store that calls its only region as it likes.
                if isinstance(value, Mapping) and {"type", "region"} <= value.keys() and "endpoint" not in value:
                    path = (*installation.origin, key, "region")
                    yield f"`{key}` of {installation.component}", str(value["type"]), str(value["region"]), path
    for tenant in declared_tenants(platform):
        for registry in tenant.registries:
            if "region" in registry.settings:
                what = f"registry of team {tenant.team}"
                yield what, registry.type, registry.settings["region"], (*registry.origin, "region")


def _finding(what: str, region: str, path: YamlPath, provider: Provider) -> Diagnostic:
    from compiler.resolve.regions import meant_region, region_of

    zone_of, meant = region_of(region, provider), meant_region(region, provider)
    better = zone_of or meant
    wrong = f"a zone of {zone_of}, not a region" if zone_of else f"no region of {provider.cloud_title}"
    return error(
        CHECK.id,
        f"{region} of {what} is {wrong}",
        path,
        help=f"write `region: {better}`" if better else f"its regions are written like {provider.region_example}",
        fix=Fix(path, better) if better else None,
        sources=provider.region_sources,
    )


_MULTI_REGIONS = {"gar": ("us", "europe", "asia")}
"""Source: cloud.google.com/artifact-registry/docs/repositories/repo-locations."""

CHECK = Check(
    id="region-of-no-cloud",
    severity=Severity.ERROR,
    summary="A store or a registry is in a region that its cloud does not have",
    why="The region is part of the address: images cannot be pulled and objects not kept, with a message about DNS or "
    "signatures.",
    sources=(
        "https://cloud.google.com/artifact-registry/docs/repositories/repo-locations",
        "https://docs.aws.amazon.com/general/latest/gr/s3.html",
    ),
    bad=team("registries: [{type: gar, project: acme-ml-dev, region: eu-west-1}]"),
    good=team("registries: [{type: gar, project: acme-ml-dev, region: europe-west4}]"),
    run=run,
)
