"""The place where one text broke, and what is asked of it by every explanation; explains nothing by itself."""

from __future__ import annotations

import re
from dataclasses import replace

from yaml import YAMLError
from yaml.scanner import ScannerError

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.diagnostics.place import Lines
from compiler.source.lexing import BrokenText
from compiler.source.problem import Problem, Siblings, quote, short
from compiler.source.trace import Trace

_GLUED = re.compile(r"[ ]*(?:- +)*([\w./-]+):([^\s:/].*)")


class Breakage:
    """One broken text: `at` is where libyaml stopped, `begun` where the thing began that it was reading, if it says so.

    Units: offsets into `text`. `character` stands at `at`. `open_quote` is a quote that is not closed on the line,
    `flow` the innermost bracket that is open. `says` is libyaml's own message, for want of a better one.
    """

    def __init__(self, lines: Lines, file: str, error: YAMLError, seen: Trace) -> None:
        self.lines = lines
        self.text = lines.text
        self.broken = BrokenText(lines)
        self.file = file
        self.seen = seen
        self.is_scanner = isinstance(error, ScannerError)
        self.says = str(getattr(error, "problem", None) or "the text is no YAML")
        problem = getattr(error, "problem_mark", None)
        context = getattr(error, "context_mark", None)
        self.at: int = min(problem.index if problem else len(self.text), len(self.text))
        self.begun: int | None = context.index if context else None
        self.character = self.text[self.at : self.at + 1]
        flows = [one.start for one in seen.opened if one.is_flow]
        open_flows, _ = self.broken.scan(seen.last.end, self.at, flows)
        _, self.open_quote = self.broken.scan(seen.last.end, self.broken.end_of_line(self.at), flows)
        self.flow = open_flows[-1] if open_flows else None

    def problem(
        self,
        code: str,
        message: str,
        place: tuple[int, int],
        *,
        help: str,
        notes: tuple[str, ...] = (),
        start: int | None = None,
        reach: int | None = None,
        siblings: Siblings = Siblings.NONE,
        depth: int = 0,
    ) -> Problem:
        """Return the explanation; `start` and `reach` are offsets in the first and the last line of what is broken."""
        begin, end = place
        span = self.lines.span(self.file, begin, end)
        if end > begin and (span.line, span.column) == (span.end_line, span.end_column):
            span = replace(span, column=max(1, span.column - 1))
        finding = Diagnostic(code, Severity.ERROR, message, span=span, notes=notes, help=help)
        first = begin if start is None else start
        return Problem(finding, first, max(first, reach or begin), siblings, depth)

    def value_end(self, start: int) -> int:
        """Return where the text from `start` ends on its line: before a comment, and within brackets before a comma."""
        line = self.text[start : self.broken.end_of_line(start)]
        ends = r"(?:^|\s)#|[,\]}]" if self.flow is not None else r"(?:^|\s)#"
        return start + len(re.split(ends, line, maxsplit=1)[0].rstrip())

    def end_of_flow(self, first: int) -> int | None:
        """Return where the brackets opened in line `first` are closed on a line of their own below the mistake."""
        for number in range(self.broken.line_of(self.at) + 1, self.lines.count + 1):
            line = self.lines.line(number)
            if line.strip() and self.broken.indent(number) <= self.broken.indent(first):
                return self.lines.offset(number, 1) if line.lstrip()[0] in "]}" else None
        return None

    def value_without_key(self) -> Problem:
        """Return that a colon has no key before it."""
        at = self.at
        return self.problem(
            "key-not-text",
            "a value has no key before its colon",
            (at, at + 1),
            help=f"write a key before the colon: `key: {self.text[at + 1 : self.value_end(at + 1)].strip()}`",
        )

    def colon_in_text(self) -> Problem:
        """Return that text holds a colon with a space behind it."""
        text, last = self.text, self.seen.last
        end = self.value_end(self.at)
        return self.problem(
            "colon-in-text",
            "a second colon on one line",
            (self.at, self.at + 1),
            notes=("in text, a colon with a space after it needs quotes around the text",),
            help=quote(text[last.start : end]),
        )

    def glued(self, start: int) -> Problem | None:
        """Return that a key and its value are one word, or nothing where they are not."""
        line_start, end = self.broken.start_of_line(start), self.value_end(start)
        found = _GLUED.fullmatch(self.text[line_start:end])
        if found is None:
            return None
        return self.problem(
            "missing-space-after-colon",
            f"`{short(f'{found[1]}:{found[2]}')}` has no space after its colon",
            (line_start + found.start(1), end),
            notes=("without the space it is one word, and no key with a value",),
            help=f"{found[1]}: {found[2]}",
        )
