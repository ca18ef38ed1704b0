"""Explains what the catalog's facts say of versions: limits and days, how much each weighs, and where it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.explain.answer import Section, Statement
from compiler.explain.subject import Subject
from compiler.matrix.holdings import Holding, matching
from compiler.matrix.lifecycle import life_of
from compiler.matrix.verdicts import claims_of, words_of
from compiler.resolve.citations import source_text
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES


def compatibility(title: str, versions: Mapping[str, str], subject: Subject, more: str) -> Section:
    """Return what facts say of versions by their subject, and `more`: how to see what they mean together."""
    facts = Facts(subject.catalog)
    found = [each for name, version in versions.items() for each in _about(name, version, facts, subject)]
    return Section(title, (*(found or [Statement("no fact speaks of it")]), Statement(more)))


def _about(name: str, version: str, facts: Facts, subject: Subject) -> Iterator[Statement]:
    for fact in matching(Holding(name, version, name, "", "", ()), facts):
        life = life_of(fact, subject.as_of)
        claims: dict[str, list[str]] = {}
        for standing, other, limits in claims_of(fact):
            what = "Kubernetes" if other == KUBERNETES else other
            claims.setdefault(standing.verb, []).append(f"{what} {words_of(limits)}")
        said = [f"{verb} {'; '.join(others)}" for verb, others in claims.items()]
        said += [] if life is None else [f"as of {subject.as_of}: {life.words}"]
        if said:
            text = "; ".join(said)
            yield Statement(f"{name} {version} {text} ({fact.strength}, fact {fact.id})", source=source_text(fact))
