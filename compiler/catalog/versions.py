"""Orders versions and matches them against constraints; knows no product and reads no file.

Versions are dotted numbers with an optional pre-release (`1.10.0`, `26.03`, `1.9.0-rc.1`); numbers compare as numbers,
so `26.03` follows `1.11.0`. Schemes that followed each other against the numbers (`25.12.0`, then `0.4.0`) are told
apart by the patterns of a `VersionOrder`.
"""

from __future__ import annotations

import re
from functools import cache

from compiler.frozen import frozen

_VERSION = re.compile(
    r"(?:knative-)?v?(\d+(?:\.\d+)*)(?:[-.]?((?:rc|alpha|beta|a|b|pre|dev)[-.]?\d*(?:\.\d+)*))?((?:[-+].*)?)",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"(~=|==|!=|>=|<=|>|<)?\s*(.*)", re.DOTALL)
_PLAIN = re.compile(r"\d+(?:\.\d+)*(?:[-.]?(?:rc|alpha|beta|a|b|pre|dev)[-.]?\d*(?:\.\d+)*)?")
_RELEASED = 9

Key = tuple[int, tuple[int, ...], int, str, tuple[int, ...]]
"""Sorts like the version does: era, numbers without trailing zeros, stage, stage name, stage numbers."""


@frozen
class VersionOrder:
    """The order of one product's versions. `eras`: patterns in the order in which the schemes followed each other."""

    eras: tuple[str, ...] = ()

    def key(self, version: str) -> Key:
        """Return what the version sorts by. A `v` in front and a vendor's suffix do not count.

        Raises `ValueError` for text that is no version.
        """
        return _key(version, self.eras)

    def sorted(self, versions: list[str]) -> list[str]:
        """Return the versions from the oldest to the newest."""
        return sorted(versions, key=self.key)


@cache
def _key(version: str, eras: tuple[str, ...]) -> Key:
    """Return what a version sorts by; the same few are compared with every limit that facts have."""
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        raise ValueError(f"{version} is no version")
    numbers = [int(part) for part in found[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    name = ""
    stage: tuple[int, ...] = ()
    if found[2]:
        name = re.sub(r"[\d.-]", "", found[2]).lower()
        stage = tuple(int(part) for part in re.findall(r"\d+", found[2]))
    era = next((place for place, pattern in enumerate(eras) if re.match(pattern, found[1])), len(eras))
    return era, tuple(numbers), 0 if found[2] else _RELEASED, _STAGES.get(name, name), stage


_STAGES = {"a": "alpha", "b": "beta", "pre": "rc"}
_NUMERIC = VersionOrder()


@frozen
class ConstraintMistake:
    """Why a text is no constraint, and what to write instead (empty when nothing is near)."""

    reason: str
    suggestion: str = ""


@frozen
class Clause:
    """One comparison. The operator `line` is a bare version: the version itself and everything below it."""

    operator: str
    version: str

    def matches(self, version: str, order: VersionOrder) -> bool:
        """Tell whether a version fits."""
        if self.operator == "line":
            return _in_line(version, self.version)
        if self.version.endswith(".*"):
            return _in_line(version, self.version[:-2]) is (self.operator == "==")
        mine, theirs = order.key(version), order.key(self.version)
        if self.operator == "~=":
            return mine >= theirs and _in_line(version, self.version.rpartition(".")[0])
        if self.operator == "<" and mine[2] != _RELEASED and theirs[2] == _RELEASED and mine[:2] == theirs[:2]:
            return False  # below 2.0 does not mean 2.0's own pre-releases
        return {
            "==": mine == theirs,
            "!=": mine != theirs,
            ">": mine > theirs,
            ">=": mine >= theirs,
            "<": mine < theirs,
            "<=": mine <= theirs,
        }[self.operator]


@frozen
class Constraint:
    """A wish for versions: all clauses must fit. `text` is as it was written."""

    text: str
    clauses: tuple[Clause, ...]

    def matches(self, version: str, order: VersionOrder = _NUMERIC) -> bool:
        """Tell whether a version fits. Raises `ValueError` for text that is no version."""
        return all(clause.matches(version, order) for clause in self.clauses)


def _in_line(version: str, line: str) -> bool:
    found, wanted = _VERSION.fullmatch(version.strip()), line.split(".")
    if found is None:
        raise ValueError(f"{version} is no version")
    numbers = [int(part) for part in found[1].split(".")]
    numbers += [0] * (len(wanted) - len(numbers))
    return numbers[: len(wanted)] == [int(part) for part in wanted]


def parse_constraint(text: str) -> Constraint | ConstraintMistake:
    """Return the constraint that a text means: `1.10` (that line), or a comma list of `== != > >= < <= ~=`."""
    clauses = []
    for part in text.split(","):
        operator, version = _OPERATION.fullmatch(part.strip()).groups()  # type: ignore[union-attr]
        clause = _clause(operator, version.strip())
        if isinstance(clause, ConstraintMistake):
            return clause
        clauses.append(clause)
    return Constraint(text, tuple(clauses))


def _clause(operator: str | None, version: str) -> Clause | ConstraintMistake:
    if not version:
        return ConstraintMistake(
            "a version is missing" if operator is None else f"a version is missing after {operator}"
        )
    bare = version.removesuffix(".*")
    if _PLAIN.fullmatch(bare) and (operator or bare == version):
        if operator is None:
            return Clause("line" if re.fullmatch(r"[\d.]+", bare) else "==", bare)
        if bare != version and operator not in {"==", "!="}:
            return ConstraintMistake(f"{operator} takes a whole version, not {version}", f"{operator}{bare}")
        if operator == "~=" and "." not in bare:
            return ConstraintMistake("~= needs at least two numbers", bare)
        return Clause(operator, version)
    return _mistake(operator or "", version)


def _mistake(operator: str, version: str) -> ConstraintMistake:
    if version in {"*", "x", "X"}:
        return ConstraintMistake(f"{version} means any version; leave the entry out instead")
    if version.lower() in {"latest", "stable", "newest", "main", "master", "edge"}:
        return ConstraintMistake(f"{version} names no version, it moves")
    if re.fullmatch(r"[vV]\d.*", version):
        return ConstraintMistake("a version has no v in front", f"{operator}{version[1:]}")
    if caret := re.fullmatch(r"([\^~=])\s*v?(\d+(?:\.\d+)*)", version):
        numbers = caret[2].split(".")
        meant = {"^": f">={caret[2]},<{int(numbers[0]) + 1}", "~": f"~={caret[2]}", "=": f"=={caret[2]}"}[caret[1]]
        if caret[1] == "^" and numbers[0] == "0" and len(numbers) > 1:
            meant = f">={caret[2]},<0.{int(numbers[1]) + 1}"
        return ConstraintMistake(
            f"{caret[1]} is no operator here", meant if "." in caret[2] or caret[1] != "~" else caret[2]
        )
    if wild := re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.[xX*])+", version):
        return ConstraintMistake(f"{version} is written without the placeholder", f"{operator}{wild[1]}")
    if spaced := re.fullmatch(r"(\S+)\s+((?:[<>=!~]).*)", version):
        return ConstraintMistake("several conditions are separated by commas", f"{operator}{spaced[1]},{spaced[2]}")
    if "||" in version:
        return ConstraintMistake("alternatives (||) can't be said; name one line or a range")
    return ConstraintMistake(f"{version} is no version")
