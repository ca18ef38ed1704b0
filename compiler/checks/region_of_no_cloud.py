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
    clouds: dict[str, Provider] = {}
    for what, kind, region, path in _regions(platform):
        if path in told:
            continue
        told.add(path)
        if not clouds:
            clouds = {each.cloud: each for each in Providers().values() if each.cloud is not None}
        provider = clouds[_CLOUDS[kind]]
        if not provider.is_region(region) and region not in _MULTI_REGIONS.get(kind, ()):
            yield _finding(what, region, path, provider)


def _regions(platform: Platform) -> Iterator[tuple[str, str, str, YamlPath]]:
    """Yield what is in a region, its type, the region, and where that stands."""
    for cluster in platform.clusters:
        for installation in cluster.installations:
            for key, value in installation.options.items():
                # What has an endpoint of its own may be a store that calls its only region as it likes.
                if isinstance(value, Mapping) and value.get("type") in _CLOUDS and "endpoint" not in value:
                    region = value.get("region")
                    if isinstance(region, str):
                        path = (*installation.origin, key, "region")
                        yield f"`{key}` of {installation.component}", value["type"], region, path
    for tenant in declared_tenants(platform):
        for registry in tenant.registries:
            if registry.type in _CLOUDS:
                what = f"registry of team {tenant.team}"
                yield what, registry.type, registry.settings["region"], (*registry.origin, "region")


def _finding(what: str, region: str, path: YamlPath, provider: Provider) -> Diagnostic:
    from compiler.resolve.regions import meant_region, region_of, sources

    zone_of, meant = region_of(region, provider), meant_region(region, provider)
    better = zone_of or meant
    title = _TITLES.get(provider.cloud or "", provider.title)
    return error(
        CHECK.id,
        f"{region} of {what} is " + (f"a zone of {zone_of}, not a region" if zone_of else f"no region of {title}"),
        path,
        help=f"write `region: {better}`" if better else f"its regions are written like {provider.region_example}",
        fix=Fix(path, better) if better else None,
        sources=sources(provider),
    )


_CLOUDS = {"s3": "aws", "ecr": "aws", "gar": "gcp"}
"""The cloud of each type of store and registry that has a region."""
_MULTI_REGIONS = {"gar": ("us", "europe", "asia")}
"""Source: cloud.google.com/artifact-registry/docs/repositories/repo-locations."""
_TITLES = {"aws": "AWS", "gcp": "Google Cloud"}

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
