"""Reads a tree even from broken text: sets the broken lines aside and reads on; explains nothing itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from yaml import YAMLError

from compiler.diagnostics.model import Diagnostic, YamlPath
from compiler.diagnostics.place import Lines
from compiler.source.problem import DEEPER_THAN_ANY, Problem
from compiler.source.syntax import explain
from compiler.source.trace import Trace, trace
from compiler.source.tree import Abandoned, Tree
from compiler.source.whitespace import Odd, Range, misplaced, odd_spaces, tell, without

MAX_ROUNDS = 20
"""So many broken places are found in one run."""
MAX_REREAD = 8_000_000
"""Characters that may be read again for one file, so that a large broken file still answers within seconds."""


class Reader(Protocol):
    """What hands out the events of one text; libyaml's parser does."""

    def get_event(self) -> Any:
        """Return the next event."""


Parser = Callable[[str], Reader]

_VISIBLE = re.compile(r"[^\r\n]")


def read_tree(text: str, lines: Lines, file: str, parser: Parser) -> tuple[Tree | None, list[Diagnostic]]:
    """Return the tree of a text and all that is wrong with it; no tree where none could be made.

    `lines` are those of the text that is shown; `text` may have spaces where it has forbidden characters.
    `parser` is libyaml's.
    """
    tree = Tree(lines, file, parser(text).get_event)
    odd = odd_spaces(text)
    try:
        tree.build()
    except Abandoned:
        return None, tree.findings
    except YAMLError as broken:
        return _Recovery(text, lines, file, parser, odd).run(tree, broken)
    if odd:
        wrong = misplaced(text, odd, trace(parser(text).get_event).quoted)
        told = tell(wrong, lines, file)
        if wrong:
            # A key that begins with a no-break space is a typing mistake, and not another key.
            repaired = Tree(lines, file, parser(without(text, wrong)).get_event)
            try:
                repaired.build()
            except (YAMLError, Abandoned):
                pass
            else:
                tree = repaired
        return tree, told + tree.findings
    return tree, tree.findings


class _Recovery:
    """One broken text on its way to a readable one of the same length."""

    def __init__(self, text: str, lines: Lines, file: str, parser: Parser, odd: list[Odd]) -> None:
        self._text = text
        self._lines = lines
        self._file = file
        self._parser = parser
        self._odd = odd
        self._indents = [run for run in odd if run.is_indent]
        self._cuts: list[Range] = []
        self._depths: dict[int, int] = {}
        self._tried: set[int] = set()

    def run(self, tree: Tree, broken: YAMLError) -> tuple[Tree | None, list[Diagnostic]]:
        """Return the tree of what is readable, and the findings. `tree` broke with `broken`.

        What is found after the first broken place is believed only if the text becomes readable in the end: else it
        may be a consequence of how the first was set aside.
        """
        first_findings = tree.findings
        told: list[Diagnostic] = []
        current, error = self._text, broken
        if self._indents:
            current = without(self._text, self._indents)
            outcome = self._read(current)
            if isinstance(outcome, Tree):
                return self._readable(outcome, current, told)
            if outcome is None:
                return None, self._unreadable(told, first_findings)
            error = outcome
        for _ in range(min(MAX_ROUNDS, 1 + MAX_REREAD // len(current))):
            seen = trace(self._parser(current).get_event)
            problem = explain(Lines(current), self._file, error, seen)
            cut = self._cut(current, problem)
            spaced = self._without_odd(current, cut, error)
            if isinstance(spaced, Tree):
                return self._readable(spaced, current, told)
            if spaced is not None:
                current, error = spaced
                continue
            if not current[cut[0] : cut[1]].strip():
                break
            if not self._is_near_odd(cut):
                told.append(problem.finding)
            self._cuts.append(cut)
            self._depths[cut[0]] = problem.depth
            current = current[: cut[0]] + _VISIBLE.sub(" ", current[cut[0] : cut[1]]) + current[cut[1] :]
            outcome = self._read(current)
            if isinstance(outcome, Tree):
                return self._readable(outcome, current, told)
            if outcome is None:
                break
            error = outcome
        return None, self._unreadable(told, first_findings)

    def _read(self, text: str) -> Tree | YAMLError | None:
        tree = Tree(self._lines, self._file, self._parser(text).get_event)
        try:
            tree.build()
        except YAMLError as broken:
            return broken
        except Abandoned:
            return None
        return tree

    def _readable(self, tree: Tree, current: str, told: list[Diagnostic]) -> tuple[Tree | None, list[Diagnostic]]:
        seen: Trace = trace(self._parser(current).get_event)
        wrong = [
            run
            for run in misplaced(current, self._odd, seen.quoted)
            if run.is_indent or not any(start <= run.start < end for start, end in self._cuts)
        ]
        # A tab that begins block text breaks it too, as libyaml then cannot tell its indentation.
        wrong = wrong if wrong or told else self._indents
        findings = told + tell(wrong, self._lines, self._file) + tree.findings
        if not isinstance(tree.data, dict) or tree.root is None:
            return None, findings
        tree.incomplete |= {path for start, _ in self._cuts for path in self._owners(tree, start)}
        return tree, findings

    def _unreadable(self, told: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
        seen = trace(self._parser(self._text).get_event)
        wrong = [
            run for run in misplaced(self._text, self._odd, seen.quoted) if run.is_indent or run.end <= seen.last.end
        ]
        wrong = wrong if wrong or told else self._indents
        return told[:1] + tell(wrong, self._lines, self._file) + found

    def _cut(self, text: str, problem: Problem) -> Range:
        """Return the lines to set aside: those of the problem, and those below it that belong to the first one."""
        lines = self._lines
        first = lines.place(problem.start)[0]
        last = max(first, lines.place(problem.reach)[0])
        own = _indent(_line(text, lines, first))
        indent = max(own, problem.depth)
        end = last
        if any(lines.place(run.start)[0] == first for run in self._indents):
            # With tabs nobody knows which lines below it belong to it.
            return lines.offset(first, 1), lines.offset(first, 1 + len(lines.line(first)))
        for number in range(first + 1, lines.count + 1):
            line = _line(text, lines, number)
            if line.strip():
                depth = _indent(line)
                goes_on = depth > indent or (depth == own and problem.siblings.has(line))
                if number > last and not goes_on:
                    break
                end = number
        return lines.offset(first, 1), lines.offset(end, 1 + len(lines.line(end)))

    def _without_odd(self, text: str, cut: Range, error: YAMLError) -> Tree | tuple[str, YAMLError] | None:
        """Return what is read with spaces in place of what only looks like them; nothing where that helps nothing."""
        # Text of several lines ends below the line on which it began.
        start = self._lines.offset(self._lines.place(cut[0])[0] - 1, 1)
        runs = [
            run
            for run in self._odd
            if not run.is_indent and start <= run.start < cut[1] and run.start not in self._tried
        ]
        if not runs:
            return None
        self._tried.update(run.start for run in runs)
        spaced = without(text, runs)
        outcome = self._read(spaced)
        if isinstance(outcome, YAMLError):
            return (spaced, outcome) if _place_of(outcome) > _place_of(error) else None
        return outcome

    def _is_near_odd(self, cut: Range) -> bool:
        """Return whether what broke may come from a tab in the indentation, which is told anyway."""
        first, last = (self._lines.place(offset)[0] for offset in cut)
        return any(first - 1 <= self._lines.place(run.start)[0] <= last + 1 for run in self._indents)

    def _owners(self, tree: Tree, cut: int) -> list[YamlPath]:
        """Return the paths of the values that the lines set aside at offset `cut` may have been part of.

        With spaces that is one value; with tabs, or where Git could not merge, it is each one that goes on there.
        """
        lines = self._lines
        number = lines.place(cut)[0]
        depth = self._depths.get(cut, 0)
        has_tabs = any(lines.place(run.start)[0] == number for run in self._indents) or depth == DEEPER_THAN_ANY
        line = _line(self._text, lines, number)
        indent = max(len(line) - len(line.lstrip()), depth)
        offset = min(cut + indent, cut + len(line))
        path: YamlPath = ()
        paths = [path]
        data: Any = tree.data
        entries = tree.root[4] if tree.root else None
        while entries:
            index = sum(1 for entry in entries if entry[0] < offset) - 1
            if index < 0:
                break
            column = lines.place(entries[index][0])[1] - 1
            if isinstance(data, dict):
                step: str | int = list(data)[index]
                is_inside = (
                    has_tabs
                    or indent > column
                    or (indent == column and line.lstrip().startswith("-") and isinstance(data[step], list))
                )
            else:
                step = index
                is_inside = has_tabs or indent >= column
            if not is_inside:
                break
            path = (*path, step)
            paths.append(path)
            data = data[step]
            entries = entries[index][4]
        return paths if has_tabs else paths[-1:]


def _line(text: str, lines: Lines, number: int) -> str:
    """Return a line of `text`, whose lines have the same places as `lines`."""
    return text[lines.offset(number, 1) : lines.offset(number, 1 + len(lines.line(number)))]


def _place_of(error: YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.index if mark else -1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
