"""Which components a cluster gets from picked releases: defaults, what is asked for, and what that requires.

Knows nothing of how releases are picked.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.frozen import frozen
from compiler.model.release import ComponentRelease, ProductRelease
from compiler.resolve.facts import Facts
from compiler.resolve.wishes import KUBEFLOW, ClusterWishes


@frozen
class Selected:
    """One component of one release, with who asked for it: components, or words of the platform file."""

    component: str
    release: ProductRelease
    facts: ComponentRelease
    because: tuple[str, ...]


@frozen
class Selection:
    """What goes onto a cluster. `unmet` maps what no picked release has to the components that require it.

    `blocked` maps what is turned off to the components that require it.
    """

    components: Mapping[str, Selected]
    unmet: Mapping[str, tuple[str, ...]]
    blocked: Mapping[str, tuple[str, ...]]


_SERVED_BY = {"kubeflow-istio-resources": "istio-install"}
"""What can be applied without something and does nothing without it: who turns that off breaks it.

A Gateway needs the definition of its kind only, but it is Istio's proxies that serve it. Source:
https://istio.io/latest/docs/reference/config/networking/gateway/.
"""


def select(picks: Mapping[str, ProductRelease], wishes: ClusterWishes, facts: Facts) -> Selection:
    """Return the components that the picked releases put onto the cluster; clusters that ask alike share them."""
    key = (
        tuple((product, release.version) for product, release in sorted(picks.items())),
        wishes.distribution,
        tuple((name, label) for name, (_, label) in sorted(wishes.derived.items())),
        tuple((name, wish.enabled, wish.existing is None) for name, wish in sorted(wishes.components.items())),
    )
    found: Selection | None = facts.selections.get(key)
    if found is None:
        found = facts.selections[key] = _select(picks, wishes, facts)
    return found


def _select(picks: Mapping[str, ProductRelease], wishes: ClusterWishes, facts: Facts) -> Selection:
    off, existing = wishes.off, wishes.existing
    reasons: dict[str, list[str]] = {}
    found: dict[str, tuple[ProductRelease, ComponentRelease]] = {}
    unmet: dict[str, list[str]] = {}
    blocked: dict[str, list[str]] = {}
    queue: list[tuple[str, str]] = []
    main = picks.get(KUBEFLOW)
    if wishes.distribution == KUBEFLOW and main is not None:
        queue += [
            (name, f"kubeflow {main.version}")
            for name, entry in main.components.items()
            if entry.default and name not in off
        ]
    queue += [(name, label) for name, (_, label) in sorted(wishes.derived.items()) if name not in off]
    queue += [(name, f"components.{name}") for name, wish in sorted(wishes.components.items()) if wish.enabled]
    while queue:
        name, reason = queue.pop()
        known = reasons.setdefault(name, [])
        if reason in known:
            continue
        known.append(reason)
        if len(known) > 1 or name in existing:
            continue
        if name in off:
            blocked.setdefault(name, [])
            continue
        carrier = _carrier(name, picks, facts)
        if carrier is None:
            unmet.setdefault(name, [])
            continue
        release, entry = carrier
        if facts.is_replaced(name, release.version):
            continue
        found[name] = carrier
        queue += [(need, name) for need in entry.requires]
        if _SERVED_BY.get(name) in off:
            queue.append((_SERVED_BY[name], name))
    return Selection(
        {
            name: Selected(name, release, entry, tuple(sorted(reasons[name])))
            for name, (release, entry) in sorted(found.items())
        },
        {name: tuple(sorted(reasons[name])) for name in sorted(unmet)},
        {name: tuple(sorted(reasons[name])) for name in sorted(blocked)},
    )


def _carrier(
    component: str, picks: Mapping[str, ProductRelease], facts: Facts
) -> tuple[ProductRelease, ComponentRelease] | None:
    for product in facts.carriers(component):
        release = picks.get(product)
        if release is not None and component in release.components:
            return release, release.components[component]
    return None
