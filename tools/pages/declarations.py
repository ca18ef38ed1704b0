"""What a declaration of the platform file changes about what is made, as rows of a table; knows no object by name.

Every row is the difference between two real results, so a page made of them cannot say what is not so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Severity
from compiler.model.platform import Platform
from compiler.pipeline import PLATFORM_FILE, Sources, understand

DAY = date(2026, 4, 1)
Objects = dict[str, Any]
"""What is made, by the name that the page gives it: objects, and parts of files."""


class Declaration(NamedTuple):
    """A part of the platform file: where it stands (nothing for the root), and what is written there."""

    where: str
    key: str
    value: Any

    @property
    def text(self) -> str:
        """Return the declaration as the page shows it."""
        return f"`{'.'.join(filter(None, (self.where, self.key)))}: {_flow(self.value)}`"


def meant(platform: Mapping[str, Any], catalog: Catalog) -> Platform:
    """Return what a page's own platform file means. Raises: `ValueError` where it has errors."""
    text = json.dumps(platform).encode()  # JSON is YAML
    found = understand(Sources(PLATFORM_FILE, text, None, "", lambda _: None), catalog, as_of=DAY)
    wrong = [each.message for each in found.diagnostics if each.severity is Severity.ERROR]
    if found.platform is None or wrong:
        raise ValueError(f"the page's own platform is wrong: {'; '.join(wrong)}")
    return found.platform


def table(*columns: str) -> list[str]:
    """Return the head of a table."""
    return [f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]


def rows(declaration: Declaration, found: Iterable[tuple[str, str]]) -> list[str]:
    """Return the rows of a declaration, which stands in the first one alone."""
    firsts = iter((declaration.text,))
    return [f"| {next(firsts, '')} | {code(name)} | {fields} |" for name, fields in found]


def differences(before: Objects, after: Objects) -> Iterator[tuple[str, str]]:
    """Yield each object that is new, changed or gone, and its fields that are so."""
    for name in before:
        if name not in after:
            yield name, "no more"
    for name, each in after.items():
        if name not in before:
            yield name, said(each)
        elif each != before[name]:
            old = dict(_leaves(before[name]))
            yield name, _fields({path: value for path, value in _leaves(each) if old.get(path, _MISSING) != value})


_MISSING = object()
_SHOWN = 3
"""So many entries of a list are shown."""
_METADATA = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
"""What every object has, and its name in the table says."""


def said(manifest: Any) -> str:
    """Return the fields of an object, less what every object has."""
    return _fields({path: value for path, value in _leaves(manifest) if path not in _METADATA})


def _fields(leaves: Mapping[str, Any]) -> str:
    return "<br>".join(code(f"{path}: {value}") for path, value in leaves.items())


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every scalar of an object with its path; a list that fits on a line counts as one, and so does nothing."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            step = f"[{key}]" if "." in key or "/" in key else f".{key}" if path else key
            yield from _leaves(inner, f"{path}{step}")
    elif isinstance(value, list | tuple) and not all(map(_is_flat, value)):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, _flow(value)


def _is_flat(value: Any) -> bool:
    """Tell whether an entry of a list can be read on a line: a scalar, or a mapping of scalars."""
    inner = value.values() if isinstance(value, Mapping) else [value]
    return not any(isinstance(each, Mapping | list | tuple) for each in inner)


def _flow(value: Any) -> str:
    """Return data as YAML's flow style, as people write it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        more = [f"… {len(value)} in all"] if len(value) > _SHOWN else []
        return f"[{', '.join([*map(_flow, value[:_SHOWN]), *more])}]"
    if isinstance(value, bool):
        return str(value).lower()
    is_quoted = isinstance(value, str) and (not value or value.isdigit() or value[0] in "{*" or value == "true")
    return f'"{value}"' if is_quoted else str(value)


def code(text: str) -> str:
    """Return text as code in a cell."""
    return f"`{text}`".replace("|", "\\|")
