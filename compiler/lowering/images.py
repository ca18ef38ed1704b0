"""Which images a cluster pulls, and who asks for each; knows no component by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.lowering.components import lower_component, replaced_by

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.model.manifest import Object
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
        made = lower_component(installation, cluster, platform, catalog)
        renamed = {image["name"]: image for image in made.overlay.fields.get("images", ())}
        ours = (image for chart in made.charts for each in chart.objects for image in _of_pods(each))
        patched = (patch["patch"] for patch in made.overlay.fields.get("patches", ()))
        added = (image for patch in patched if isinstance(patch, Mapping) for image in _of_pods(patch))
        for image in (*component.images, *component.images_embedded, *ours, *added):
            asked.setdefault(_replaced(image, renamed), set()).add(installation.component)
    for tenant in cluster.tenants:
        for image in tenant.notebook_images:
            asked.setdefault(image, set()).add(f"teams.{tenant.team}")
    return {image: sorted(asked[image]) for image in sorted(asked)}


def _of_pods(manifest: Object) -> Iterator[str]:
    """Yield the images of the containers that an object or a patch of ours runs; a patch need not name one."""
    pod = (manifest.get("spec") or {}).get("template", {}).get("spec", {})
    for key in ("initContainers", "containers"):
        yield from (container["image"] for container in pod.get(key, ()) if "image" in container)


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
