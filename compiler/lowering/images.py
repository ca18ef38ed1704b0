"""Which images a cluster pulls, and who asks for each; knows no component by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.lowering.components import lower_component, replaced_by

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.platform import Cluster, Platform


def images(cluster: Cluster, platform: Platform, catalog: Catalog) -> dict[str, list[str]]:
    """Return every image of a cluster, sorted, with the applications and teams that ask for it.

    Images inside ConfigMaps, environment variables and arguments are among them, as far as the catalog knows them.
    """
    asked: dict[str, set[str]] = {}
    for installation in cluster.installations:
        if installation.existing is not None or replaced_by(installation) is not None:
            continue
        release = catalog.release(installation.product, installation.product_version)
        component = release.components[installation.component]
        overlay = lower_component(installation, cluster, platform, catalog).overlay
        renamed = {image["name"]: image for image in overlay.fields.get("images", ())}
        for image in (*component.images, *component.images_embedded):
            asked.setdefault(_replaced(image, renamed), set()).add(installation.component)
    for tenant in cluster.tenants:
        for image in tenant.notebook_images:
            asked.setdefault(image, set()).add(f"teams.{tenant.team}")
    return {image: sorted(asked[image]) for image in sorted(asked)}


def _replaced(image: str, renamed: dict[str, dict[str, str]]) -> str:
    """Return the image as kustomize's `images` field leaves it."""
    reference, at, digest = image.partition("@")
    slash = reference.rfind("/")
    colon = reference.find(":", slash + 1)
    name, tag = (reference, "") if colon < 0 else (reference[:colon], reference[colon + 1 :])
    change = renamed.get(name)
    if change is None:
        return image
    name = change.get("newName", name)
    if "digest" in change:
        return f"{name}@{change['digest']}"
    tag = change.get("newTag", tag)
    return f"{name}:{tag}" if tag else f"{name}{at}{digest}"
