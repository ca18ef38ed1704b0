"""The matrix as Markdown, for pull requests and wikis; knows no other format."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.diagnostics.display import visible
from compiler.matrix.grid import Grid, left_out, reasons
from compiler.matrix.report import COUNTED, SIGNS, WORDS, Report, Row, Section, Statement
from compiler.matrix.text import shown_statements
from compiler.matrix.verdicts import Colour


def as_markdown(made: Report) -> str:
    """Return the matrix, one table for each cluster, with links to the sources."""
    lines = [f"# Compatibility of {_safe(made.platform)}", "", f"As of {made.as_of}. {_legend()}", ""]
    for section in made.sections:
        lines += [*_section(section), ""]
    return "\n".join(lines)


def grid_markdown(made: Grid) -> str:
    """Return a grid as one table, and what decides each row."""
    lines = [f"# {_safe(made.product)} against {_safe(made.against)}", "", _legend(), ""]
    lines += ["| | " + " | ".join(made.columns) + " |", "| - |" + " :-: |" * len(made.columns)]
    for row in made.rows:
        signs = (SIGNS[made.cells[row, column].colour] for column in made.columns)
        lines.append(f"| **{row}** | " + " | ".join(signs) + " |")
    lines += [line for each in left_out(made) for line in ("", f"{_safe(each)}.")]
    lines += ["", "| version | what decides | fact |", "| - | - | - |"]
    for row, statements in reasons(made):
        lines += [f"| {row} | {SIGNS[each.colour]} {_safe(each.words)} | {_link(each)} |" for each in statements]
    return "\n".join([*lines, ""])


def _section(section: Section) -> Iterator[str]:
    counts = ", ".join(f"{number} {word}" for each, word in COUNTED.items() if (number := section.count(each)))
    yield f"## {_safe(section.cluster)}"
    yield ""
    yield f"{_safe(section.about)}: {counts}."
    yield ""
    yield "| | what | because | says | fact |"
    yield "| :-: | - | - | - | - |"
    for row in section.rows:
        yield from _row(row)
    if section.silent:
        yield ""
        yield f"Without facts: {_safe(', '.join(section.silent))}."


def _row(row: Row) -> Iterator[str]:
    what, because = f"{row.name} {row.version}".strip(), row.comes
    for statement in shown_statements(row.statements):
        text = f"{statement.against}: {statement.words}" if statement.against else statement.words
        yield f"| {SIGNS[statement.colour]} | {_safe(what)} | {_safe(because)} | {_safe(text)} | {_link(statement)} |"
        what = because = ""


def _link(statement: Statement) -> str:
    return f"[{_safe(statement.fact)}](<{statement.source}>)"


def _legend() -> str:
    signs = [f"{SIGNS[each]} {WORDS[each]}" for each in (*reversed(COUNTED), Colour.GREY)]
    return "; ".join(signs) + "."


def _safe(text: str) -> str:
    """Return text that Markdown shows as it is."""
    plain = visible(text)
    for character in "\\`*_[]<>|#":
        plain = plain.replace(character, f"\\{character}")
    return plain
