"""Looking at the first offers finds what the search finds, wherever it finds anything."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from compiler.resolve.solver import Demand, Offer, Problem, first_offers, search, solve

PRODUCTS = ("alpha", "beta", "gamma")
BROUGHT = ("mesh", "queue")
FIXED = ("kubernetes",)
VERSIONS = ("3", "2", "1")


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    accepted = draw(st.frozensets(st.sampled_from(VERSIONS), min_size=1))
    subject = draw(st.sampled_from((*PRODUCTS, *BROUGHT, *FIXED)))
    return Demand(subject, accepted.__contains__, ",".join(sorted(accepted)), "", required=draw(st.booleans()))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    offers = {}
    for product in draw(st.sets(st.sampled_from(PRODUCTS), min_size=1)):
        versions = draw(st.lists(st.sampled_from(VERSIONS), unique=True, max_size=3))
        offers[product] = [
            Offer(
                product,
                version,
                draw(st.dictionaries(st.sampled_from(BROUGHT), st.sampled_from(VERSIONS), max_size=2)),
                tuple(draw(st.lists(demands(), max_size=2))),
            )
            for version in versions
        ]
    fixed = draw(st.dictionaries(st.sampled_from(FIXED), st.sampled_from(VERSIONS).map(lambda version: [version])))
    return Problem(dict(sorted(offers.items())), fixed, draw(st.lists(demands(), max_size=4)))


@given(problems())
def test_first_offers_are_what_the_search_finds(problem: Problem) -> None:
    first = first_offers(problem)
    event("looked up" if first is not None else "left to the search")
    if first is not None:
        assert first == search(problem)
    assert solve(problem) == search(problem)
