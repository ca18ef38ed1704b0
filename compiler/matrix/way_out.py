"""What to do about a pair that does not go together: which Kubernetes would do, and which release of the product.

Knows no places; whether a version fits is asked of the same verdicts that made the finding.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from compiler.matrix.holdings import Holding, matching
from compiler.matrix.lifecycle import numbers_of
from compiler.matrix.table import ClusterMatrix, vouched
from compiler.matrix.verdicts import Decision, Standing, decide, verdicts_of
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES

_VERBS = {Standing.ENFORCED: "works with", Standing.DOCUMENTED: "is documented for", Standing.TESTED: "is tested with"}
"""What a pair is said to be of which nothing as grave is broken."""


def way_out(decisions: Sequence[Decision], matrix: ClusterMatrix, facts: Facts) -> str:
    """Return the next action for decisions on one pair of products, the gravest first, as the help of a finding."""
    first = decisions[0].deciding
    holder, other = matrix.holdings[first.holder], matrix.holdings[first.other]
    if holder.version is None:
        if holder.group.startswith("pool "):
            return f"choose another version of {other.group}, or another accelerator"
        wanted = f"{other.subject} {first.words}"
        return (
            f"choose {wanted if other.subject == other.group else f'a version of {other.group} with {wanted} inside'}"
        )
    if other.subject != KUBERNETES:
        command = f"`matrix --product {first.holder} --against {first.other}`"
        return f"choose another version of {holder.group} or of {other.group}: {command} shows which go together"
    verb = _VERBS[first.standing]
    minors = _fitting_minors(holder, first.standing, matrix, facts)
    here = f"{holder.label} {verb} Kubernetes {_span(minors)}" if minors else "no Kubernetes satisfies all of these"
    newer = _newer_release(holder, other, first.standing, matrix, facts)
    if newer is not None:
        command = f"`matrix --what-if {matrix.cluster.name}/{holder.group}={newer}`"
        return f"{holder.group} {newer} {verb} Kubernetes {other.version}, {command} shows what it changes; {here}"
    if holder.release and _is_too_new(other, minors):
        return f"{here}; no newer release of {holder.group} in this compiler's catalog {verb} {other.version}"
    subject = holder.group if holder.group in facts.products else holder.subject
    command = f"`matrix --product {subject} --against kubernetes`"
    return f"{here}; or choose another version of {holder.group}: {command} shows which go together"


def _span(minors: Sequence[str]) -> str:
    first, last = numbers_of(minors[0]), numbers_of(minors[-1])
    is_whole = last[-1] - first[-1] == len(minors) - 1
    return f"{minors[0]} to {minors[-1]}" if is_whole and len(minors) > 1 else ", ".join(minors)


def _is_too_new(kubernetes: Holding, minors: Sequence[str]) -> bool:
    """Return whether a Kubernetes is newer than all these minors, so that an older release is of no use to it."""
    return not minors or numbers_of(kubernetes.version or "") > numbers_of(minors[-1])


def _fitting_minors(holder: Holding, standing: Standing, matrix: ClusterMatrix, facts: Facts) -> Sequence[str]:
    """Return the minors of Kubernetes of which nothing as grave is said by what the holder's product puts there."""
    own = {subject: each for subject, each in matrix.holdings.items() if each.group == holder.group}
    key = ("fitting minors", standing, *((subject, each.version, each.release) for subject, each in own.items()))
    if key not in facts.judged:
        minors = (Holding(KUBERNETES, minor, KUBERNETES, "", "", ()) for minor in facts.kubernetes_minors)
        facts.judged[key] = [each.version for each in minors if _goes(own, each, standing, facts)]
    found: Sequence[str] = facts.judged[key]
    return found


def _newer_release(
    holder: Holding, kubernetes: Holding, standing: Standing, matrix: ClusterMatrix, facts: Facts
) -> str | None:
    """Return the newest release of the holder's product of which nothing as grave is said; none for what is not ours.

    What a cluster leaves out of the release that it has counts in no newer one.
    """
    product = holder.group
    known = facts.installable(product) if product in facts.products else ()
    if holder.release not in known:
        return None
    left_out = frozenset(facts.brings(product, holder.release)) - frozenset(matrix.holdings)
    key = ("newer release", product, holder.release, kubernetes.version, standing, left_out)
    if key not in facts.judged:
        newer = reversed(known[known.index(holder.release) + 1 :])
        going = (each for each in newer if _goes(_put(product, each, left_out, facts), kubernetes, standing, facts))
        facts.judged[key] = next(going, None)
    found: str | None = facts.judged[key]
    return found


def _put(product: str, version: str, left_out: Collection[str], facts: Facts) -> dict[str, Holding]:
    """Return what a release puts onto a cluster."""
    brought = {product: version, **facts.brings(product, version)}
    return {
        subject: Holding(subject, each, product, f"{product} {version}", "", (), version)
        for subject, each in brought.items()
        if subject not in left_out
    }


def _goes(held: Mapping[str, Holding], kubernetes: Holding, standing: Standing, facts: Facts) -> bool:
    """Return whether facts speak of things with a Kubernetes, and none as grave as a standing against it."""
    is_known = False
    for holding in held.values():
        verdicts = tuple(
            verdict
            for fact in matching(holding, facts)
            if KUBERNETES in fact.requires or fact.tested
            for verdict in verdicts_of(fact, holding, {KUBERNETES: kubernetes}, facts)
        )
        if not verdicts:
            continue
        is_known = True
        if all(each.fits or each.standing.rank > standing.rank for each in verdicts):
            continue
        decision = decide(verdicts, vouched(holding, kubernetes, facts))
        if decision.is_outside and decision.deciding.standing.rank <= standing.rank:
            return False
    return is_known
