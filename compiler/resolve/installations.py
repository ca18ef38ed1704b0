"""Picked releases to installations: components with versions, options, patches, reasons and waves.

Knows nothing of how releases were picked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from compiler.diagnostics.model import Diagnostic, Label, YamlPath, error
from compiler.model.platform import ARGO_CD, Installation
from compiler.resolve.facts import Facts
from compiler.resolve.patches import PatchReader
from compiler.resolve.selection import Selected, Selection
from compiler.resolve.waves import FIRST_WAVE, layers
from compiler.resolve.wishes import ClusterWishes, ComponentWish

SECRET_OPERATORS = {"external-secrets": "external-secrets", "sealed-secrets": "sealed-secrets"}
"""The component behind each secrets backend that needs one."""


def build_installations(
    wishes: ClusterWishes,
    selection: Selection,
    facts: Facts,
    patches: PatchReader,
    secrets_backend: str,
    findings: list[Diagnostic],
) -> tuple[Installation, ...]:
    """Return what is on the cluster, in the order of waves and names.

    Reports `required-component-disabled`, `requirement-not-in-release` and what reading patches reports.
    """
    findings += [_blocked(name, requirers, wishes) for name, requirers in selection.blocked.items()]
    findings += [
        _unmet(name, requirers, selection, wishes)
        for name, requirers in selection.unmet.items()
        if name not in wishes.components
    ]
    waves = component_waves(selection, SECRET_OPERATORS.get(secrets_backend))
    found: list[Installation] = []
    for name, selected in selection.components.items():
        wish = wishes.components.get(name)
        bodies = [patches.patch(each, findings) for each in wish.patches] if wish else []
        found.append(
            Installation(
                component=name,
                product=selected.release.product,
                product_version=selected.release.version,
                version=selected.facts.version,
                wave=waves[name],
                options=wish.options if wish else {},
                patches=tuple(body for body in bodies if body is not None),
                because=selected.because,
                origin=_origin(name, selection, wishes),
            )
        )
    for name, version in wishes.existing.items():
        carriers = facts.carriers(name)
        wish = wishes.components[name]
        found.append(
            Installation(
                component=name,
                product=carriers[0] if carriers else name,
                product_version=version,
                version=version,
                wave=FIRST_WAVE,
                options=wish.options,
                patches=(),
                because=(f"components.{name}.existing",),
                origin=wish.origin,
                existing=version,
            )
        )
    return tuple(sorted(found, key=lambda installation: (installation.wave, installation.component)))


def component_waves(selection: Selection, secret_operator: str | None) -> dict[str, int]:
    """Return the wave of each component: Argo CD first, then layers of what requires what.

    What operates secrets comes before all that do not stand below it themselves, so that their secrets can be made.
    """
    requires = {name: set(selected.facts.requires) for name, selected in selection.components.items()}
    if secret_operator in requires:
        below = _closure(secret_operator, requires)
        for name, needs in requires.items():
            if name not in below:
                needs.add(secret_operator)
    requires.pop(ARGO_CD, None)
    found = layers(requires)
    if ARGO_CD in selection.components:
        found[ARGO_CD] = FIRST_WAVE
    return found


def _closure(name: str, requires: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    queue = [name]
    while queue:
        each = queue.pop()
        if each not in found:
            found.add(each)
            queue += requires.get(each, ())
    return found


def _origin(name: str, selection: Selection, wishes: ClusterWishes) -> YamlPath:
    """Return the place in the platform file that brings a component in, through what requires it if need be."""
    seen: set[str] = set()
    queue = [name]
    while queue:
        each = queue.pop(0)
        if each in seen:
            continue
        seen.add(each)
        if each in wishes.components:
            return wishes.components[each].origin
        if each in wishes.derived:
            return wishes.derived[each][0]
        selected: Selected | None = selection.components.get(each)
        queue += [reason for reason in (selected.because if selected else ()) if reason in selection.components]
    return ("distribution",)


def _blocked(name: str, requirers: tuple[str, ...], wishes: ClusterWishes) -> Diagnostic:
    wish: ComponentWish = wishes.components[name]
    who = ", ".join(requirers)
    labels = tuple(
        Label(wishes.components[each].origin, f"{each} is asked for here", at_key=True)
        for each in requirers
        if each in wishes.components
    )
    return error(
        "required-component-disabled",
        f"component {name} is turned off on cluster {wishes.cluster}, but {requirers[0]} "
        + ("requires it" if len(requirers) == 1 else "and others require it"),
        wish.switch,
        related=labels,
        notes=(f"on cluster {wishes.cluster} it is required by {who}",) if requirers[1:] else (),
        help=f"turn {'them' if requirers[1:] else who} off too, "
        f"or say `existing: VERSION` if the cluster has {name} already",
    )


def _unmet(name: str, requirers: tuple[str, ...], selection: Selection, wishes: ClusterWishes) -> Diagnostic:
    who = ", ".join(requirers)
    return error(
        "requirement-not-in-release",
        f"on cluster {wishes.cluster} {who} requires {name}, which no picked release has",
        _origin(requirers[0], selection, wishes),
        at_key=True,
        help=f"say `{name}: {{existing: VERSION}}` in `components` if the cluster has it, or turn {who} off",
    )
