"""Rules about the platform as meant, one module each with one `CHECK`; all of them run, none changes anything."""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from compiler.checks.base import Check
from compiler.diagnostics.collection import Findings
from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts

if TYPE_CHECKING:
    from compiler.resolve.catalog import Source

_NO_RIB = frozenset({"base", "examples"})

__all__ = ["all_checks", "run_checks"]


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check, sorted by id, found by scanning this folder.

    Raises `ValueError` for a module without a `CHECK` whose id is the module's name with hyphens.
    """
    found = []
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _NO_RIB):
        check = getattr(import_module(f"{__name__}.{module}"), "CHECK", None)
        if not isinstance(check, Check) or check.id != module.replace("_", "-"):
            raise ValueError(f"checks/{module}.py has no CHECK with id {module.replace('_', '-')}")
        found.append(check)
    return tuple(found)


def run_checks(
    platform: Platform, catalog: Source, *, as_of: date, mistakes: Collection[YamlPath] = ()
) -> list[Diagnostic]:
    """Return the findings of every check on a platform, as of a day.

    Args: `mistakes` are the places of what was wrong in the file and is not, or not as written, in the platform: what
    a check could conclude from that alone is left out.
    Reports `internal-error`, naming the check, where one crashes: the others still run.
    """
    facts = Facts(catalog)
    findings = Findings()
    for check in all_checks():
        try:
            found = check.run(platform, facts, as_of)
            if mistakes and (check.sums_over or check.misses):
                found = check.unspoilt(found, mistakes)
            findings += found
        except Exception as crash:  # noqa: BLE001 - whatever a check raises is our bug, and the user's other findings count
            findings.append(
                error(
                    "internal-error",
                    f"check {check.id} crashed: {type(crash).__name__}: {crash}",
                    help="this is a mistake of the compiler, not of your platform; please report it",
                )
            )
    return findings.told()
