"""The search itself, on problems made by hand."""

from __future__ import annotations

from compiler.resolve.solver import Demand, Offer, Problem, complete, satisfies, solve


def demand(subject: str, *versions: str, required: bool = False) -> Demand:
    return Demand(subject, frozenset(versions).__contains__, " or ".join(versions), "a test", required=required)


APP = Offer("app", "2", {"lib": "1"}, (demand("kubernetes", "1.34"),))
OLD = Offer("app", "1", {"lib": "3"})


def test_earlier_offers_win() -> None:
    problem = Problem({"app": [APP, OLD]}, {"kubernetes": ["1.34"]}, [demand("app", "1", "2", required=True)])
    assert solve(problem) == {"app": "2", "kubernetes": "1.34", "lib": "1"}


def test_a_demand_on_what_is_brought_decides_the_bringer() -> None:
    problem = Problem({"app": [APP, OLD]}, {}, [demand("lib", "3", required=True)])
    assert solve(problem) == {"app": "1", "lib": "3"}


def test_what_nobody_needs_is_left_out() -> None:
    assert solve(Problem({"app": [APP, OLD]}, {"kubernetes": ["1.34"]}, [])) == {"kubernetes": "1.34"}


def test_a_demand_on_what_is_not_there_holds() -> None:
    problem = Problem({"app": [OLD]}, {}, [demand("app", "1", required=True), demand("other", "9")])
    assert solve(problem) == {"app": "1", "lib": "3"}


def test_two_that_bring_different_versions_of_one_thing_exclude_each_other() -> None:
    needs = [demand("app", "1", "2", required=True), demand("tool", "1", required=True)]
    problem = Problem({"app": [APP, OLD], "tool": [Offer("tool", "1", {"lib": "3"})]}, {"kubernetes": ["1.34"]}, needs)
    assert solve(problem) == {"app": "1", "kubernetes": "1.34", "lib": "3", "tool": "1"}


def test_a_contradiction_is_found_among_many_products_that_have_no_part_in_it() -> None:
    kit = [Offer("kit", str(number), {"lib": str(number), f"only-{number}": "1"}) for number in range(6)]
    others = {f"a{name}": [Offer(f"a{name}", str(number)) for number in range(8)] for name in range(8)}
    needs = [demand(name, *map(str, range(8)), required=True) for name in ("kit", *others)]
    needs += [demand("lib", "1", "2", required=True), demand("only-4", "1", required=True)]
    assert solve(Problem({"kit": kit, **others}, {}, needs)) is None
    del needs[-1]
    found = solve(Problem({"kit": kit, **others}, {}, needs))
    assert found is not None
    assert found["kit"] == "1"


def test_what_demands_something_is_decided_before_what_demands_nothing() -> None:
    kit = [Offer("kit", str(number), {"lib": str(number)}) for number in range(2)]
    queue = [Offer("queue", str(number), {}, (demand("lib", "9"),)) for number in range(8)]
    others = {f"a{name}": [Offer(f"a{name}", str(number)) for number in range(8)] for name in range(8)}
    needs = [demand(name, *map(str, range(8)), required=True) for name in ("kit", "queue", *others)]
    assert solve(Problem({"kit": kit, "queue": queue, **others}, {}, needs)) is None


def test_no_answer_is_nothing() -> None:
    problem = Problem({"app": [APP]}, {"kubernetes": ["1.30"]}, [demand("app", "2", required=True)])
    assert solve(problem) is None
    assert not satisfies(problem, {"app": "2"})


def test_a_solution_satisfies_its_problem_and_can_be_completed() -> None:
    problem = Problem({"app": [APP, OLD]}, {"kubernetes": ["1.34"]}, [demand("app", "1", "2", required=True)])
    assert satisfies(problem, {"app": "1"})
    assert not satisfies(problem, {"app": "7"})
    assert not satisfies(problem, {})
    assert complete(problem, {"app": "1"}) == {"app": "1", "kubernetes": "1.34", "lib": "3"}
