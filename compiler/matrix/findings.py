"""What the matrix makes of a platform as findings: one for each pair of products on a cluster, one for each life's end.

Knows the words; which versions are judged how is decided elsewhere. What `version-conflict` refuses has no matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath
from compiler.matrix.holdings import OURS, Holding, is_managed
from compiler.matrix.lifecycle import Life, Phase, alive, numbers_of
from compiler.matrix.table import ClusterMatrix, cluster_matrices
from compiler.matrix.verdicts import Decision, Standing, Verdict
from compiler.matrix.way_out import way_out
from compiler.model.platform import Platform
from compiler.resolve.citations import source_text
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES

ENFORCED, DOCUMENTED, TESTED = "outside-enforced-range", "outside-documented-range", "outside-tested-range"
END_OF_SUPPORT, NOT_OFFERED = "end-of-support", "kubernetes-not-offered"

MATRIX_CODES = frozenset({ENFORCED, DOCUMENTED, TESTED, END_OF_SUPPORT, NOT_OFFERED})
"""Codes of all findings that are made from the matrix."""

_SEVERITIES = {
    Standing.ENFORCED: (ENFORCED, Severity.ERROR),
    Standing.DOCUMENTED: (DOCUMENTED, Severity.WARNING),
    Standing.TESTED: (TESTED, Severity.INFO),
}
_MOST_NOTES = 8


_DISTRIBUTION = ("distribution",)
"""Where a release of Kubeflow comes from; few files say it, for it is the default."""


def matrix_findings(code: str, platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield the findings of the matrix that have a code."""
    for matrix in cluster_matrices(platform, facts, as_of):
        key = ("findings", matrix.cluster.name, matrix.cluster.origin, as_of)
        if key not in facts.judged:
            facts.judged[key] = (*_pairs(matrix, facts), *_ends(matrix, facts, as_of))
        yield from (finding for finding in facts.judged[key] if finding.code == code)


def _pairs(matrix: ClusterMatrix, facts: Facts) -> Iterator[Diagnostic]:
    groups: dict[tuple[str, str], list[Decision]] = {}
    for decision in matrix.decisions:
        if decision.is_outside:
            pair = (matrix.holdings[decision.holder].group, matrix.holdings[decision.other].group)
            groups.setdefault(pair, []).append(decision)
    for decisions in groups.values():
        gravest = min((decision.deciding.standing for decision in decisions), key=lambda standing: standing.rank)
        ordered = sorted(decisions, key=lambda decision: decision.deciding.standing.rank)
        yield _outside(ordered, gravest, matrix, facts)


def _outside(decisions: Sequence[Decision], standing: Standing, matrix: ClusterMatrix, facts: Facts) -> Diagnostic:
    code, severity = _SEVERITIES[standing]
    first = decisions[0].deciding
    holder, other = matrix.holdings[first.holder], matrix.holdings[first.other]
    deciding = [decision for decision in decisions if decision.deciding.standing is standing]
    place, at_key, related = _place(holder, other)
    notes = [statement(decision.deciding, matrix.holdings) for decision in decisions]
    hidden = len(notes) - _MOST_NOTES
    notes = notes[:_MOST_NOTES] + ([f"and {hidden} more of the kind"] if hidden > 0 else [])
    return Diagnostic(
        code,
        severity,
        _headline(deciding, matrix),
        place,
        at_key,
        related=related,
        notes=tuple(notes),
        help=way_out(decisions, matrix, facts),
        sources=tuple(dict.fromkeys(source_text(decision.deciding.fact) for decision in decisions)),
    )


def _place(holder: Holding, other: Holding) -> tuple[YamlPath, bool, tuple[Label, ...]]:
    """Return the line that decides: that of Kubernetes if it is one of the two, else that of what wants something.

    What we write ourselves stands on no line, so what it asks something of is named instead.
    """
    if other.subject == KUBERNETES:
        related = (Label(holder.origin, f"{holder.label} comes from here", at_key=True),)
        return other.origin, False, related if holder.origin not in {other.origin, _DISTRIBUTION} else ()
    if holder.group == OURS or (holder.origin == _DISTRIBUTION and other.origin != _DISTRIBUTION):
        return other.origin, True, ()
    related = (Label(other.origin, f"{other.label} comes from here", at_key=True),)
    return holder.origin, True, related if other.origin not in {holder.origin, _DISTRIBUTION} else ()


def _headline(decisions: Sequence[Decision], matrix: ClusterMatrix) -> str:
    first = decisions[0].deciding
    holder, other = matrix.holdings[first.holder], matrix.holdings[first.other]
    held = (matrix.holdings[decision.holder] for decision in decisions)
    # What decides may be the release itself, alone or beside what it brings: its name is said once.
    names = [each.text for each in held if each.text != holder.label]
    cluster = f"cluster {matrix.cluster.name}"
    there = f"Kubernetes {other.version}" if other.subject == KUBERNETES else other.text
    if other.text != other.label and other.group not in {KUBERNETES, holder.group}:
        there += f" of {other.label}"
    is_itself = not names or (len(decisions) == 1 and holder.version == holder.release)
    who = holder.label if is_itself else f"{holder.label} ({_listed(names)})"
    if first.standing is Standing.TESTED:
        return f"{who} with {there} on {cluster} is outside what upstream tests"
    if first.standing is Standing.ENFORCED:
        return f"{who} does not work with {there} on {cluster}"
    return f"{who} is not documented to work with {there} on {cluster}"


def _listed(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def statement(verdict: Verdict, held: Mapping[str, Holding]) -> str:
    """Return what one fact says of a pair, as a sentence with the fact's id."""
    holder, other = held[verdict.holder], held[verdict.other]
    name = "Kubernetes" if verdict.other == KUBERNETES else verdict.other
    return f"{holder.text} {verdict.standing.verb} {name} {verdict.words}; here is {other.version} ({verdict.fact.id})"


def _ends(matrix: ClusterMatrix, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    for subject, life in matrix.lives.items():
        holding = matrix.holdings[subject]
        if life.phase in {Phase.ALIVE, Phase.UNDATED, Phase.UNKNOWN}:
            continue  # That a Kubernetes is newer than what is known is a finding of its own.
        if subject == KUBERNETES or is_managed(subject):
            yield _kubernetes_end(holding, life, matrix, facts, as_of)
        elif subject == holding.group:
            yield _product_end(holding, life, matrix, facts, as_of)
        else:
            yield from _inside_end(holding, life, matrix, facts, as_of)


def _severity(matrix: ClusterMatrix) -> Severity:
    """Return how bad it is that support ends: on a cluster for development nothing is at stake."""
    return Severity.INFO if matrix.cluster.environment == "dev" else Severity.WARNING


def _kubernetes_end(holding: Holding, life: Life, matrix: ClusterMatrix, facts: Facts, as_of: date) -> Diagnostic:
    where = holding.label if is_managed(holding.subject) else "Kubernetes"
    minor = ".".join((holding.version or "").split(".")[:2])
    what = f"Kubernetes {minor}" if holding.subject == KUBERNETES else f"Kubernetes {minor} on {where}"
    offered = alive(holding.subject, facts, as_of)
    newer = [entry for entry in offered if numbers_of(entry[0]) > numbers_of(minor)] or list(offered)
    help_text = "name a minor that is supported"
    if newer:
        help_text = f"upgrade to {newer[0][0]}, supported until {newer[0][1].end}"
        help_text += f", or as far as {newer[-1][0]} ({newer[-1][1].end})" if len(newer) > 1 else ""
        help_text += f"; `matrix --what-if {matrix.cluster.name}/kubernetes={newer[0][0]}` shows what that changes"
    if life.phase in {Phase.GONE, Phase.UNBORN}:
        message = f"{where} does not offer Kubernetes {minor} for cluster {matrix.cluster.name}: {life.words}"
        code, severity = NOT_OFFERED, Severity.ERROR
    else:
        message = f"{what} of cluster {matrix.cluster.name}: {life.words}"
        code, severity = END_OF_SUPPORT, _severity(matrix)
    return Diagnostic(
        code,
        severity,
        message,
        holding.origin,
        notes=(f"judged as of {as_of} by {life.fact.id}",),
        help=help_text,
        sources=(source_text(life.fact),),
    )


def _product_end(holding: Holding, life: Life, matrix: ClusterMatrix, facts: Facts, as_of: date) -> Diagnostic:
    newest = facts.installable(holding.group)[-1:] if holding.group in facts.products else ()
    is_newest = not newest or newest[0] == holding.version
    return Diagnostic(
        END_OF_SUPPORT,
        Severity.INFO if is_newest else _severity(matrix),
        f"{holding.text} on cluster {matrix.cluster.name}: {life.words}",
        holding.origin,
        at_key=True,
        notes=(f"judged as of {as_of} by {life.fact.id}",),
        help="nothing newer is in this compiler's catalog" if is_newest else f"the newest known is {newest[0]}",
        sources=(source_text(life.fact),),
    )


def _inside_end(holding: Holding, life: Life, matrix: ClusterMatrix, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield the end of what a release brings, where another release of the product brings a version that lives on."""
    if life.phase is Phase.ENDING or not holding.release or holding.group not in facts.products:
        return
    versions = facts.installable(holding.group)
    newer = versions[versions.index(holding.release) + 1 :] if holding.release in versions else ()
    living = {version for version, _ in alive(holding.subject, facts, as_of)}
    for version in newer:
        brought = facts.brings(holding.group, version).get(holding.subject, "")
        if any(f"{brought}.".startswith(f"{line}.") for line in living):
            yield Diagnostic(
                END_OF_SUPPORT,
                Severity.INFO,
                f"{holding.sentence} on cluster {matrix.cluster.name}: {life.words}",
                holding.origin,
                at_key=True,
                notes=(f"judged as of {as_of} by {life.fact.id}",),
                help=f"{holding.group} {version} brings {holding.subject} {brought}",
                sources=(source_text(life.fact),),
            )
            return
