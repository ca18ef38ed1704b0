"""A frozen class behaves as the frozen dataclass with slots that it stands for."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace

import pytest

from compiler.frozen import frozen


@dataclass(frozen=True, slots=True)
class Reference:
    """What the standard library makes of the same fields."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


@frozen
class Point:
    """The same fields."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def twice(self) -> int:
        """Return double the size."""
        return 2 * self.size


@frozen
class Empty:
    """No fields at all."""


@frozen
class Single:
    """One field, and one thing of its own instead of what is shared."""

    name: str

    def __post_init__(self) -> None:
        """Refuse the empty name."""
        if not self.name:
            raise ValueError("no name")

    def __str__(self) -> str:
        """Return the name."""
        return self.name


@pytest.mark.parametrize(
    ("given", "named"),
    [(("a",), {}), (("a", 4), {}), (("a",), {"tags": ("x",)}), ((), {"name": "b", "extra": {"k": "v"}})],
)
def test_it_is_made_and_shown_as_a_dataclass(given: tuple[object, ...], named: dict[str, object]) -> None:
    ours, theirs = Point(*given, **named), Reference(*given, **named)  # type: ignore[arg-type]
    assert repr(ours) == repr(theirs).replace("Reference", "Point")
    assert [each.name for each in fields(ours)] == [each.name for each in fields(theirs)]
    assert is_dataclass(ours)
    assert not hasattr(ours, "__dict__")
    assert ours.twice == 2 * theirs.size


@pytest.mark.parametrize("given", [(), ("a", 1, (), {}, 5)])
def test_wrong_arguments_are_refused(given: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
        Point(*given)  # type: ignore[arg-type]


def test_equal_fields_are_equal_values() -> None:
    assert Point("a") == Point("a")
    assert Point("a") != Point("a", 4)
    assert Single("a") == Single("a")
    assert Single("a") != Point("a")  # type: ignore[comparison-overlap]
    assert Point("a").extra is not Point("a").extra
    assert hash(Single("a")) == hash(Single("a"))
    assert {Empty(), Empty()} == {Empty()}


@frozen
class Placed:
    """A field that says where the value is from, and nothing about it."""

    name: str
    line: int = field(default=0, compare=False)


def test_a_field_may_be_left_out_of_comparing() -> None:
    assert Placed("a", 1) == Placed("a", 2)
    assert hash(Placed("a", 1)) == hash(Placed("a", 2))
    assert Placed("a") != Placed("b")


def test_nothing_of_it_can_be_changed() -> None:
    point = Point("a")
    with pytest.raises(FrozenInstanceError, match="size"):
        point.size = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="size"):
        del point.size
    assert replace(point, size=4) == Point("a", 4)
    assert point == Point("a")


def test_copies_are_equal() -> None:
    point = Point("a", extra={"k": "v"})
    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point  # noqa: S301 - our own


def test_what_the_class_says_itself_is_kept() -> None:
    assert str(Single("a")) == "a"
    with pytest.raises(ValueError, match="no name"):
        Single("")


def test_a_field_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="size is no plain field"):

        @frozen
        class _Odd:
            size: int = field(default=1, init=False)
