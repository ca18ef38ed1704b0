"""What must be done by hand when a cluster comes to a newer release: the releases' own steps, for what is installed.

Knows no component; what a release asks for stands in the catalog, and `tests/cluster/test_upgrades.py` holds it to
what a real Argo CD leaves undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.diagnostics.model import Diagnostic, YamlPath, warning
from compiler.model.gitops import Gitops
from compiler.model.names import argocd_application
from compiler.model.platform import Installation
from compiler.model.release import UpgradeStep
from compiler.resolve.facts import Facts
from compiler.resolve.lock import LockedCluster
from compiler.resolve.wishes import ClusterWishes


def upgrade_findings(
    before: LockedCluster, wishes: ClusterWishes, installations: Sequence[Installation], gitops: Gitops, facts: Facts
) -> Iterator[Diagnostic]:
    """Yield a warning for each product of a cluster that moves past releases with steps by hand, or that leave data.

    Args: `before` is the lock as it was, `gitops` says where Argo CD is. Reports `upgrade-by-hand`, `data-left-behind`.
    """
    installed: dict[str, list[Installation]] = {}
    for each in installations:
        if each.existing is None:
            installed.setdefault(each.product, []).append(each)
    for product, ours in sorted(installed.items()):
        locked, now = before.products.get(product), ours[0].product_version
        if locked is None or locked.version == now:
            continue
        options = {each.component: each.options for each in ours}
        steps = [step for step in steps_between(product, locked.version, now, facts) if step.component in options]
        wish = wishes.versions.get(product)
        place = wish.path if wish is not None else ours[0].origin
        way = f"{product} {locked.version} to {now}"
        by_hand = [step for step in steps if not step.carry]
        if by_hand:
            yield _finding(way, wishes.cluster, by_hand, place, gitops)
        for step in steps:
            if step.carry and not (step.unless and options[step.component].get(step.unless)):
                yield _left_behind(way, wishes.cluster, step, place)


def steps_between(product: str, old: str, new: str, facts: Facts) -> Iterator[UpgradeStep]:
    """Yield the steps of the releases after `old` up to `new`, the oldest first; none on the way back."""
    versions = facts.versions(product)
    if old in versions and new in versions:
        for version in versions[versions.index(old) + 1 : versions.index(new) + 1]:
            yield from facts.release(product, version).upgrade


def _command(step: UpgradeStep, cluster: str) -> str:
    """Return the command that does a step; for definitions it reads the tree of the new release."""
    if step.define:
        return (
            f"python -m compiler bootstrap {cluster} --definitions | "
            "kubectl apply --server-side --force-conflicts --field-manager=argocd-controller -f -"
        )
    kind, *namespace, name = step.delete.split("/")
    place = f" --namespace {namespace[0]}" if namespace else ""
    return f"kubectl delete {kind.lower()} {name}{place}"


def _finding(way: str, cluster: str, steps: Sequence[UpgradeStep], place: YamlPath, gitops: Gitops) -> Diagnostic:
    names = sorted({step.component for step in steps})
    commands = dict.fromkeys(_command(step, cluster) for step in steps)
    applications = " ".join(argocd_application(name, cluster, gitops.hub) for name in names)
    # Without it Argo CD takes what it knows from before the commit (argo-cd v3.6.1 controller/state.go, useDiffCache).
    refresh = f"--namespace {gitops.argocd_namespace} --overwrite argocd.argoproj.io/refresh=normal"
    where = "" if gitops.hub in {None, cluster} else f", the last one in the context of {gitops.hub}"
    lines = [*commands, f"kubectl annotate applications.argoproj.io {applications} {refresh}"]
    return warning(
        "upgrade-by-hand",
        f"from {way} on cluster {cluster}, Argo CD cannot bring {' and '.join(names)} along by itself",
        place,
        notes=tuple(f"{step.component}: {step.because}" for step in steps),
        help=f"once Argo CD has seen the commit, run{where}:" + "".join(f"\n    {line}" for line in lines),
        sources=tuple(dict.fromkeys(step.source for step in steps)),
    )


def _left_behind(way: str, cluster: str, step: UpgradeStep, place: YamlPath) -> Diagnostic:
    return warning(
        "data-left-behind",
        f"from {way} on cluster {cluster}, {step.component} leaves its data behind",
        place,
        notes=(f"{step.component}: {step.because}",),
        help=step.carry,
        sources=(step.source,),
    )
