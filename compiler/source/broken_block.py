"""Why lines of keys and items are no YAML: colons, dashes and indentation."""

from __future__ import annotations

from compiler.source.breakage import Breakage
from compiler.source.problem import Problem, Siblings, short


def about_colons(breakage: Breakage) -> Problem | None:
    """Return that a colon is missing or one too many, or nothing where it is not that."""
    text, at, last = breakage.text, breakage.at, breakage.seen.last
    if not breakage.is_scanner:
        return None
    if breakage.begun is not None:
        return _about_a_line_without_colon(breakage, breakage.begun)
    if breakage.character != ":":
        return None
    if last.is_plain and breakage.broken.line_of(last.start) < breakage.broken.line_of(at):
        glued = breakage.glued(last.start)
        if glued is not None:
            return glued
        first = breakage.broken.start_of_line(at) + breakage.broken.indent(breakage.broken.line_of(at))
        return breakage.problem(
            "bad-indentation",
            f"`{short(text[first:at])}` is indented below text",
            (first, at),
            siblings=Siblings.ALL,
            notes=(f"`{short(text[last.start : last.end])}` above is already a whole value",),
            help="give it the indentation of its neighbours, or remove the text above",
        )
    return breakage.colon_in_text() if last.is_plain else None


def _about_a_line_without_colon(breakage: Breakage, start: int) -> Problem:
    end = breakage.value_end(start)
    glued = breakage.glued(start)
    if glued is not None:
        return glued
    words = breakage.text[start:end]
    return breakage.problem(
        "missing-colon",
        f"`{short(words)}` is neither `key: value` nor `- item`",
        (start, end),
        help=": ".join(words.split(None, 1)) if " " in words else f"{words}: …",
    )


def about_indentation(breakage: Breakage) -> Problem | None:
    """Return that a line stands at no depth of its neighbours, or nothing where it is not that."""
    text, at = breakage.text, breakage.at
    opened = [one for one in breakage.seen.opened if not one.is_flow]
    before = text[breakage.broken.start_of_line(at) : at]
    if not opened or before.strip() or not breakage.character.strip():
        return None
    if breakage.character == ":":
        return breakage.value_without_key()
    inner = opened[-1]
    column = breakage.lines.place(inner.start)[1] - 1
    is_item = text[at : at + 2].rstrip() == "-"
    end = max(breakage.value_end(at), at + 1)
    if len(before) == column and inner.is_mapping and is_item:
        return breakage.problem(
            "list-among-keys",
            "a list item stands among keys",
            (at, end),
            siblings=Siblings.ITEMS,
            help="indent it below the key that it belongs to, or give it a key",
        )
    if len(before) == column and not inner.is_mapping and not is_item:
        return breakage.problem(
            "missing-dash",
            f"`{short(text[at:end])}` stands among list items without a dash",
            (at, end),
            siblings=Siblings.KEYS,
            help=f"- {text[at:end]}   # or indent it below the item that it belongs to",
        )
    starts = [one.start for one in opened] + breakage.seen.closed
    known = sorted({breakage.lines.place(start)[1] - 1 for start in starts})
    if len(before) in known:
        return None
    nearest = min(known, key=lambda width: (abs(width - len(before)), -width))
    fitting = ", ".join(map(str, known[:-1])) + (" or " if known[:-1] else "") + str(known[-1])
    return breakage.problem(
        "bad-indentation",
        f"{len(before)} spaces of indentation fit no line above",
        (at, end),
        siblings=Siblings.ALL,
        notes=(f"here a line may be indented by {fitting}",),
        help=f"indent it like its neighbours:\n{' ' * nearest}{text[at:end]}",
        depth=nearest,
    )
