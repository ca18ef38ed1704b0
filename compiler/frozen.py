"""`frozen`: the dataclass that all plain data is made of, which never changes; knows none of the data.

`@dataclass(frozen=True, slots=True)` compiles the source of seven functions for each class, at every start: `check`
makes a hundred classes and would spend a sixth of its time on that. Here all classes share six of the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")
_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Return the class as a frozen dataclass with slots: equal and hashed by its fields, made from them in order.

    `dataclasses.fields`, `replace` and `is_dataclass` work as for any other. A field may have a default or a factory
    and may be left out of comparing; other kinds, such as `field(init=False)`, are refused with `TypeError`.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    names = tuple(each.name for each in fields(made))  # type: ignore[arg-type]
    shared: dict[str, Callable[..., Any]] = {
        "__init__": _initialiser(made),
        "__repr__": _representation(names),
        **_comparison(tuple(each.name for each in fields(made) if each.compare)),  # type: ignore[arg-type]
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        "__setstate__": _restore,
    }
    for name, function in shared.items():
        if name not in cls.__dict__:
            setattr(made, name, function)
    return made


def _initialiser(made: type) -> Callable[..., None]:
    """Return `__init__`: the one function that must be compiled, for its parameters are the class's own."""
    scope: dict[str, Any] = {"_set": _set}
    parameters, body = [], []
    for index, each in enumerate(fields(made)):
        if not (each.init and each.repr and each.hash is None) or each.kw_only is True:
            raise TypeError(f"{made.__qualname__}.{each.name} is no plain field")
        parameters.append(each.name + _default(each, index, scope))
        given = each.name
        if each.default_factory is not MISSING:
            given = f"_factory{index}() if {each.name} is _factory{index} else {each.name}"
        body.append(f" _set(self, {each.name!r}, {given})\n")
    if "__post_init__" in made.__dict__:
        body.append(" self.__post_init__()\n")
    source = f"def __init__({', '.join(['self', *parameters])}):\n{''.join(body) or ' pass'}"
    exec(source, scope)  # noqa: S102 - as dataclasses does; the names are those of fields
    initialiser: Callable[..., None] = scope["__init__"]
    initialiser.__qualname__ = f"{made.__qualname__}.__init__"
    return initialiser


def _default(each: Field[Any], index: int, scope: dict[str, Any]) -> str:
    """Return what stands behind the parameter of a field, and put what it names into the scope."""
    if each.default is not MISSING:
        scope[f"_default{index}"] = each.default
        return f"=_default{index}"
    if each.default_factory is not MISSING:
        # The factory stands for "not given": nobody passes it as a value.
        scope[f"_factory{index}"] = each.default_factory
        return f"=_factory{index}"
    return ""


def _representation(names: tuple[str, ...]) -> Callable[[Any], str]:
    def __repr__(self: Any) -> str:  # noqa: N807
        shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{type(self).__qualname__}({shown})"

    return __repr__


def _comparison(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    values: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def __eq__(self: Any, other: Any) -> bool:  # noqa: N807
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _refuse_to_set(self: object, name: str, given: object) -> NoReturn:
    del self, given
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    del self
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _restore(self: object, state: tuple[None, dict[str, Any]]) -> None:
    """Fill a copy that `copy` or `pickle` makes."""
    for name, given in state[1].items():
        _set(self, name, given)
