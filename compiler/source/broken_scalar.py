"""Why a quoted or plain text is no YAML, by itself or for what stands behind it."""

from __future__ import annotations

from compiler.source.breakage import Breakage
from compiler.source.problem import Problem, quote, short

_RESERVED = {
    "*": "`*` names an anchor that stands elsewhere in the file",
    "&": "`&` gives a value a name for aliases",
    "!": "`!` begins a tag",
    "%": "`%` begins a directive",
}


def about_quotes(breakage: Breakage) -> Problem | None:
    """Return that a quote is not closed or holds a bad escape, or nothing where it is not that."""
    text, at, last = breakage.text, breakage.at, breakage.seen.last
    context = text[breakage.begun] if breakage.begun is not None and breakage.begun < len(text) else ""
    if breakage.is_scanner and context == '"' and breakage.begun is not None:
        backslash = text.rfind("\\", max(breakage.begun, at - 2), at + 1)
        if backslash >= 0 and at < len(text):
            return breakage.problem(
                "bad-escape",
                f"`{text[backslash : backslash + 2]}` is no escape that YAML knows",
                (backslash, backslash + 2),
                start=breakage.begun,
                notes=("in double quotes a backslash begins an escape, such as \\n or \\u00e9",),
                help="use single quotes, where a backslash is a backslash, or write \\\\",
            )
    opened = None
    line_of = breakage.broken.line_of
    if breakage.is_scanner and context in {"'", '"'}:
        opened = breakage.begun
    elif last.style in {"'", '"'} and line_of(last.start) < line_of(last.end) == line_of(at):
        opened = last.start
    elif breakage.open_quote is not None:
        opened = breakage.open_quote
    if opened is None:
        return None
    quote = text[opened]
    value = text[opened + 1 : breakage.value_end(opened + 1)]
    return breakage.problem(
        "unclosed-quote",
        f"the quote `{quote}` is never closed on its line",
        (opened, opened + len(text[opened : breakage.broken.end_of_line(opened)].rstrip())),
        help=f"{quote}{value}{quote}",
    )


def about_first_characters(breakage: Breakage) -> Problem | None:
    """Return that text begins as it cannot without quotes, or nothing where it is not that."""
    text = breakage.text
    start = breakage.at if breakage.begun is None or not breakage.is_scanner else breakage.begun
    character = text[start : start + 1]
    if not character or not breakage.is_scanner:
        return None
    end = breakage.value_end(start)
    if character in "|>" and breakage.begun is not None and start < breakage.at:
        return breakage.problem(
            "bad-block-header",
            f"text stands on the line of `{character}`",
            (breakage.at, max(end, breakage.at + 1)),
            help=f"write it on the line below, deeper than its key, or quote it: {quote(text[start:end])}",
        )
    if character in "@`%*&!|>" and (start == breakage.at or character in "*&!%"):
        return breakage.problem(
            "reserved-character",
            f"text without quotes cannot begin with `{character}`",
            (start, end),
            notes=(_RESERVED.get(character, "YAML reserves this character"),),
            help=quote(text[start:end]),
        )
    return None


def about_what_follows_a_value(breakage: Breakage) -> Problem | None:
    """Return that something stands behind a whole value, or nothing where it is not that."""
    text, at, last = breakage.text, breakage.at, breakage.seen.last
    before = text[breakage.broken.start_of_line(at) : at]
    if breakage.is_scanner and text[at : at + 2].rstrip() == "-" and before.strip():
        indent = " " * (breakage.broken.indent(breakage.broken.line_of(at)) + 2)
        return breakage.problem(
            "list-on-key-line",
            "a list begins on the line of its key",
            (at, breakage.value_end(at)),
            help=f"{before.rstrip()}\n{indent}{text[at : breakage.value_end(at)]}",
        )
    if last.ends_value and last.end <= at < breakage.value_end(last.end) and breakage.character not in {":", ""}:
        after = text[last.end : breakage.value_end(last.end)]
        value = text[last.start : last.end].strip(last.style if last.style != "*" else "")
        return breakage.problem(
            "text-after-value",
            f"`{short(text[at : breakage.value_end(at)])}` stands after the end of the value",
            (at, breakage.value_end(at)),
            start=last.start,
            reach=at,
            help=quote(value + after) if last.style else "remove it, or make it a comment: put ` #` before it",
        )
    return None
