"""What the proof makes of a platform as findings: teams whose GPUs are of no use, and kinds of work that do not fit.

Knows the words; what is placed is decided elsewhere. What another check reports is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath
from compiler.model.platform import Claim, Cluster, Namespace, Platform, Tenant
from compiler.placement.proof import Ground, Proof
from compiler.placement.refusal import CLAIM, NAMESPACE, POOL, Refusal
from compiler.placement.screen import is_plainly_placed
from compiler.resolve.facts import Facts

UNSCHEDULABLE, UNFIT = "unschedulable-gpu", "unschedulable-workload"
_VOWELS = "aeioAEIO"


def placement_findings(code: str, platform: Platform, facts: Facts) -> Iterator[Diagnostic]:
    """Yield the findings of the proof that have a code, each line of the platform file once."""
    key = ("placement", id(platform))
    if key not in facts.judged:
        found: dict[tuple[str, YamlPath], Diagnostic] = {}
        for cluster in platform.clusters:
            for finding in _of_cluster(cluster):
                found.setdefault((finding.code, finding.path), finding)
        facts.judged[key] = tuple(found.values())
    yield from (finding for finding in facts.judged[key] if finding.code == code)


def _of_cluster(cluster: Cluster) -> Iterator[Diagnostic]:
    suspects = [tenant for tenant in cluster.tenants if tenant.claims and not is_plainly_placed(tenant)]
    if suspects:
        ground = Ground(cluster)
        for tenant in suspects:
            yield from _of_team(tenant, [proof for proof in ground.proofs_of(tenant) if not proof.is_placed])


def _of_team(tenant: Tenant, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Yield one finding for each line that keeps work of a team from its pools."""
    useless: dict[YamlPath, tuple[Refusal, list[str], Namespace]] = {}
    unfit: dict[YamlPath, tuple[Refusal, list[str], Namespace]] = {}
    for proof in proofs:
        failing = _failing(proof)
        expected = _expected(proof)
        if expected and expected <= failing.keys():
            namespace, refusal = failing[min(expected, key=list(failing).index)]
            path = place_of(refusal, proof.claim, namespace, tenant)
            if refusal.code is None:
                useless.setdefault(path, (refusal, [], namespace))[1].append(proof.claim.pool.name)
            continue
        for kind, (namespace, refusal) in failing.items():
            path = place_of(refusal, proof.claim, namespace, tenant)
            kinds = unfit.setdefault(path, (refusal, [], namespace))[1]
            if refusal.code is None and kind not in kinds:
                kinds.append(kind)
    for path, (refusal, pools, namespace) in useless.items():
        where = f" in namespace {namespace.name}" if refusal.where == NAMESPACE else ""
        noun = "pool" if len(pools) == 1 else "pools"
        yield _finding(
            UNSCHEDULABLE,
            Severity.WARNING,
            f"no work of team {tenant.team} can get a GPU of {noun} {_list(pools, 'and')}:{where} {refusal.text}",
            path,
            refusal,
            tuple(
                Label(claim.origin, f"it claims {claim.pool.name} here")
                for claim in tenant.claims
                if claim.pool.name in pools and path[: len(claim.origin)] != claim.origin
            ),
        )
    for path, (refusal, kinds, namespace) in unfit.items():
        if kinds and path not in useless:
            what = _list([_one(kind) for kind in kinds], "or")
            yield _finding(
                UNFIT,
                Severity.INFO,
                f"team {tenant.team} cannot start {what} with a GPU: in namespace {namespace.name} {refusal.text}",
                path,
                refusal,
                (),
            )


def _failing(proof: Proof) -> dict[str, tuple[Namespace, Refusal]]:
    """Return the kinds that no namespace of the team can start, with what is in the way in the first of them."""
    found: dict[str, tuple[Namespace, Refusal]] = {}
    placed: set[str] = set()
    for namespace, verdict in proof.verdicts:
        refused = {row.kind: row.refusal for row in reversed(verdict.rows) if row.refusal is not None}
        for row in verdict.rows:
            refusal = refused.get(row.kind)
            if refusal is None:
                placed.add(row.kind)
            else:
                found.setdefault(row.kind, (namespace, refusal))
    return {kind: reason for kind, reason in found.items() if kind not in placed}


def _expected(proof: Proof) -> set[str]:
    """Return the kinds that make a claim of use: those that are queued, where anything is."""
    rows = [row for _, verdict in proof.verdicts for row in verdict.rows]
    return {row.kind for row in rows if row.is_queued} or {row.kind for row in rows}


def place_of(refusal: Refusal, claim: Claim, namespace: Namespace, tenant: Tenant) -> YamlPath:
    """Return the path of the line that decides."""
    origins = {CLAIM: claim.origin, NAMESPACE: namespace.origin, POOL: claim.pool.origin}
    return (*origins.get(refusal.where, tenant.origin), *refusal.keys)


def _finding(
    code: str, severity: Severity, message: str, path: YamlPath, refusal: Refusal, related: tuple[Label, ...]
) -> Diagnostic:
    return Diagnostic(
        code,
        severity,
        message,
        path,
        related=related,
        notes=() if refusal.is_final else ("a manifest or form that asks for less gets through",),
        help=refusal.help,
        sources=(refusal.source,) if refusal.source else (),
    )


def _one(kind: str) -> str:
    return f"{'an' if kind[0] in _VOWELS else 'a'} {kind}"


def _list(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
