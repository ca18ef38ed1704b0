"""Explains why a text is no YAML, from the place where libyaml stopped; knows neither trees nor platforms.

libyaml's English is shown as a note where nothing better is known, and never matched: the text itself says what is
wrong with it.
"""

from __future__ import annotations

import re

from yaml import YAMLError

from compiler.diagnostics.place import Lines
from compiler.source.breakage import Breakage
from compiler.source.broken_block import about_colons, about_indentation
from compiler.source.broken_flow import about_brackets
from compiler.source.broken_scalar import about_first_characters, about_quotes, about_what_follows_a_value
from compiler.source.problem import DEEPER_THAN_ANY, Problem
from compiler.source.trace import Trace

_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: [^\r\n]*)?(?=\r?$)", re.MULTILINE)


def explain(lines: Lines, file: str, error: YAMLError, seen: Trace) -> Problem:
    """Return why the text broke: the first explanation that fits, the most telling are asked first.

    Reports: merge-conflict, bad-escape, unclosed-quote, reserved-character, bad-block-header, mismatched-bracket,
    unclosed-bracket, missing-comma, stray-bracket, list-on-key-line, text-after-value, colon-in-text,
    missing-space-after-colon, missing-colon, bad-indentation, list-among-keys, missing-dash, syntax-error.
    """
    breakage = Breakage(lines, file, error, seen)
    return (
        _about_merging(breakage)
        or about_quotes(breakage)
        or about_first_characters(breakage)
        or about_brackets(breakage)
        or about_what_follows_a_value(breakage)
        or about_colons(breakage)
        or about_indentation(breakage)
        or _unexplained(breakage)
    )


def _about_merging(breakage: Breakage) -> Problem | None:
    found = _CONFLICT.search(breakage.text)
    if found is None:
        return None
    ends = [other.end() for other in _CONFLICT.finditer(breakage.text) if other[1] == ">" * 7]
    return breakage.problem(
        "merge-conflict",
        "Git could not merge here, and its marks were committed",
        found.span(),
        reach=next((end for end in ends if end > found.start()), found.end()),
        help="keep what is right of the two sides, and remove the lines that begin with `<<<<<<<`, `=======` and "
        "`>>>>>>>`",
        depth=DEEPER_THAN_ANY,
    )


def _unexplained(breakage: Breakage) -> Problem:
    at = breakage.at
    if not breakage.text[at:].strip():
        at = max(len(breakage.text.rstrip()) - 1, 0)
    return breakage.problem(
        "syntax-error",
        "the text is no YAML from here on",
        (at, at + max(1, len(breakage.broken.word(at)))),
        notes=(f"the YAML reader says: {breakage.says}",),
        help="look here and on the line above for tabs, a missing space after a colon, an indentation that does "
        "not fit, or a quote or bracket that is not closed",
    )
