"""The matrix of a platform: for each cluster every thing that it holds, with the pairs that facts speak of.

Knows no format; text, Markdown, HTML and JSON are made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler.frozen import frozen
from compiler.matrix.holdings import Holding, holdings, matching
from compiler.matrix.lifecycle import Life, Phase, lives
from compiler.matrix.verdicts import Colour, Decision, Verdict, decide, fits_in, judge, minor_line
from compiler.model.platform import Cluster, Platform
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES


@frozen
class ClusterMatrix:
    """One cluster: what it holds by subject, what facts say of each pair, and until when each thing is supported."""

    cluster: Cluster
    holdings: Mapping[str, Holding]
    decisions: tuple[Decision, ...]
    lives: Mapping[str, Life]

    def about(self, subject: str) -> Iterator[Decision]:
        """Yield the decisions in which a subject is the one that wants something."""
        return (decision for decision in self.decisions if decision.holder == subject)

    def colour(self, subject: str) -> Colour:
        """Return the worst that is said of a subject; grey where no fact speaks of it."""
        colours = [decision.colour for decision in self.about(subject)]
        life = self.lives.get(subject)
        if life is not None:
            colours.append(LIFE_COLOURS.get(life.phase, Colour.YELLOW))
        return min(colours, key=lambda colour: colour.rank, default=Colour.GREY)


_RENDERED = "this compiler's tests render each of its releases with kustomize and compare the objects"
"""Why another kustomize than upstream's will do: `tests/components/test_release_equality.py`."""

LIFE_COLOURS = {
    Phase.ALIVE: Colour.GREEN,
    Phase.GONE: Colour.RED,
    Phase.UNBORN: Colour.RED,
    Phase.UNDATED: Colour.GREY,
}


def cluster_matrices(platform: Platform, facts: Facts, as_of: date) -> tuple[ClusterMatrix, ...]:
    """Return the matrix of each cluster on a day; made once for one platform and day."""
    key = ("matrices", id(platform), as_of)
    made = facts.judged.get(key)
    if made is None or made[0] is not platform:
        made = platform, tuple(cluster_matrix(cluster, platform, facts, as_of) for cluster in platform.clusters)
        facts.judged[key] = made
    matrices: tuple[ClusterMatrix, ...] = made[1]
    return matrices


def cluster_matrix(cluster: Cluster, platform: Platform, facts: Facts, as_of: date) -> ClusterMatrix:
    """Return the matrix of one cluster on a day."""
    held = holdings(cluster, platform, facts)
    # Most clusters of a platform hold the same as others; what is said of it is the same for all of these.
    key = ("decisions", *((each.subject, each.version, each.group, each.label, each.release) for each in held.values()))
    if key not in facts.judged:
        facts.judged[key] = decisions_on(held, facts)
    return ClusterMatrix(cluster, held, facts.judged[key], lives(held, facts, as_of))


def decisions_on(held: Mapping[str, Holding], facts: Facts, *, within_groups: bool = True) -> tuple[Decision, ...]:
    """Return what follows for each pair of what is held, those of one product only with `within_groups`."""
    pairs: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in judge(held, facts):
        if within_groups or held[verdict.holder].group != held[verdict.other].group:
            pairs.setdefault((verdict.holder, verdict.other), []).append(verdict)
    return tuple(
        decide(tuple(verdicts), vouched(held[holder], held[other], facts))
        for (holder, other), verdicts in pairs.items()
    )


def vouched(holder: Holding, other: Holding, facts: Facts) -> str:
    """Return why upstream itself answers for a pair: it ships both, or tested the release with this very version."""
    if holder.group == other.group:
        return f"{holder.label} ships both"
    if not holder.release:
        return ""
    if other.subject == "kustomize":
        return _RENDERED
    key = ("tried", holder.group, holder.release, other.subject, other.version)
    if key not in facts.judged:
        facts.judged[key] = _tried(holder.group, holder.release, other, facts)
    return f"upstream tests {holder.label} with {other.text}" if facts.judged[key] else ""


def _tried(product: str, version: str, other: Holding, facts: Facts) -> bool:
    """Return whether a release was tested with another thing's minor, as facts or the release itself say."""
    tried = list(facts.release(product, version).kubernetes.tested) if other.subject == KUBERNETES else []
    release = Holding(product, version, product, "", "", ())
    for fact in matching(release, facts):
        statements = (statement.partition("==") for statement in fact.tested)
        tried += [each for subject, _, each in statements if subject.strip() == other.subject]
    return any(fits_in(other, minor_line(each), facts) for each in tried)
