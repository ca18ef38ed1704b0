"""How statements about one pair weigh against each other."""

from __future__ import annotations

import pytest

from compiler.matrix.holdings import Holding
from compiler.matrix.verdicts import Colour, Standing, Verdict, decide, fits_in, judge
from compiler.model.release import Fact
from compiler.resolve.facts import Facts
from tests.unit.matrix.platforms import catalog
from tests.unit.resolve.fakes import FakeCatalog


def verdict(standing: Standing, *, fits: bool, limits: str = ">=1") -> Verdict:
    fact = Fact(f"{standing.value}-{fits}", "a", "*", {"b": limits}, (), standing.value, "high", {"url": "https://a.b"})
    return Verdict(fact, "a", "b", limits, fits, standing)


def colour(*verdicts: Verdict, vouched: str = "") -> Colour:
    return decide(verdicts, vouched).colour


def test_a_gate_that_is_broken_always_counts() -> None:
    broken = verdict(Standing.ENFORCED, fits=False)
    assert colour(broken, verdict(Standing.TESTED, fits=True), vouched="upstream ships both") is Colour.RED


def test_a_document_that_is_broken_is_outside_until_a_test_clashes_with_it() -> None:
    broken = verdict(Standing.DOCUMENTED, fits=False)
    assert decide((broken,), "").is_outside
    clash = decide((broken, verdict(Standing.TESTED, fits=True)), "")
    assert clash.colour is Colour.YELLOW, "a clash is shown"
    assert clash.clashes
    assert not clash.is_outside, "but it is no finding"
    assert "upstream tests" in clash.vouched


def test_two_documents_that_clash_are_outside() -> None:
    decision = decide((verdict(Standing.DOCUMENTED, fits=False), verdict(Standing.DOCUMENTED, fits=True)), "")
    assert (decision.colour, decision.clashes, decision.is_outside) == (Colour.YELLOW, True, True)


def test_what_no_test_covered_is_untested_unless_another_test_did_or_upstream_vouches() -> None:
    broken = verdict(Standing.TESTED, fits=False)
    assert colour(broken) is Colour.UNTESTED
    assert colour(broken, verdict(Standing.DOCUMENTED, fits=True)) is Colour.UNTESTED
    assert colour(broken, verdict(Standing.TESTED, fits=True)) is Colour.GREEN
    assert colour(broken, vouched="upstream ships both") is Colour.GREEN


def test_what_fits_is_green_and_the_strongest_decides() -> None:
    strong = verdict(Standing.ENFORCED, fits=True)
    decision = decide((verdict(Standing.TESTED, fits=True), strong), "")
    assert (decision.colour, decision.deciding) == (Colour.GREEN, strong)


def holding(subject: str, version: str | None, *, newest: bool = False) -> Holding:
    return Holding(subject, version, subject, subject, subject, (), newest=newest)


@pytest.mark.parametrize(
    ("limits", "fits"),
    [("<13", True), (">=12.8", True), (">=13.5", True), (">=14", False), (">=6.5,<13", True), ("none of these", None)],
)
def test_of_what_is_held_up_to_a_version_older_ones_will_do(limits: str, fits: bool | None) -> None:
    assert fits_in(holding("cuda", "13", newest=True), limits, Facts(catalog())) is fits


def test_a_minor_of_kubernetes_is_any_patch_of_it() -> None:
    facts = Facts(catalog())
    assert fits_in(holding("kubernetes", "1.34"), ">=1.34.2", facts)
    assert not fits_in(holding("kubernetes", "1.34.1"), ">=1.34.2", facts)


def test_versions_that_cannot_be_read_say_nothing() -> None:
    fact = Fact("f", "a", "1.0", {"b": ">=1"}, (), "enforced", "high", {"url": "https://a.b"})
    facts = Facts(FakeCatalog(releases=(), known_facts=(fact,)))
    for mine, other in (("what I built", "1.0"), ("1.0", "what I built")):
        assert judge({"a": holding("a", mine), "b": holding("b", other)}, facts) == ()


def test_many_versions_are_told_by_the_first_and_the_last() -> None:
    assert verdict(Standing.TESTED, fits=True, limits="1.30.0 1.31.0").words == "1.30.0, 1.31.0"
    assert verdict(Standing.TESTED, fits=True, limits="1.1 1.2 1.3 1.4 1.5").words == "1.1 to 1.5"
    assert verdict(Standing.DOCUMENTED, fits=True, limits=">=1.30,<1.35").words == ">=1.30, <1.35"
