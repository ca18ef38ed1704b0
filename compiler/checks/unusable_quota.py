"""A quantity without its unit leaves a team with next to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler.checks.base import Check, declared_namespaces
from compiler.checks.examples import team
from compiler.diagnostics.model import Diagnostic, Severity, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts
from compiler.resolve.quantities import amount
from compiler.resolve.quota_keys import OWN_KEYS, key_path


def run(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
    """Yield an error for each quota of bytes below a mebibyte that is not zero, and each count that cannot be one."""
    del facts, as_of
    sound: set[tuple[str, str]] = set()
    for namespace in declared_namespaces(platform):
        for entry in namespace.quota.items():
            if entry in sound:  # most teams have the quota of others
                continue
            wrong = _wrong(*entry)
            if wrong is None:
                sound.add(entry)
                continue
            problem, advice = wrong
            yield error(
                CHECK.id,
                f"the quota of namespace {namespace.name} {problem}",
                (*namespace.origin, *key_path(entry[0])),
                help=advice,
                sources=CHECK.sources,
            )


def _wrong(key: str, quantity: str) -> tuple[str, str] | None:
    """Return what is wrong with the quantity of a key and what to do, or nothing for a sound one."""
    value, name = amount(quantity), OWN_KEYS.get(key, key)
    if value is None:
        return None
    if key.rpartition("/")[2].rpartition(".")[2] in _BYTES:
        if not 0 < value < _MEBIBYTE or not quantity.removesuffix("m").isdigit():
            return None
        problem = f"gives it {quantity} of {name}, which is less than a mebibyte"
        return problem, f"write the unit, as in `{quantity.rstrip('m')}Gi`"
    if quantity.endswith(_OF_BYTES if key in _CPUS else "i"):
        other = "`memory` or `storage`" if key in _CPUS else "memory and storage"
        number = quantity.rstrip("KMGTPEi")
        what = f"gives it {quantity} of {name}, in a unit of bytes"
        return what, f"write `{number}`" + (
            f", or say {quantity} of {other}" if key in _CPUS else f": {other} have bytes"
        )
    if key in _CPUS or value == int(value):
        return None
    return f"counts {name} in parts of one: {quantity}", "write a whole number"


_BYTES = frozenset({"memory", "storage", "ephemeral-storage"})
_CPUS = frozenset({"cpu", "requests.cpu", "limits.cpu"})
_MEBIBYTE = 2**20
_OF_BYTES = ("i", "M", "G", "T", "P", "E")
"""How a number of bytes ends; nobody counts processors by millions."""

CHECK = Check(
    id="unusable-quota",
    severity=Severity.ERROR,
    summary="A quota lacks its unit, has another thing's, or counts in parts of one",
    why="Memory and disk without unit are counted in bytes, so nothing starts; 64Gi processors limit nobody; "
    "parts of a count are refused.",
    sources=("https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/",),
    bad=team(quota='memory: "256"'),
    good=team(quota="memory: 256Gi"),
    run=run,
)
