"""Why text within brackets is no YAML; knows neither lines of keys nor quotes."""

from __future__ import annotations

from compiler.source.breakage import Breakage
from compiler.source.problem import Problem, short

_CLOSING = {"[": "]", "{": "}"}


def about_brackets(breakage: Breakage) -> Problem | None:
    """Return what is wrong with or within brackets, or nothing where it is not that."""
    text, at, flow = breakage.text, breakage.at, breakage.flow
    last = breakage.seen.last
    if flow is None:
        if breakage.character and breakage.character in "]}":
            return breakage.problem(
                "stray-bracket",
                f"`{breakage.character}` closes nothing",
                (at, at + 1),
                start=last.start if last.ends_value else None,
                reach=at,
                help=f"remove this `{breakage.character}`",
            )
        return None
    opening, closing = text[flow], _CLOSING.get(text[flow], "")
    line, column = breakage.lines.place(flow)
    if breakage.character and breakage.character in "]}" and breakage.character != closing:
        return breakage.problem(
            "mismatched-bracket",
            f"`{opening}` is closed by `{breakage.character}`",
            (at, at + 1),
            start=flow,
            reach=at,
            notes=(f"`{opening}` stands in line {line}, column {column}",),
            help=f"write `{closing}` here",
        )
    row = breakage.broken.line_of(at)
    is_over = not text[at:].strip() or (row > line and breakage.broken.indent(row) <= breakage.broken.indent(line))
    if is_over:
        end = breakage.broken.end_of_line(flow)
        value = text[flow:end].rstrip()
        return breakage.problem(
            "unclosed-bracket",
            f"`{opening}` is never closed",
            (flow, flow + 1),
            help=f"{value}{closing}" if value.count("[") + value.count("{") == 1 else f"close it with `{closing}`",
        )
    words = text[last.start : last.end]
    if breakage.character == ":" and text[:at].rstrip()[-1] in "[{,":
        return breakage.value_without_key()
    if breakage.character == ":" and not (last.is_plain and len(words.split()) > 1):
        return breakage.colon_in_text()
    if breakage.character == ":":
        # libyaml took the value and the next key for one text of several words.
        before, after = words.split()[-2:]
        gap = last.start + len(words[: words.rindex(after)].rstrip())
    else:
        gap, before, after = at, text[last.start : last.end].strip(), breakage.broken.word(at)
    return breakage.problem(
        "missing-comma",
        f"no comma between `{short(before)}` and `{short(after)}`",
        (gap, max(gap + 1, breakage.at)) if gap < at else (at, at + max(1, len(after))),
        start=flow,
        reach=breakage.end_of_flow(line),
        help=f"{short(before)}, {short(after)}",
    )
