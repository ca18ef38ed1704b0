"""One image stands in the list of notebooks once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Label, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each notebook image that the team has listed already."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        images = tenant.notebook_images
        if len(set(images)) == len(images):
            continue
        first: dict[str, int] = {}
        for index, image in enumerate(images):
            before = first.setdefault(image, index)
            if before != index:
                path = (*tenant.origin, "notebooks", "images", index)
                yield warning(
                    CHECK.id,
                    f"team {tenant.team} lists the image {image} twice",
                    path,
                    related=(Label((*path[:-1], before), "first listed here"),),
                    help="remove this entry",
                )


CHECK = Check(
    id="duplicate-image",
    severity=Severity.WARNING,
    summary="A team lists one notebook image twice",
    why="It would be offered twice; mostly another image or tag was meant.",
    bad=team("notebooks: {images: [ghcr.io/acme/nb:2026.10, ghcr.io/acme/nb:2026.10]}"),
    good=team("notebooks: {images: [ghcr.io/acme/nb:2026.10, ghcr.io/acme/nb:2026.11]}"),
    run=run,
)
