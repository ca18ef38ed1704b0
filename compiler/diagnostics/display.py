"""How a user's text looks on a terminal: widths, tabs, and nothing that a terminal would obey; knows no findings."""

from __future__ import annotations

import unicodedata

TAB_WIDTH = 4
_JOINERS = "\u200c\u200d"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return one line of text in which control characters, line breaks too, are shown instead of sent.

    Control pictures stand for the ASCII ones, `<U+202E>` and the like for all others.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def cells(line: str) -> list[tuple[str, int]]:
    """Return for each character of a line what to print for it, and how many columns of a terminal that takes."""
    found: list[tuple[str, int]] = []
    column = 0
    for character in line:
        if character == "\t":
            width = TAB_WIDTH - column % TAB_WIDTH
            shown = " " * width
        else:
            shown = _shown(character)
            width = len(shown) if len(shown) > 1 else _width(character)
        found.append((shown, width))
        column += width
    return found


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0x7F or character in _JOINERS or unicodedata.category(character) not in _UNSAFE:
        return character
    return f"<U+{code:04X}>"


def _width(character: str) -> int:
    """Return the columns of one visible character. Source: https://www.unicode.org/reports/tr11/."""
    if character.isascii():
        return 1
    if character in _JOINERS or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
