"""A tag that moves gives each notebook another image."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_tenants
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, warning
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield a warning for each notebook image whose tag is `latest` or missing, and for each that is listed twice."""
    del facts, as_of
    for tenant in declared_tenants(platform):
        for index, image in enumerate(tenant.notebook_images):
            name, _, tag = image.rpartition("/")[2].partition(":")
            if "@" in image or (tag and tag != "latest"):
                continue
            yield warning(
                CHECK.id,
                f"notebook image {image} of team {tenant.team} "
                + ("follows the tag latest" if tag else "has no tag, so it follows latest"),
                (*tenant.origin, "notebooks", "images", index),
                help=f"write a tag that stays, such as `{name}:2026.10`, or a digest: `{name}@sha256:...`",
                sources=CHECK.sources,
            )


CHECK = Check(
    id="floating-image",
    severity=Severity.WARNING,
    summary="A notebook image has no tag that stays",
    why="A notebook that restarts comes back with another image, and nobody can say which one a result came from.",
    sources=("https://kubernetes.io/docs/concepts/containers/images/#image-names",),
    bad=team("notebooks: {images: [ghcr.io/acme/nb:latest]}"),
    good=team("notebooks: {images: [ghcr.io/acme/nb:2026.10]}"),
    run=run,
)
