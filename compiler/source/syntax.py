"""Explains why a text is no YAML, from the place where libyaml stopped; knows neither trees nor platforms.

libyaml's English is shown as a note where nothing better is known, and never matched: the text itself says what is
wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum

from yaml import YAMLError
from yaml.scanner import ScannerError

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.diagnostics.place import Lines
from compiler.model.frozen import frozen
from compiler.source.lexing import BrokenText
from compiler.source.trace import Trace

MAX_SHOWN = 200
"""Characters of the user's text in a help."""

_CLOSING = {"[": "]", "{": "}"}
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: [^\r\n]*)?(?=\r?$)", re.MULTILINE)
DEEPER_THAN_ANY = 1_000_000
"""An indentation, in spaces: nothing below belongs to the line."""
_GLUED = re.compile(r"[ ]*(?:- +)*([\w./-]+):([^\s:/].*)")


class Siblings(Enum):
    """Which lines of the same depth below a broken line are broken in the same way."""

    NONE = "none"
    ALL = "all"
    ITEMS = "items"
    KEYS = "keys"

    def has(self, line: str) -> bool:
        """Return whether `line` is one of them."""
        if self is Siblings.NONE or self is Siblings.ALL:
            return self is Siblings.ALL
        return line.lstrip().startswith("-") is (self is Siblings.ITEMS)


@frozen
class Problem:
    """An explained mistake: the finding, and which lines to set aside to read on.

    `start` lies in the first of these lines, `reach` in the last; deeper lines below the first belong to it too, and
    those of the same depth that `siblings` names. `depth` is the indentation that the first line was meant to have,
    in spaces, where that is more than it has.
    """

    finding: Diagnostic
    start: int
    reach: int
    siblings: Siblings
    depth: int = 0


def explain(lines: Lines, file: str, error: YAMLError, seen: Trace) -> Problem:
    """Return why the text broke.

    Reports: merge-conflict, bad-escape, unclosed-quote, reserved-character, bad-block-header, mismatched-bracket,
    unclosed-bracket, missing-comma, stray-bracket, list-on-key-line, text-after-value, colon-in-text,
    missing-space-after-colon, missing-colon, bad-indentation, list-among-keys, missing-dash, syntax-error.
    """
    return _Explainer(lines, file, error, seen).explain()


class _Explainer:
    """The place where one text broke, and the questions asked about it, most telling first."""

    def __init__(self, lines: Lines, file: str, error: YAMLError, seen: Trace) -> None:
        self._lines = lines
        self._text = lines.text
        self._broken = BrokenText(lines)
        self._file = file
        self._seen = seen
        self._is_scanner = isinstance(error, ScannerError)
        self._says = str(getattr(error, "problem", None) or "the text is no YAML")
        problem = getattr(error, "problem_mark", None)
        context = getattr(error, "context_mark", None)
        self._at: int = min(problem.index if problem else len(self._text), len(self._text))
        self._from: int | None = context.index if context else None
        self._character = self._text[self._at : self._at + 1]
        flows = [one.start for one in seen.opened if one.is_flow]
        open_flows, _ = self._broken.scan(seen.last.end, self._at, flows)
        _, self._open_quote = self._broken.scan(seen.last.end, self._broken.end_of_line(self._at), flows)
        self._flow = open_flows[-1] if open_flows else None

    def explain(self) -> Problem:
        """Return the first explanation that fits."""
        return (
            self._about_merging()
            or self._about_quotes()
            or self._about_first_characters()
            or self._about_brackets()
            or self._about_what_follows_a_value()
            or self._about_colons()
            or self._about_indentation()
            or self._unexplained()
        )

    def _about_merging(self) -> Problem | None:
        found = _CONFLICT.search(self._text)
        if found is None:
            return None
        ends = [other.end() for other in _CONFLICT.finditer(self._text) if other[1] == ">" * 7]
        return self._problem(
            "merge-conflict",
            "Git could not merge here, and its marks were committed",
            found.span(),
            reach=next((end for end in ends if end > found.start()), found.end()),
            help="keep what is right of the two sides, and remove the lines that begin with `<<<<<<<`, `=======` and "
            "`>>>>>>>`",
            depth=DEEPER_THAN_ANY,
        )

    def _about_quotes(self) -> Problem | None:
        text, at, last = self._text, self._at, self._seen.last
        context = text[self._from] if self._from is not None and self._from < len(text) else ""
        if self._is_scanner and context == '"' and self._from is not None:
            backslash = text.rfind("\\", max(self._from, at - 2), at + 1)
            if backslash >= 0 and at < len(text):
                return self._problem(
                    "bad-escape",
                    f"`{text[backslash : backslash + 2]}` is no escape that YAML knows",
                    (backslash, backslash + 2),
                    start=self._from,
                    notes=("in double quotes a backslash begins an escape, such as \\n or \\u00e9",),
                    help="use single quotes, where a backslash is a backslash, or write \\\\",
                )
        opened = None
        line_of = self._broken.line_of
        if self._is_scanner and context in {"'", '"'}:
            opened = self._from
        elif last.style in {"'", '"'} and line_of(last.start) < line_of(last.end) == line_of(at):
            opened = last.start
        elif self._open_quote is not None:
            opened = self._open_quote
        if opened is None:
            return None
        quote = text[opened]
        value = text[opened + 1 : self._value_end(opened + 1)]
        return self._problem(
            "unclosed-quote",
            f"the quote `{quote}` is never closed on its line",
            (opened, opened + len(text[opened : self._broken.end_of_line(opened)].rstrip())),
            help=f"{quote}{value}{quote}",
        )

    def _about_first_characters(self) -> Problem | None:
        text = self._text
        start = self._at if self._from is None or not self._is_scanner else self._from
        character = text[start : start + 1]
        if not character or not self._is_scanner:
            return None
        end = self._value_end(start)
        if character in "|>" and self._from is not None and start < self._at:
            return self._problem(
                "bad-block-header",
                f"text stands on the line of `{character}`",
                (self._at, max(end, self._at + 1)),
                help=f"write it on the line below, deeper than its key, or quote it: {_quote(text[start:end])}",
            )
        if character in "@`%*&!|>" and (start == self._at or character in "*&!%"):
            return self._problem(
                "reserved-character",
                f"text without quotes cannot begin with `{character}`",
                (start, end),
                notes=(_RESERVED.get(character, "YAML reserves this character"),),
                help=_quote(text[start:end]),
            )
        return None

    def _about_brackets(self) -> Problem | None:
        text, at, flow = self._text, self._at, self._flow
        last = self._seen.last
        if flow is None:
            if self._character and self._character in "]}":
                return self._problem(
                    "stray-bracket",
                    f"`{self._character}` closes nothing",
                    (at, at + 1),
                    start=last.start if last.ends_value else None,
                    reach=at,
                    help=f"remove this `{self._character}`",
                )
            return None
        opening, closing = text[flow], _CLOSING.get(text[flow], "")
        line, column = self._lines.place(flow)
        if self._character and self._character in "]}" and self._character != closing:
            return self._problem(
                "mismatched-bracket",
                f"`{opening}` is closed by `{self._character}`",
                (at, at + 1),
                start=flow,
                reach=at,
                notes=(f"`{opening}` stands in line {line}, column {column}",),
                help=f"write `{closing}` here",
            )
        here = self._broken.line_of(at)
        is_over = not text[at:].strip() or (here > line and self._broken.indent(here) <= self._broken.indent(line))
        if is_over:
            end = self._broken.end_of_line(flow)
            value = text[flow:end].rstrip()
            return self._problem(
                "unclosed-bracket",
                f"`{opening}` is never closed",
                (flow, flow + 1),
                help=f"{value}{closing}" if value.count("[") + value.count("{") == 1 else f"close it with `{closing}`",
            )
        words = text[last.start : last.end]
        if self._character == ":" and text[:at].rstrip()[-1] in "[{,":
            return self._value_without_key()
        if self._character == ":" and not (last.is_plain and len(words.split()) > 1):
            return self._colon_in_text()
        if self._character == ":":
            # libyaml took the value and the next key for one text of several words.
            before, after = words.split()[-2:]
            gap = last.start + len(words[: words.rindex(after)].rstrip())
        else:
            gap, before, after = at, text[last.start : last.end].strip(), self._broken.word(at)
        return self._problem(
            "missing-comma",
            f"no comma between `{_short(before)}` and `{_short(after)}`",
            (gap, max(gap + 1, self._at)) if gap < at else (at, at + max(1, len(after))),
            start=flow,
            reach=self._end_of_flow(line),
            help=f"{_short(before)}, {_short(after)}",
        )

    def _about_what_follows_a_value(self) -> Problem | None:
        text, at, last = self._text, self._at, self._seen.last
        before = text[self._broken.start_of_line(at) : at]
        if self._is_scanner and text[at : at + 2].rstrip() == "-" and before.strip():
            indent = " " * (self._broken.indent(self._broken.line_of(at)) + 2)
            return self._problem(
                "list-on-key-line",
                "a list begins on the line of its key",
                (at, self._value_end(at)),
                help=f"{before.rstrip()}\n{indent}{text[at : self._value_end(at)]}",
            )
        if last.ends_value and last.end <= at < self._value_end(last.end) and self._character not in {":", ""}:
            after = text[last.end : self._value_end(last.end)]
            value = text[last.start : last.end].strip(last.style if last.style != "*" else "")
            return self._problem(
                "text-after-value",
                f"`{_short(text[at : self._value_end(at)])}` stands after the end of the value",
                (at, self._value_end(at)),
                start=last.start,
                reach=at,
                help=_quote(value + after) if last.style else "remove it, or make it a comment: put ` #` before it",
            )
        return None

    def _about_colons(self) -> Problem | None:
        text, at, last = self._text, self._at, self._seen.last
        if not self._is_scanner:
            return None
        if self._from is not None:
            return self._about_a_line_without_colon(self._from)
        if self._character != ":":
            return None
        if last.is_plain and self._broken.line_of(last.start) < self._broken.line_of(at):
            glued = self._glued(last.start)
            if glued is not None:
                return glued
            first = self._broken.start_of_line(at) + self._broken.indent(self._broken.line_of(at))
            return self._problem(
                "bad-indentation",
                f"`{_short(text[first:at])}` is indented below text",
                (first, at),
                siblings=Siblings.ALL,
                notes=(f"`{_short(text[last.start : last.end])}` above is already a whole value",),
                help="give it the indentation of its neighbours, or remove the text above",
            )
        return self._colon_in_text() if last.is_plain else None

    def _value_without_key(self) -> Problem:
        at = self._at
        return self._problem(
            "key-not-text",
            "a value has no key before its colon",
            (at, at + 1),
            help=f"write a key before the colon: `key: {self._text[at + 1 : self._value_end(at + 1)].strip()}`",
        )

    def _colon_in_text(self) -> Problem:
        text, last = self._text, self._seen.last
        end = self._value_end(self._at)
        return self._problem(
            "colon-in-text",
            "a second colon on one line",
            (self._at, self._at + 1),
            notes=("in text, a colon with a space after it needs quotes around the text",),
            help=_quote(text[last.start : end]),
        )

    def _about_a_line_without_colon(self, start: int) -> Problem:
        end = self._value_end(start)
        glued = self._glued(start)
        if glued is not None:
            return glued
        words = self._text[start:end]
        return self._problem(
            "missing-colon",
            f"`{_short(words)}` is neither `key: value` nor `- item`",
            (start, end),
            help=": ".join(words.split(None, 1)) if " " in words else f"{words}: …",
        )

    def _glued(self, start: int) -> Problem | None:
        line_start, end = self._broken.start_of_line(start), self._value_end(start)
        found = _GLUED.fullmatch(self._text[line_start:end])
        if found is None:
            return None
        return self._problem(
            "missing-space-after-colon",
            f"`{_short(f'{found[1]}:{found[2]}')}` has no space after its colon",
            (line_start + found.start(1), end),
            notes=("without the space it is one word, and no key with a value",),
            help=f"{found[1]}: {found[2]}",
        )

    def _about_indentation(self) -> Problem | None:
        text, at = self._text, self._at
        opened = [one for one in self._seen.opened if not one.is_flow]
        before = text[self._broken.start_of_line(at) : at]
        if not opened or before.strip() or not self._character.strip():
            return None
        if self._character == ":":
            return self._value_without_key()
        inner = opened[-1]
        column = self._lines.place(inner.start)[1] - 1
        is_item = text[at : at + 2].rstrip() == "-"
        end = max(self._value_end(at), at + 1)
        if len(before) == column and inner.is_mapping and is_item:
            return self._problem(
                "list-among-keys",
                "a list item stands among keys",
                (at, end),
                siblings=Siblings.ITEMS,
                help="indent it below the key that it belongs to, or give it a key",
            )
        if len(before) == column and not inner.is_mapping and not is_item:
            return self._problem(
                "missing-dash",
                f"`{_short(text[at:end])}` stands among list items without a dash",
                (at, end),
                siblings=Siblings.KEYS,
                help=f"- {text[at:end]}   # or indent it below the item that it belongs to",
            )
        starts = [one.start for one in opened] + self._seen.closed
        known = sorted({self._lines.place(start)[1] - 1 for start in starts})
        if len(before) in known:
            return None
        nearest = min(known, key=lambda width: (abs(width - len(before)), -width))
        fitting = ", ".join(map(str, known[:-1])) + (" or " if known[:-1] else "") + str(known[-1])
        return self._problem(
            "bad-indentation",
            f"{len(before)} spaces of indentation fit no line above",
            (at, end),
            siblings=Siblings.ALL,
            notes=(f"here a line may be indented by {fitting}",),
            help=f"indent it like its neighbours:\n{' ' * nearest}{text[at:end]}",
            depth=nearest,
        )

    def _unexplained(self) -> Problem:
        at = self._at
        if not self._text[at:].strip():
            at = max(len(self._text.rstrip()) - 1, 0)
        return self._problem(
            "syntax-error",
            "the text is no YAML from here on",
            (at, at + max(1, len(self._broken.word(at)))),
            notes=(f"the YAML reader says: {self._says}",),
            help="look here and on the line above for tabs, a missing space after a colon, an indentation that does "
            "not fit, or a quote or bracket that is not closed",
        )

    def _problem(
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
        begin, end = place
        span = self._lines.span(self._file, begin, end)
        if end > begin and (span.line, span.column) == (span.end_line, span.end_column):
            span = replace(span, column=max(1, span.column - 1))
        finding = Diagnostic(code, Severity.ERROR, message, span=span, notes=notes, help=help)
        first = begin if start is None else start
        return Problem(finding, first, max(first, reach or begin), siblings, depth)

    def _value_end(self, start: int) -> int:
        """Return where the text from `start` ends on its line: before a comment, and within brackets before a comma."""
        line = self._text[start : self._broken.end_of_line(start)]
        ends = r"(?:^|\s)#|[,\]}]" if self._flow is not None else r"(?:^|\s)#"
        return start + len(re.split(ends, line, maxsplit=1)[0].rstrip())

    def _end_of_flow(self, first: int) -> int | None:
        """Return where the brackets opened in line `first` are closed on a line of their own below the mistake."""
        for number in range(self._broken.line_of(self._at) + 1, self._lines.count + 1):
            line = self._lines.line(number)
            if line.strip() and self._broken.indent(number) <= self._broken.indent(first):
                return self._lines.offset(number, 1) if line.lstrip()[0] in "]}" else None
        return None


_RESERVED = {
    "*": "`*` names an anchor that stands elsewhere in the file",
    "&": "`&` gives a value a name for aliases",
    "!": "`!` begins a tag",
    "%": "`%` begins a directive",
}


def _quote(text: str) -> str:
    """Return text in the quotes that need no escape, if there are such; of a very long one only the advice."""
    if len(text) > MAX_SHOWN:
        return "put quotes around the whole text"
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _short(text: str) -> str:
    """Return the first line of a text, at most 40 characters of it."""
    line = (text.splitlines() or [""])[0]
    return line if len(line) <= 40 else line[:39] + "…"
