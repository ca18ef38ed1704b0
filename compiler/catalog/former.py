"""Names that people know from older releases, and what is there instead; read only where a name is unknown.

Knows no release: what a name was called or is a part of does not depend on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from compiler.frozen import frozen

TABLE = Path(__file__).with_name("former.toml")


@frozen
class Former:
    """What became of something: the component that does its work `now`, if any; `why` goes on after the name."""

    now: str | None
    why: str
    source: str


def former(name: str) -> Former | None:
    """Return what became of a name; nothing for one that never was one of them."""
    return former_names().get(name.lower().replace("_", "-"))


@cache
def former_names() -> Mapping[str, Former]:
    """Return all of them by name."""
    import tomllib

    entries = tomllib.loads(TABLE.read_text("utf-8"))
    return {name: Former(entry.get("now"), entry["why"], entry["source"]) for name, entry in entries.items()}
