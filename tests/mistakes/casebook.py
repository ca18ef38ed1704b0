"""The mistakes of `tests/mistakes/*.yaml`, each made in a platform file, judged by the real stages, and told as a page.

Knows no single code: what is expected stands in the chapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Diagnostic, Severity, Span
from compiler.diagnostics.place import Source, place_findings
from compiler.pipeline import Sources, Understanding, understand
from compiler.source.loader import text_only

FOLDER = Path(__file__).parent
AS_OF = date(2026, 6, 1)
"""The day on which the mistakes are judged; life cycles depend on it."""

HERE = "▸"
"""Stands in a chapter before the place where the finding is expected."""

FILE = "platform.yaml"
_CODE_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be found, and the offset at which, in characters; `fix` says whether `--fix` corrects it."""

    code: str
    severity: Severity
    fix: bool
    offset: int
    file: str = FILE


@dataclass(frozen=True, slots=True)
class Mistake:
    """One platform file with one mistake, or with several that have nothing to do with each other."""

    chapter: str
    title: str
    text: str
    expected: tuple[Expected, ...]
    files: Mapping[str, str]
    """The other files beside the platform file, by path."""

    @property
    def id(self) -> str:
        """Return the name of its test."""
        return f"{self.chapter}: {self.title}"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and where it stands."""

    finding: Diagnostic
    span: Span
    line: str


@cache
def mistakes() -> tuple[Mistake, ...]:
    """Return every mistake, chapter by chapter in the order of the files.

    Raises: `ValueError` for an entry that cannot be what its author meant.
    """
    return tuple(mistake for path in sorted(FOLDER.glob("*.yaml")) for mistake in _chapter(path))


def _chapter(path: Path) -> Iterator[Mistake]:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in written["mistakes"]:
        title = entry["mistake"]
        unknown = entry.keys() - {"mistake", "base", "edits", "files", "without", *_EDIT_KEYS}
        edits = entry.get("edits") or [{key: entry[key] for key in entry.keys() & _EDIT_KEYS}]
        edits = [edit for edit in edits if edit]
        unknown |= {key for edit in edits for key in edit.keys() - _EDIT_KEYS}
        if unknown:
            raise ValueError(f"{path.name}: {title}: keys {sorted(unknown)} mean nothing")
        try:
            name = entry.get("base", "acme")
            text, expected = _made(_base(name), edits)
            files = {path: text for path, text in files_of(name).items() if path not in entry.get("without", ())}
            for file, edit in entry.get("files", {}).items():
                files[file], more = _made(files[file] if "was" in edit else "", [edit], file)
                expected += more
        except ValueError as problem:
            raise ValueError(f"{path.name}: {title}: {problem}") from problem
        yield Mistake(written["chapter"], title, text, expected, files)


_EDIT_KEYS = {"was", "now", "code", "severity", "fix"}


@cache
def _base(name: str) -> str:
    return "" if name == "empty" else (FOLDER / "bases" / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def files_of(name: str) -> Mapping[str, str]:
    """Return the files that stand beside a base, by their paths."""
    folder = FOLDER / "bases" / name
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def _made(text: str, edits: list[dict[str, Any]], file: str = FILE) -> tuple[str, tuple[Expected, ...]]:
    """Return the text after the edits, and what is expected where.

    An edit without `was` adds to the end, one without `code` is no mistake by itself.
    """
    for number, edit in enumerate(edits):
        now = edit["now"]
        if now.count(HERE) != ("code" in edit):
            raise ValueError(f"`now` has {HERE} {now.count(HERE)} times")
        now = now.replace(HERE, _mark(number))
        if "was" not in edit:
            text += now
            continue
        if text.count(edit["was"]) != 1:
            raise ValueError(f"{edit['was']!r} stands {text.count(edit['was'])} times in the base")
        text = text.replace(edit["was"], now)
    offsets = {}
    marked = [number for number, edit in enumerate(edits) if "code" in edit]
    for number in sorted(marked, key=lambda number: text.index(_mark(number))):
        offsets[number] = text.index(_mark(number))
        text = text.replace(_mark(number), "")
    return text, tuple(
        Expected(edit["code"], Severity(edit.get("severity", "error")), bool(edit.get("fix")), offsets[number], file)
        for number, edit in enumerate(edits)
        if "code" in edit
    )


def _mark(number: int) -> str:
    """Return a character of the private use area, of which no platform file has any."""
    return chr(0xE000 + number)


@cache
def catalog() -> Catalog:
    """Return the catalog, loaded once."""
    return Catalog()


def understood(text: str | bytes, files: Mapping[str, str] | None = None) -> Understanding:
    """Return what the real stages say of a platform file without lock and with these other files only."""
    data = text if isinstance(text, bytes) else text.encode()
    there = files or {}

    def read(path: str) -> bytes | None:
        if path.endswith("/"):
            return "\n".join(sorted(each for each in there if each.startswith(path))).encode() or None
        return there[path].encode() if path in there else None

    return understand(Sources(FILE, data, None, "", read), catalog(), as_of=AS_OF)


def found(mistake: Mistake) -> list[Found]:
    """Return the errors and warnings of the files by their places; of infos only those that are expected."""
    understanding = understood(mistake.text, mistake.files)
    sources: dict[str, Source] = {path: text_only(text.encode(), path) for path, text in mistake.files.items()}
    sources[FILE] = understanding.document or text_only(mistake.text.encode(), FILE)
    infos = {each.code for each in mistake.expected if each.severity is Severity.INFO}
    placed = place_findings(understanding.diagnostics, {FILE: sources[FILE], **sources})
    return [
        Found(finding, span, sources[span.file].lines.line(span.line))
        for span, finding in placed
        if finding.severity is not Severity.INFO or finding.code in infos
    ]


def page() -> str:
    """Return the page docs/mistakes.md."""
    every = mistakes()
    chapters: dict[str, list[Mistake]] = {}
    for mistake in every:
        chapters.setdefault(mistake.chapter, []).append(mistake)
    lines = [_HEAD.format(count=len(every), codes=len({each.code for one in every for each in one.expected}))]
    for chapter, members in chapters.items():
        lines += [f"## {chapter}", "", "| mistake | stands in | finding | way out |", "| --- | --- | --- | --- |"]
        for mistake in members:
            lines += _rows(mistake)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_HEAD = """# Mistakes

{count} mistakes that platform engineers make, each made in a platform file and judged by the real stages: the line and
column at which each is found, its code (one of {codes} here), what is said, and the way out. "`--fix`" stands where
`check --fix` corrects it. Made from `tests/mistakes/` by `make update-golden`, and held to it by a test.
"""


def _rows(mistake: Mistake) -> Iterator[str]:
    title = mistake.title
    for each in found(mistake):
        finding = each.finding
        code = f"[{finding.code}](findings.md#{finding.code})"
        severity = "" if finding.severity is Severity.ERROR else f" ({finding.severity.value})"
        fix = "`--fix`: " if finding.fix is not None else ""
        yield (
            f"| {_cell(title)} | {_file(each.span)}{each.span.line}:{each.span.column} {_code(each.line)} "
            f"| {code}{severity}: {_cell(finding.message)} | {fix}{_cell(finding.help or '')} |"
        )
        title = ""


def _file(span: Span) -> str:
    return "" if span.file == FILE else f"{span.file}:"


def _cell(text: str) -> str:
    """Return text for a cell of a table in Markdown; nothing in it is markup but code."""
    plain = _visible(" ".join(text.split()))
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _code(line: str) -> str:
    """Return a line as code, in a cell."""
    text = _visible(line.strip(" \r\n"))
    text = text if len(text) <= _CODE_WIDTH else f"{text[:_CODE_WIDTH]}…"
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|") if text else ""


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in text)
