"""Paths of the platform file as people write them, by index (`teams[0]`) or by name (`teams.vision`), and back.

A star stands for whichever item of a list has the rest: `teams.*.gpus`.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.diagnostics.model import YamlPath, format_path
from compiler.source.document import Plain

_ANY = "*"
_NAMES = ("name", "pool", "team", "user", "group")
"""Keys whose value tells the items of a list apart, the first one that is there."""


def parse_path(text: str, data: Plain) -> YamlPath | None:
    """Return the path that a text means in some data; `None` where there is nothing of that name.

    Keys may hold dots and slashes: of several keys that fit, the longest that leads on is taken.
    """
    if text in {"", "."}:
        return ()
    for step, rest in _steps(text, data):
        value = data[step]  # type: ignore[index]
        if not rest:
            return (step,)
        found = parse_path(rest, value)
        if found is not None:
            return (step, *found)
    return None


def _steps(text: str, data: Plain) -> Iterator[tuple[str | int, str]]:
    """Yield each first step that the text may begin with, and the rest of the text."""
    if isinstance(data, dict):
        for key in sorted(data, key=len, reverse=True):
            if text == key or text.startswith((f"{key}.", f"{key}[")):
                yield key, text[len(key) :].removeprefix(".")
    elif isinstance(data, list):
        number, bracket, rest = text[1:].partition("]")
        if text.startswith("[") and bracket and number.isdecimal() and int(number) < len(data):
            yield int(number), rest.removeprefix(".")
        if text == _ANY or text.startswith((f"{_ANY}.", f"{_ANY}[")):
            yield from ((index, text[len(_ANY) :].removeprefix(".")) for index in range(len(data)))
        names = {name: index for index, item in reversed(list(enumerate(data))) if (name := name_of(item))}
        for name in sorted(names, key=len, reverse=True):
            if text == name or text.startswith((f"{name}.", f"{name}[")):
                yield names[name], text[len(name) :].removeprefix(".")


def name_of(item: Plain) -> str:
    """Return what an item of a list is called; nothing for one without a name."""
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        return next((value for key in _NAMES if isinstance(value := item.get(key), str)), "")
    return ""


def by_name(path: YamlPath, data: Plain) -> str:
    """Return a path with names in place of list indexes, as the tree and the lock write it: `teams.vision.gpus`."""
    words: list[str] = []
    value: Plain = data
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            words.append(step)
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            words.append(name_of(value[step]) or str(step))
            value = value[step]
        else:
            words.append(str(step))
            value = None
    return ".".join(words)


def by_any(path: YamlPath) -> str:
    """Return a path with a star in place of each index, as the lock writes what all items of a list bring in."""
    return ".".join(_ANY if isinstance(step, int) else step for step in path)


def nearest_parent(text: str, data: Plain) -> tuple[YamlPath, list[str]]:
    """Return the longest beginning of a path that is there, and what stands below it, as whole paths."""
    best: YamlPath = ()
    for end in range(len(text), 0, -1):
        if end == len(text) or text[end] in ".[":
            found = parse_path(text[:end], data)
            if found is not None:
                best = found
                break
    value: Plain = data
    for step in best:
        value = value[step]  # type: ignore[index]
    steps: list[str | int] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    return best, [format_path((*best, step)) for step in steps]
