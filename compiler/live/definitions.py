"""The resource definitions of a cluster's overlays, by real kustomize; must not know why somebody wants them first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit import layout
from compiler.workspace.kustomize import build

_KIND = "\nkind: CustomResourceDefinition\n"


def rendered(root: Path, cluster: str, overlay: str) -> str:
    """Return what kustomize makes of an overlay. Raises: `EnvironmentFailure` when it cannot be built."""
    rendering = build(root, layout.overlay_directory(cluster, overlay))
    if rendering.failure is not None:
        last = rendering.failure.splitlines()[-1]
        raise EnvironmentFailure(
            f"kustomize cannot build {layout.overlay_directory(cluster, overlay)}: {last}",
            f"look at all that it says: python -m compiler render {cluster}/{overlay}",
        )
    return rendering.text


def definitions(
    root: Path, cluster: str, overlays: Sequence[str], *, workers: int, on_rendered: Callable[[str], None]
) -> str:
    """Return the definitions of all overlays as YAML documents, empty if there are none.

    Args: `workers` is how many kustomize run at once; `on_rendered` is told each overlay as it is done.
    Raises: `EnvironmentFailure` when an overlay cannot be built.
    """

    def one(overlay: str) -> list[str]:
        text = rendered(root, cluster, overlay)
        on_rendered(overlay)
        return definitions_in(text)

    with ThreadPoolExecutor(workers) as pool:
        found = [each for some in pool.map(one, overlays) for each in some]
    return "---\n".join(found)


def definitions_in(text: str) -> list[str]:
    """Return the documents of a rendering that define resources; kustomize writes each key of an object on its line."""
    documents = text.removeprefix("---\n").split("\n---\n")
    return [f"{each.rstrip()}\n" for each in documents if _KIND in f"\n{each}\n"]


def names_in(text: str) -> list[str]:
    """Return the names of the definitions, sorted."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return sorted(each["metadata"]["name"] for each in yaml.load_all(text, Loader=loader) if each)
