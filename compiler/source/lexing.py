"""What can be said of broken text without a parser: its lines, and the quotes and brackets that stay open."""

from __future__ import annotations

import re

from compiler.diagnostics.place import Lines


class BrokenText:
    """A text that libyaml cannot read. Units: offsets in characters, ends exclusive."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.text = lines.text

    def scan(self, start: int, end: int, opened: list[int]) -> tuple[list[int], int | None]:
        """Return the brackets that are open at `end`, and a quote that stays open on its line.

        `opened` are the brackets that are open at `start`.
        """
        text = self.text
        opened = list(opened)
        index = start
        begins_token = True
        while index < end:
            character = text[index]
            if begins_token and character in "\"'":
                close = self._closing_quote(index, min(end, self.end_of_line(index)))
                if close is None:
                    return opened, index
                index = close
                begins_token = False
            elif begins_token and character in "[{":
                opened.append(index)
            elif character in "]}" and opened:
                opened.pop()
                begins_token = False
            elif character == "#" and (index == 0 or text[index - 1] in " \t\r\n"):
                index = self.end_of_line(index) - 1
            elif character in " \t\r\n":
                begins_token = begins_token or text[index - 1] in ":-,\r\n" or character in "\r\n"
            else:
                begins_token = character == "," and bool(opened)
            index += 1
        return opened, None

    def _closing_quote(self, start: int, end: int) -> int | None:
        text, quote = self.text, self.text[start]
        index = start + 1
        while index < end:
            if text[index] == "\\" and quote == '"':
                index += 1
            elif text[index] == quote:
                if quote == "'" and text[index + 1 : index + 2] == "'":
                    index += 1
                else:
                    return index
            index += 1
        return None

    def word(self, start: int) -> str:
        """Return what stands between `start` and the next space, comma or closing bracket."""
        found = re.match(r"[^\s,\]}]*", self.text[start : start + 200])
        return found[0] if found else ""

    def line_of(self, offset: int) -> int:
        """Return the number of the line of an offset, from 1."""
        return self.lines.place(offset)[0]

    def start_of_line(self, offset: int) -> int:
        """Return the offset at which the line of `offset` begins."""
        return self.lines.offset(self.line_of(offset), 1)

    def end_of_line(self, offset: int) -> int:
        """Return the offset at which the line of `offset` ends, before its break."""
        line = self.line_of(offset)
        return self.lines.offset(line, 1 + len(self.lines.line(line)))

    def indent(self, number: int) -> int:
        """Return by how many spaces a line is indented."""
        line = self.lines.line(number)
        return len(line) - len(line.lstrip(" "))
