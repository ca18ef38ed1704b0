"""Every fact of the catalog is tried: with versions that fit and with some that do not, both made from its entry.

What fits is decided by `packaging`, which the compiler's own reading of ranges does not use.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from compiler.catalog.load import Catalog
from compiler.catalog.versions import ConstraintMistake, parse_constraint
from compiler.matrix.holdings import Holding
from compiler.matrix.verdicts import Standing, Verdict, judge
from compiler.model.release import Fact
from compiler.resolve.facts import Facts, is_gate_of_others
from tests.unit.resolve.fakes import FakeCatalog

STANDINGS = {
    "api": Standing.ENFORCED,
    "enforced": Standing.ENFORCED,
    "documented": Standing.DOCUMENTED,
    "catalog": Standing.DOCUMENTED,
    "tested": Standing.TESTED,
    "pinned": Standing.TESTED,
}


@cache
def catalog() -> Catalog:
    return Catalog()


def every_fact() -> Iterator[Fact]:
    for subject in catalog().subjects():
        yield from catalog().facts(subject)


FACTS = [fact for fact in every_fact() if fact.requires or fact.tested]


def holding(subject: str, version: str | None) -> Holding:
    return Holding(subject, version, subject, subject, f"{subject} is here", ())


def holder_of(fact: Fact) -> Holding:
    if fact.version == "*":
        return holding(fact.subject, None)
    if fact.version[0] in "<>=!~":
        inside = SpecifierSet(fact.version)
        return holding(fact.subject, next(filter(inside.contains, candidates(fact.version))))
    return holding(fact.subject, fact.version.replace("*", "0"))


def candidates(limits: str) -> list[str]:
    """Return versions on both sides of each bound of a range, with three numbers so that they mean themselves."""
    found = {"0.0.1", "99999.0.0"}
    for specifier in SpecifierSet(limits):
        numbers = [*Version(specifier.version.removesuffix(".*")).release, 0, 0][:3]
        found.add(".".join(map(str, numbers)))
        for place, step in itertools.product(range(3), (-1, 1)):
            moved = [*numbers]
            moved[place] += step
            if moved[place] >= 0:
                found.add(".".join(map(str, moved)))
    return sorted(found)


def said(fact: Fact, other: str, version: str, facts: Facts) -> list[Verdict]:
    """Return what one fact says when its subject and another thing are held."""
    held = {each.subject: each for each in (holder_of(fact), holding(other, version))}
    return [each for each in judge(held, facts) if each.fact == fact and each.other == other]


def try_fact(fact: Fact, facts: Facts) -> int:
    """Try a fact with all that its entry names, and return how many verdicts fitted and did not."""
    fitting = broken = 0
    for other, limits in fact.requires.items():
        for version in candidates(limits):
            fits = SpecifierSet(limits, prereleases=True).contains(version)
            verdicts = [each for each in said(fact, other, version, facts) if each.limits == limits]
            assert [each.fits for each in verdicts] == [fits], (fact.id, other, version)
            fitting, broken = fitting + fits, broken + (not fits)
            if fact.subject.startswith("deprecated:"):
                assert verdicts[0].standing is Standing.DOCUMENTED
            elif limits.startswith("==") and STANDINGS[fact.strength] is Standing.DOCUMENTED:
                assert verdicts[0].standing is Standing.TESTED, "one version is what was tried"
            else:
                assert verdicts[0].standing is STANDINGS[fact.strength]
        assert fitting, f"no version fits {fact.id}"
        assert broken, f"every version fits {fact.id}"
    for statement in fact.tested:
        other, _, version = statement.partition("==")
        for tried, fits in ((version.replace("*", "7"), True), ("99999.0.0", False)):
            verdicts = [each for each in said(fact, other, tried, facts) if each.standing is Standing.TESTED]
            assert any(each.fits is fits for each in verdicts), (fact.id, other, tried)
            fitting, broken = fitting + fits, broken + (not fits)
    return min(fitting, broken)


def test_there_are_hundreds_of_facts_to_try() -> None:
    assert len(FACTS) > 300


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_says_yes_inside_its_range_and_no_outside(fact: Fact) -> None:
    facts = Facts(catalog())
    if is_gate_of_others(fact) or isinstance(parse_constraint(fact.version.replace("*", "0")), ConstraintMistake):
        for other in fact.requires:
            assert not any(said(fact, other, version, facts) for version in ("0.0.1", "1.34.0", "99999.0.0"))
    else:
        assert try_fact(fact, facts) > 0


NUMBERS = st.integers(min_value=1, max_value=60)


@st.composite
def new_facts(draw: st.DrawFn) -> Fact:
    """Return a fact that nobody has written yet, about products that nobody has seen."""
    low = draw(NUMBERS)
    high = draw(st.integers(min_value=low + 1, max_value=99))
    limits = draw(st.sampled_from([f">=1.{low}", f"<1.{high}", f">=1.{low},<1.{high}", f"==1.{low}.*", f"!=1.{low}.*"]))
    version = draw(st.sampled_from(["*", "2.7", "3.*", "1.2.3"]))
    strength = draw(st.sampled_from(sorted(STANDINGS)))
    tested = draw(st.lists(NUMBERS.map(lambda minor: f"gadget==1.{minor}.0"), max_size=2))
    return Fact(
        "widget/new", "widget", version, {"gadget": limits}, tuple(tested), strength, "high", {"url": "https://a.b"}
    )


@given(new_facts())
def test_a_new_entry_is_judged_like_any_other(fact: Fact) -> None:
    facts = Facts(FakeCatalog(releases=(), known_facts=(fact,)))
    assert try_fact(fact, facts) > 0


@given(new_facts())
def test_a_fact_about_another_version_says_nothing(fact: Fact) -> None:
    facts = Facts(FakeCatalog(releases=(), known_facts=(fact,)))
    held = {"widget": holding("widget", "9.9.9"), "gadget": holding("gadget", "1.5.0")}
    assert bool(judge(held, facts)) is (fact.version == "*")
