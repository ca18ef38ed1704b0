"""The matrix for a terminal: columns that fit its width, signs beside every colour; knows no other format."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence

from compiler.diagnostics.display import visible
from compiler.matrix.grid import Grid, left_out, reasons
from compiler.matrix.report import COUNTED, SIGNS, WORDS, Report, Row, Section, Statement, is_ours
from compiler.matrix.verdicts import Colour
from compiler.matrix.what_if import Change

NARROWEST, WIDEST = 72, 120
"""Columns between which a table is laid out, whatever the terminal has."""

_CODES = {Colour.RED: "1;31", Colour.YELLOW: "1;33", Colour.UNTESTED: "33", Colour.GREEN: "32", Colour.GREY: "2"}
_STRONG, _WEAK = "1", "2"


def paint(text: str, code: str, *, colour: bool) -> str:
    """Return text in a colour of the terminal, if there is to be one."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def sign(colour: Colour, *, colour_wanted: bool) -> str:
    """Return the sign of a colour."""
    return paint(SIGNS[colour], _CODES[colour], colour=colour_wanted)


def legend() -> str:
    """Return what the signs mean."""
    return "   ".join(f"{SIGNS[each]} {WORDS[each]}" for each in reversed(COUNTED))


def as_text(made: Report, *, width: int, colour: bool) -> str:
    """Return the matrix, one table for each cluster; `width` is that of the terminal in columns."""
    width = min(max(width, NARROWEST), WIDEST)
    blocks = ["\n".join(_section(section, width, colour=colour)) for section in made.sections]
    foot = f"As of {made.as_of}. In brackets the fact that decides; --format html or json adds where it was read."
    return "\n\n".join([*blocks, "\n".join([*textwrap.wrap(legend(), width), *textwrap.wrap(foot, width)])]) + "\n"


def _section(section: Section, width: int, *, colour: bool) -> Iterator[str]:
    shown = [f"{number} {word}" for each, word in COUNTED.items() if (number := section.count(each))]
    name = visible(section.cluster)
    head, *more = textwrap.wrap(f"{name}  {section.about}: {', '.join(shown)}", width, break_on_hyphens=False)
    yield paint(name, _STRONG, colour=colour) + head.removeprefix(name)
    yield from more
    yield ""
    own = [row for row in section.rows if is_ours(row)]
    rows = [row for row in section.rows if not is_ours(row)]
    loud = [row for row in own if row.colour is not Colour.GREEN]
    heads = {row.group for row in rows if row.subject == row.group}
    names = [_name(row, heads) for row in (*rows, *loud)]
    column = min(max(map(len, names), default=0), width // 3)
    for row in (*rows, *loud):
        yield from _row(row, _name(row, heads), column, width, colour=colour)
    quiet = len(own) - len(loud)
    if quiet:
        text = f"{quiet} features and APIs that the generated files use are served"
        yield f"  {sign(Colour.GREEN, colour_wanted=colour)} {text}"
    if section.silent:
        text = f"{len(section.silent)} more without facts: {', '.join(map(visible, section.silent))}"
        for index, line in enumerate(textwrap.wrap(text, width - 4, break_on_hyphens=False)):
            start = sign(Colour.GREY, colour_wanted=colour) if index == 0 else " "
            yield f"  {start} {paint(line, _WEAK, colour=colour)}"


def _name(row: Row, heads: Collection[str]) -> str:
    """Return what is held; inset below its product where that has a row, behind its product where it has no version."""
    name = visible(f"{row.name} {row.version}".rstrip())
    if not row.version and row.group not in heads:
        return f"{visible(row.group)}: {name}"
    return f"  {name}" if row.subject != row.group and row.group in heads else name


def _row(row: Row, name: str, column: int, width: int, *, colour: bool) -> Iterator[str]:
    first = True
    for statement in shown_statements(row.statements):
        text = f"{statement.against}: {statement.words}" if statement.against else statement.words
        lines = textwrap.wrap(
            f"{visible(text)} [{statement.fact}]", width - column - 6, break_on_hyphens=False, break_long_words=False
        )
        for index, line in enumerate(lines):
            mark = sign(statement.colour, colour_wanted=colour) if index == 0 else " "
            left = name if first else ""
            yield from _left(left, column, mark, line)
            first = False


def _left(name: str, column: int, mark: str, line: str) -> Iterator[str]:
    """Yield a line of the table; a name that is too long for its column gets a line of its own."""
    if len(name) > column:
        yield f"    {name}"
        name = ""
    yield f"  {mark} {name:<{column}}  {line}"


def shown_statements(statements: Sequence[Statement]) -> Iterable[Statement]:
    """Return the statements that a table has room for: all that are not green, what disagrees, and one that fits."""
    loud = [each for each in statements if each.colour is not Colour.GREEN]
    pairs = {each.against for each in loud if each.against}
    disagreeing = [each for each in statements if each.against in pairs and each.fits and each not in loud]
    calm = [each for each in statements if each.against and each.colour is Colour.GREEN] if not pairs else []
    return [*loud, *disagreeing, *calm[:1]] or statements[:1]


def grid_text(made: Grid, *, width: int, colour: bool) -> str:
    """Return a grid as a table of signs, and below it what decides each row."""
    width = min(max(width, NARROWEST), WIDEST)
    first = max([len(made.product), *map(len, made.rows)], default=0)
    columns = [max(len(column), 1) for column in made.columns]
    head = f"{made.product} (down) against {made.against} (across)"
    lines = [paint(head, _STRONG, colour=colour), ""]
    lines.append("  ".join([" " * first, *made.columns]))
    for row in made.rows:
        cells = (
            sign(made.cells[row, column].colour, colour_wanted=colour) + " " * (space - 1)
            for column, space in zip(made.columns, columns, strict=True)
        )
        lines.append("  ".join([f"{row:<{first}}", *cells]).rstrip())
    lines += ["", *textwrap.wrap(f"{legend()}   {SIGNS[Colour.GREY]} {WORDS[Colour.GREY]}", width), ""]
    for row, statements in reasons(made):
        for index, statement in enumerate(statements):
            text = f"{statement.words} [{statement.fact}]"
            wrapped = textwrap.wrap(text, width - first - 4, break_on_hyphens=False, break_long_words=False)
            for part, line in enumerate(wrapped):
                mark = sign(statement.colour, colour_wanted=colour) if part == 0 else " "
                left = row if index == part == 0 else ""
                lines.append(f"{left:<{first}}  {mark} {line}")
    for each in left_out(made):
        lines += ["", each]
    return "\n".join(lines) + "\n"


def changes_text(changes: Sequence[Change], *, width: int, colour: bool) -> str:
    """Return what would change, cluster by cluster."""
    width = min(max(width, NARROWEST), WIDEST)
    lines: list[str] = []
    cluster = None
    for change in changes:
        if change.cluster != cluster:
            cluster = change.cluster
            lines += [*([""] if lines else []), paint(visible(cluster), _STRONG, colour=colour)]
        lines += list(_change(change, width, colour=colour))
    return "\n".join(lines) + "\n" if lines else ""


def _change(change: Change, width: int, *, colour: bool) -> Iterator[str]:
    row = change.row
    before = change.before.version if change.before else "not there"
    after = change.after.version if change.after else "not there"
    versions = before if before == after else f"{before} → {after}"
    colours = (change.before.colour if change.before else None, change.colour)
    marks = " → ".join(sign(each, colour_wanted=colour) for each in colours if each is not None)
    yield f"  {marks} {visible(row.name)} {visible(versions)}"
    if change.loses_dates:
        yield f"      {SIGNS[Colour.GREY]} until when {visible(after)} is supported is not known"
    known = {(each.fact, each.words, each.colour) for each in change.before.statements} if change.before else set()
    for statement in shown_statements(row.statements) if change.after else ():
        if (statement.fact, statement.words, statement.colour) in known:
            continue
        text = f"{statement.against}: {statement.words}" if statement.against else statement.words
        mark = SIGNS[statement.colour]
        yield from textwrap.wrap(
            f"{visible(text)} [{statement.fact}]",
            width,
            initial_indent=f"      {mark} ",
            subsequent_indent="        ",
            break_on_hyphens=False,
            break_long_words=False,
        )
