"""What a check is: a rule with its reason, its source, an example of each kind, and the function that applies it.

Knows no single rule and nothing of how findings are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from compiler.diagnostics.model import Diagnostic, Severity, YamlPath
from compiler.frozen import frozen
from compiler.model.platform import Cluster, Namespace, Platform, TeamRepository, Tenant
from compiler.resolve.facts import Facts

PREAMBLE = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
"""
GITOPS = "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n"
"""What stands before each example, so that the example shows only what matters; one may bring a `gitops` of its own."""

Run = Callable[[Platform, Facts, date], Iterable[Diagnostic]]
"""Applies a rule to a platform, on a day."""


@frozen
class Check:
    """One rule. `severity` is that of its gravest finding.

    `bad` and `good` are platform files without their preamble: the first has exactly this finding among its errors,
    the second does not have it. `sources` say where the fact behind the rule stands.

    What is wrong elsewhere in the file is not in the platform, and a rule must not take that for missing. `sums_over`
    are the parts of the file (keys joined by dots, as in `teams.gpus`) of which a mistake anywhere spoils the rule's
    arithmetic; `misses` are those whose absence from one item the rule complains of, spoilt for that item only.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    bad: str
    good: str
    run: Run
    sources: tuple[str, ...] = ()
    sums_over: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    def unspoilt(self, findings: Iterable[Diagnostic], mistakes: Iterable[YamlPath]) -> Iterator[Diagnostic]:
        """Yield the findings of this rule that cannot be mere consequences of mistakes elsewhere."""
        missed: dict[str | int, set[YamlPath]] = {}
        for mistake in mistakes:
            if any(_meets(mistake, part) for part in self.sums_over):
                return
            if any(_meets(mistake, part) for part in self.misses):
                missed.setdefault(mistake[0] if mistake else "", set()).add(mistake[:2])
        for finding in findings:
            # An item is told by its list and index; what is about no item of that list is about all of them.
            places = [finding.path, *(label.path for label in finding.related)]
            for head, items in missed.items():
                own = {path[:2] for path in places if len(path) > 1 and path[0] == head}
                if not own or any(len(item) < 2 for item in items) or not own.isdisjoint(items):
                    break
            else:
                yield finding

    @property
    def bad_platform(self) -> str:
        """Return the failing example as a whole file."""
        return _whole(self.bad)

    @property
    def good_platform(self) -> str:
        """Return the passing example as a whole file."""
        return _whole(self.good)


def declared_tenants(platform: Platform) -> Iterator[Tenant]:
    """Yield each team once, though it may stand on several clusters; its claims are those of the first of them."""
    seen: set[YamlPath] = set()
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            if tenant.origin not in seen:
                seen.add(tenant.origin)
                yield tenant


def synced_repositories(platform: Platform) -> Iterator[tuple[str, TeamRepository]]:
    """Yield what each team syncs itself, with the team, once, though it may be synced to several clusters."""
    seen: set[YamlPath] = set()
    for cluster in platform.clusters:
        for tenant in cluster.tenants:
            for repository in tenant.repositories:
                if repository.origin not in seen:
                    seen.add(repository.origin)
                    yield tenant.team, repository


def followed_repositories(platform: Platform) -> Iterator[tuple[str, str, YamlPath]]:
    """Yield URL and revision of what Argo CD follows, the platform's own first, and the mapping where they stand."""
    yield platform.gitops.repo_url, platform.gitops.revision, ("gitops",)
    for _, repository in synced_repositories(platform):
        yield repository.repo_url, repository.revision, repository.origin


def zone_lists(cluster: Cluster) -> Iterator[tuple[str, tuple[str, ...], YamlPath]]:
    """Yield each list of zones of a cluster: whose it is, the zones, and the mapping in which it stands."""
    yield f"cluster {cluster.name}", cluster.zones, cluster.origin
    for pool in cluster.pools:
        # A pool without zones of its own has the cluster's.
        if pool.zones != cluster.zones:
            yield f"GPU pool {pool.name}", pool.zones, pool.origin


def declared_namespaces(platform: Platform) -> Iterator[Namespace]:
    """Yield each namespace of teams and of nobody once, though it may stand on several clusters."""
    seen: set[YamlPath] = set()
    for cluster in platform.clusters:
        shared = (each.namespace for each in cluster.shared_namespaces)
        for namespace in (*(each for tenant in cluster.tenants for each in tenant.namespaces), *shared):
            if namespace.origin not in seen:
                seen.add(namespace.origin)
                yield namespace


def _meets(mistake: YamlPath, part: str) -> bool:
    """Return whether a path is inside a part of the file, or holds it.

    Of an entry of `components` only what says whether the component is there: its other options change no other.
    """
    steps = part.split(".")
    keys = [key for key in mistake if isinstance(key, str)]
    if any(key != step for key, step in zip(keys, steps, strict=False)):
        return False
    option = keys[len(steps) + 1 : len(steps) + 2]
    return steps[-1] != "components" or not option or option[0] in _PRESENCE


_PRESENCE = ("enabled", "existing")
"""Options of every component that say whether it is installed, and whether it is on the cluster already."""


def _whole(example: str) -> str:
    return PREAMBLE + ("" if example.startswith("gitops:") else GITOPS) + example
