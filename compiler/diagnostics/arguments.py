"""What arguments of a command name is looked up here among what is known; knows no command."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.diagnostics.failure import UsageMistake

_FEW = 10
"""So many names are listed when none is near."""


def require_known(noun: str, asked: Iterable[str], known: Iterable[str]) -> None:
    """Do nothing if every name is known.

    Raises: `UsageMistake` for the first that is not, with the nearest names, or some of all.
    """
    names = sorted(known)
    for name in asked:
        if name not in names:
            raise UsageMistake(f"there is no {noun} {name}", _advice(name, names))


def _advice(name: str, known: list[str]) -> str:
    from compiler.diagnostics.suggest import did_you_mean

    more = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
    return did_you_mean(name, known) or (f"known: {', '.join(known[:_FEW])}{more}" if known else "")
