"""Versions of one product against versions of another: what facts say of each pair, with what releases bring along.

Knows no platform and no format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.frozen import frozen
from compiler.matrix.holdings import Holding
from compiler.matrix.report import Statement
from compiler.matrix.table import decisions_on
from compiler.matrix.verdicts import Colour, Standing, Verdict
from compiler.resolve.citations import citation, source_text
from compiler.resolve.facts import Facts
from compiler.resolve.offers import KUBERNETES

_MOST = 12
"""Versions of one side that are shown; the newest count."""


@frozen
class Cell:
    """What is said of one pair of versions; grey where no fact speaks of it."""

    version: str
    against: str
    colour: Colour
    statements: tuple[Statement, ...]


@frozen
class Grid:
    """The versions of `product` (rows) against those of `against` (columns), each from the oldest to the newest.

    `older` counts the versions of each side that are left out.
    """

    product: str
    against: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    older: tuple[int, int]


def known_subjects(facts: Facts) -> list[str]:
    """Return every name that a grid can be asked of: products, what they bring, and what facts speak of."""
    plain = {subject for subject in facts.fact_subjects if ":" not in subject}
    required = {other for subject in plain for fact in facts.about(subject) for other in fact.requires}
    return sorted({*facts.products, *facts.subjects.values(), *plain, *required, KUBERNETES})


def grid(product: str, against: str, facts: Facts) -> Grid:
    """Return the grid of two products; a name of a component stands for what its version is called."""
    left, right = _subject(product, facts), _subject(against, facts)
    rows, columns = _versions(left, facts), _versions(right, facts)
    shown = rows[-_MOST:], columns[-_MOST:]
    cells = {(row, column): _cell(left, row, right, column, facts) for row in shown[0] for column in shown[1]}
    older = len(rows) - len(shown[0]), len(columns) - len(shown[1])
    return Grid(left, right, tuple(shown[0]), tuple(shown[1]), cells, older)


def _subject(name: str, facts: Facts) -> str:
    return name if name in facts.products or name == KUBERNETES else facts.subjects.get(name, name)


def _versions(subject: str, facts: Facts) -> list[str]:
    """Return the versions of a subject: those that can be installed or come along, else the lines that facts know."""
    if subject == KUBERNETES:
        return facts.kubernetes_minors
    found = set(facts.installable(subject)) if subject in facts.products else set()
    found |= {version for _, _, version in facts.brought(subject)}
    if not found:
        found = {
            fact.version for fact in facts.about(subject) if fact.version[:1].isdigit() and "*" not in fact.version
        }
    if not found:
        found = {version for _, version in _named(subject, facts)}
    return facts.sorted_versions(subject, found)


def _named(subject: str, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the versions that facts about others name: tested ones, and what is inside other products."""
    for other in facts.fact_subjects:
        for fact in facts.about(other):
            for statement in fact.tested:
                name, _, version = statement.partition("==")
                if name.strip() == subject:
                    yield other, ".".join(version.removesuffix(".*").split(".")[:2])
            bundles = fact.data.get("bundles")
            if isinstance(bundles, Mapping) and subject in bundles:
                yield other, str(bundles[subject])


def _cell(left: str, row: str, right: str, column: str, facts: Facts) -> Cell:
    held = {holding.subject: holding for holding in _sides(left, row, right, column, facts)}
    decisions = decisions_on(held, facts, within_groups=False)
    statements = [_statement(each.deciding, each.colour, held, each.vouched) for each in decisions]
    ordered = tuple(sorted(statements, key=lambda each: each.colour.rank))
    return Cell(row, column, ordered[0].colour if ordered else Colour.GREY, ordered)


def _sides(left: str, row: str, right: str, column: str, facts: Facts) -> Iterator[Holding]:
    for subject, version, other in ((left, row, right), (right, column, left)):
        words = f"{subject} {version}"
        is_release = subject in facts.products and version in facts.installable(subject)
        release = version if is_release else ""
        brings = _default_contents(subject, version, facts) if is_release else {}
        if subject not in brings:
            yield Holding(subject, version, subject, words, words, (), release)
        for inside, brought in brings.items():
            if inside != other:
                yield Holding(inside, brought, subject, words, f"{words} brings {inside} {brought}", (), release)


def _default_contents(product: str, version: str, facts: Facts) -> Mapping[str, str]:
    """Return what a release brings unless told otherwise; all of it where nothing is installed by itself."""
    release = facts.release(product, version)
    found: dict[str, str] = {}
    for name in release.defaults:
        found |= release.components[name].brings
    return found or release.brings


def _statement(verdict: Verdict, colour: Colour, held: Mapping[str, Holding], vouched: str) -> Statement:
    verb = {Standing.ENFORCED: "needs", Standing.DOCUMENTED: "is documented for", Standing.TESTED: "is tested with"}
    words = f"{held[verdict.holder].text} {verb[verdict.standing]} {verdict.other} {verdict.words}"
    words += f"; but {vouched}" if vouched else ""
    fact = verdict.fact
    return Statement(
        held[verdict.other].text, colour, words, fact.id, fact.strength, source_text(fact), citation(fact), verdict.fits
    )


def as_data(made: Grid) -> dict[str, object]:
    """Return the grid as plain data in the published shape."""
    from compiler.matrix.report import VERSION, statements_data

    return {
        "version": VERSION,
        "kind": "product",
        "product": made.product,
        "against": made.against,
        "leftOut": {"product": made.older[0], "against": made.older[1]},
        "cells": [
            {
                "version": cell.version,
                "against": cell.against,
                "verdict": cell.colour.value,
                "colour": cell.colour.hue,
                "statements": statements_data(cell.statements),
            }
            for cell in made.cells.values()
        ],
    }


def reasons(made: Grid) -> list[tuple[str, list[Statement]]]:
    """Return for each row the distinct statements that decide a cell which is not green, or the first one that fits."""
    found = []
    for row in made.rows:
        loud: dict[str, Statement] = {}
        calm: dict[str, Statement] = {}
        for cell in (made.cells[row, column] for column in made.columns):
            for statement in cell.statements:
                if statement.colour is cell.colour:
                    (calm if cell.colour is Colour.GREEN else loud).setdefault(statement.fact, statement)
        ordered = sorted(loud.values(), key=lambda each: each.colour.rank)
        found.append((row, ordered or list(calm.values())[:1]))
    return found


def left_out(made: Grid) -> Iterator[str]:
    """Yield for each side what is not shown of it, if anything, as a clause."""
    for count, what in zip(made.older, (made.product, made.against), strict=True):
        if count:
            yield f"{count} older version{'s' if count > 1 else ''} of {what} {'are' if count > 1 else 'is'} left out"
