"""The matrix as one HTML page that needs nothing else: readable by eye, keyboard and screen reader, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from compiler.diagnostics.display import visible
from compiler.matrix.grid import Grid, left_out, reasons
from compiler.matrix.report import COUNTED, SIGNS, WORDS, Report, Row, Section, Statement
from compiler.matrix.verdicts import Colour

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --weak: #57606a; --paper: #ffffff; --line: #d0d7de; --head: #f6f8fa;
  --red: #a40e26; --red-back: #ffebe9; --yellow: #7a4d00; --yellow-back: #fff4d1;
  --green: #0b5c26; --green-back: #e3f7e8;
  --grey: #57606a; --grey-back: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --weak: #9ba6b2; --paper: #0d1117; --line: #373e47;
  --head: #161b22; --red: #ff9d95; --red-back: #3f1215; --yellow: #f0c14b; --yellow-back: #332708; --green: #7ee2a0;
  --green-back: #0d2c18; --grey: #9ba6b2; --grey-back: #1c2128; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
p.about, caption { color: var(--weak); text-align: left; margin: 0 0 .6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
table.grid { width: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
td, small, .fact { overflow-wrap: anywhere; }
thead th { background: var(--head); }
tbody th { font-weight: 600; white-space: nowrap; }
tbody th.inside { font-weight: 400; padding-left: 1.8rem; }
.grid td { text-align: center; }
.mark { display: inline-block; border-radius: .3rem; padding: 0 .45rem; font-weight: 600; white-space: nowrap; }
.red { color: var(--red); background: var(--red-back); }
.yellow { color: var(--yellow); background: var(--yellow-back); }
.green { color: var(--green); background: var(--green-back); }
.grey { color: var(--grey); background: var(--grey-back); }
ul.says { list-style: none; margin: 0; padding: 0; } ul.says li + li { margin-top: .25rem; }
.fact { font-size: .85em; } a { color: inherit; } small { color: var(--weak); white-space: normal; }
details { margin-top: .6rem; color: var(--weak); }
"""


def as_html(made: Report) -> str:
    """Return the matrix as a whole page."""
    title = f"Compatibility of {made.platform}"
    nav = "".join(f'<li><a href="#{_id(each.cluster)}">{_safe(each.cluster)}</a></li>' for each in made.sections)
    body = [f"<h1>{_safe(title)}</h1>", f"<p>As of {made.as_of}.</p>", _legend()]
    body += [f'<nav aria-label="Clusters"><ul>{nav}</ul></nav>'] if len(made.sections) > 1 else []
    for section in made.sections:
        body += _section(section)
    return _page(title, body)


def grid_html(made: Grid) -> str:
    """Return a grid as a whole page."""
    title = f"{made.product} against {made.against}"
    head = "".join(f'<th scope="col">{_safe(column)}</th>' for column in made.columns)
    rows = []
    for row in made.rows:
        cells = "".join(f"<td>{_mark(made.cells[row, column].colour, short=True)}</td>" for column in made.columns)
        rows.append(f'<tr><th scope="row">{_safe(row)}</th>{cells}</tr>')
    body = [f"<h1>{_safe(title)}</h1>", _legend()]
    body += ['<div class="scroll" tabindex="0" role="region" aria-label="Versions"><table class="grid">']
    body += [f"<caption>{_safe(made.product)} down, {_safe(made.against)} across</caption>"]
    body += [f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"]
    body += [f'<p class="about">{_safe(each)}.</p>' for each in left_out(made)]
    body += ["<h2>What decides</h2>", '<div class="scroll" tabindex="0" role="region" aria-label="What decides">']
    body += ["<table><thead><tr>"]
    body += ['<th scope="col">version</th><th scope="col">says</th></tr></thead><tbody>']
    for row, statements in reasons(made):
        body.append(f'<tr><th scope="row">{_safe(row)}</th><td>{_says(statements)}</td></tr>')
    return _page(title, [*body, "</tbody></table></div>"])


def _page(title: str, body: Iterable[str]) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>{_safe(title)}</title><style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n<main>\n' + "\n".join(
        [*body, "</main>\n</body></html>\n"]
    )


def _section(section: Section) -> Iterator[str]:
    counts = ", ".join(f"{number} {word}" for each, word in COUNTED.items() if (number := section.count(each)))
    yield f'<section aria-labelledby="{_id(section.cluster)}">'
    yield f'<h2 id="{_id(section.cluster)}">{_safe(section.cluster)}</h2>'
    yield f'<p class="about">{_safe(section.about)}: {counts}</p>'
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="Matrix of {_safe(section.cluster)}"><table>'
    head = "".join(f'<th scope="col">{word}</th>' for word in ("what", "verdict", "says"))
    yield f"<thead><tr>{head}</tr></thead><tbody>"
    for row in section.rows:
        yield _row(row)
    yield "</tbody></table></div>"
    if section.silent:
        names = _safe(", ".join(section.silent))
        yield f"<details><summary>{len(section.silent)} more without facts</summary><p>{names}</p></details>"
    yield "</section>"


def _row(row: Row) -> str:
    inside = "" if row.subject == row.group else ' class="inside"'
    name = _safe(f"{row.name} {row.version}".strip())
    return (
        f'<tr><th scope="row"{inside}>{name}<br><small>{_safe(row.comes)}</small></th>'
        f"<td>{_mark(row.colour)}</td><td>{_says(row.statements)}</td></tr>"
    )


def _says(statements: Iterable[Statement]) -> str:
    return f'<ul class="says">{"".join(map(_statement, statements))}</ul>'


def _statement(statement: Statement) -> str:
    against = f"<b>{_safe(statement.against)}</b>: " if statement.against else ""
    link = f'class="fact" href="{escape(statement.source)}" title="{_safe(statement.cited)}"'
    fact = f"<a {link}>{_safe(statement.fact)}</a>"
    strength = _safe(statement.strength)
    return f"<li>{_mark(statement.colour, short=True)} {against}{_safe(statement.words)} ({fact}, {strength})</li>"


def _mark(colour: Colour, *, short: bool = False) -> str:
    """Return a verdict as sign and word; a short one has its word for screen readers and as a tooltip."""
    words = WORDS[colour]
    if short:
        return f'<span class="mark {colour.hue}" role="img" aria-label="{words}" title="{words}">{SIGNS[colour]}</span>'
    return f'<span class="mark {colour.hue}"><span aria-hidden="true">{SIGNS[colour]}</span> {colour.value}</span>'


def _legend() -> str:
    entries = (f"<li>{_mark(each, short=True)} {WORDS[each]}</li>" for each in (*reversed(COUNTED), Colour.GREY))
    return f'<ul class="says" aria-label="Signs">{"".join(entries)}</ul>'


def _id(cluster: str) -> str:
    return f"cluster-{_safe(cluster)}"


def _safe(text: str) -> str:
    return escape(visible(text))
