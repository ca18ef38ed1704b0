"""The search agrees with trying everything, and looking at the first offers with the search."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import event, given, settings
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


def every_answer(problem: Problem) -> Iterator[dict[str, str]]:
    """Yield everything that could be on the cluster, by trying all there is: each product left out, or a version."""
    choices = [[None, *problem.offers[product]] for product in problem.offers if product not in problem.fixed]
    for versions in itertools.product(*problem.fixed.values()):
        fixed = dict(zip(problem.fixed, versions, strict=True))
        for picked in itertools.product(*choices):
            offers = [offer for offer in picked if offer is not None]
            there = [*fixed.items()]
            there += [item for offer in offers for item in ((offer.product, offer.version), *offer.brings.items())]
            present = dict(there)
            demands = [*problem.demands, *(demand for offer in offers for demand in offer.demands)]
            if (
                all(present[subject] == version for subject, version in there)
                and not any(subject in fixed for offer in offers for subject in offer.brings)
                and all(
                    demand.accepts(present[demand.subject]) if demand.subject in present else not demand.required
                    for demand in demands
                )
            ):
                yield present


@settings(max_examples=400)
@given(problems())
def test_the_search_finds_an_answer_exactly_where_trying_everything_does(problem: Problem) -> None:
    found = solve(problem)
    answers = list(every_answer(problem))
    event("no answer" if found is None else "an answer")
    assert (found is None) == (not answers)
    assert found is None or dict(found) in answers


@given(problems())
def test_nothing_is_picked_that_could_be_left_out_of_it(problem: Problem) -> None:
    """No answer is a part of the one that is found, unless other versions are in it."""
    found = solve(problem)
    if found is not None:
        assert not any(answer.items() < found.items() for answer in every_answer(problem))
