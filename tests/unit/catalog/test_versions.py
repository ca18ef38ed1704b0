"""Order of versions and meaning of constraints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from compiler.catalog.versions import Constraint, ConstraintMistake, VersionOrder, parse_constraint

NUMBERS = st.lists(st.integers(0, 40), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))
OPERATORS = st.sampled_from(["==", "!=", ">", ">=", "<", "<=", "~="])


def parsed(text: str) -> Constraint:
    constraint = parse_constraint(text)
    assert isinstance(constraint, Constraint), constraint
    return constraint


def test_calendar_versions_follow_semantic_ones() -> None:
    shuffled = ["26.03", "1.9.1", "1.11.0", "1.10.0", "26.03.1", "v1.9.0", "26.03.1-rc.2", "1.10.0-rc.3"]
    assert VersionOrder().sorted(shuffled) == [
        "v1.9.0", "1.9.1", "1.10.0-rc.3", "1.10.0", "1.11.0", "26.03", "26.03.1-rc.2", "26.03.1",
    ]  # fmt: skip


def test_eras_put_an_older_scheme_first() -> None:
    order = VersionOrder((r"2\d\.", r"0\."))
    assert order.sorted(["0.4.0", "25.12.0", "25.3.0", "1.0.0"]) == ["25.3.0", "25.12.0", "0.4.0", "1.0.0"]


@pytest.mark.parametrize(
    ("text", "fits", "misses"),
    [
        ("1.10", ["1.10", "1.10.0", "1.10.2", "v1.10.9"], ["1.1", "1.100", "1.11.0", "1.9"]),
        ("26.03", ["26.03", "26.03.1"], ["26.04", "2.6"]),
        ("==26.03", ["26.03", "26.03.0"], ["26.03.1"]),
        (">=1.9,<1.11", ["1.9.0", "1.10.2"], ["1.8.1", "1.11.0", "26.03"]),
        (" >= 1.9 , != 1.10.1 ", ["1.10.0", "26.03"], ["1.10.1"]),
        ("~=1.10.1", ["1.10.1", "1.10.7"], ["1.10.0", "1.11.0"]),
        ("~=1.9", ["1.9.0", "1.11.0"], ["1.8", "26.03"]),
        ("==1.34.*", ["1.34", "1.34.9-gke.1655001"], ["1.35.0"]),
        ("!=1.34.*", ["1.35.0"], ["1.34.2"]),
        ("<2.0", ["1.9", "1.99"], ["2.0", "2.0-rc.1"]),
        ("==1.9.0-rc.1", ["v1.9.0-rc.1"], ["1.9.0"]),
    ],
)
def test_constraints_mean_what_is_written(text: str, fits: list[str], misses: list[str]) -> None:
    constraint = parsed(text)
    assert [version for version in fits if not constraint.matches(version)] == []
    assert [version for version in misses if constraint.matches(version)] == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("v1.10", "1.10"), (">=v1.10", ">=1.10"), ("^1.10", ">=1.10,<2"), ("^0.16", ">=0.16,<0.17"),
        ("~1.10", "~=1.10"),
        ("=1.10.2", "==1.10.2"), ("1.10.x", "1.10"), ("1.10.*", "1.10"), (">=1.9 <1.11", ">=1.9,<1.11"), ("~=1", "1"),
        ("latest", ""), ("*", ""), ("", ""), (">=", ""), ("1.9,", ""), ("abc", ""), ("1.9 || 1.10", ""),
        (">=1.10.*", ">=1.10"),
    ],
)  # fmt: skip
def test_what_is_no_constraint_says_what_to_write(text: str, suggestion: str) -> None:
    mistake = parse_constraint(text)
    assert isinstance(mistake, ConstraintMistake)
    assert mistake.reason
    assert mistake.suggestion == suggestion
    if suggestion:
        parsed(suggestion)


@given(NUMBERS, OPERATORS, NUMBERS)
def test_on_plain_numbers_it_agrees_with_packaging(version: str, operator: str, bound: str) -> None:
    assert parsed(f"{operator}{bound}").matches(version) is SpecifierSet(f"{operator}{bound}").contains(version)


@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_the_order_of_plain_numbers_is_packagings(versions: list[str]) -> None:
    assert [Version(one) for one in VersionOrder().sorted(versions)] == sorted(Version(one) for one in versions)


@given(NUMBERS, st.integers(0, 99))
def test_a_line_holds_itself_and_what_is_below(line: str, patch: int) -> None:
    constraint = parsed(line)
    assert constraint.matches(line)
    assert constraint.matches(f"{line}.{patch}")
    assert not constraint.matches(f"9{line}")


def test_text_that_is_no_version_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no version"):
        parsed("1.10").matches("main")
    with pytest.raises(ValueError, match="no version"):
        VersionOrder().key("latest")
