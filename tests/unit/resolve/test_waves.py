"""Topological layers."""

from __future__ import annotations

import pytest

from compiler.resolve.waves import RequirementCycle, layers


def test_a_unit_stands_one_above_the_highest_that_it_requires() -> None:
    assert layers({"a": [], "b": ["a"], "c": ["a", "b"], "d": []}) == {"a": 0, "b": 1, "c": 2, "d": 0}


def test_what_is_no_unit_counts_as_there() -> None:
    assert layers({"a": ["gone"], "b": ["a", "gone"]}) == {"a": 0, "b": 1}


def test_a_circle_is_named() -> None:
    with pytest.raises(RequirementCycle) as caught:
        layers({"a": ["b"], "b": ["c"], "c": ["b"], "d": []})
    assert caught.value.members == ("b", "c")
