"""libyaml's events become data, places and findings; knows no encodings and does not explain broken syntax.

This is the hot loop of `check`: about 0.5 µs an event on top of libyaml's own 0.5 µs, which decides its style.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath
from compiler.diagnostics.place import Lines
from compiler.diagnostics.suggest import did_you_mean
from compiler.source.document import Entry, Plain
from compiler.source.scalars import CoreScalars, resolve_core

MAX_DEPTH = 64
"""Collections within collections; a platform needs about 10."""
MAX_NODES = 500_000
"""Keys' values and items of one file; 1,000 teams make 33,000."""
MAX_ALIASED_NODES = 20_000
"""What all aliases of one file stand for together; a bomb reaches thousands of millions with a few lines."""

MAX_FINDINGS = 500
"""So many mistakes of one file are told; a hostile one has a million."""

_WRITTEN_TAG = re.compile(r"!(?:<[^>]*>|[^\s,\[\]{}]*)")
_CORE_TAG = "tag:yaml.org,2002:"
_KINDS = {int: "a number", float: "a number", bool: "true or false", type(None): "empty"}
_ABSENT: Final = object()
_FEW = 3

Raw: TypeAlias = Any
"""An event with its marks, or a value of a kind not yet known: checking it in the hot loop would double the time."""
Trail = tuple["Trail", str | int] | None
"""The path from the root as a chain, innermost step first: cheap to grow, made a `YamlPath` only for a finding."""
Value = tuple[Any, int, int, "list[Entry] | None"]
"""A value, its first and last offset, and its entries; the value is `_ABSENT` when it was set aside."""


class Abandoned(Exception):
    """The file goes beyond a limit; nothing of it is used."""


@dataclass(slots=True)
class _Repeated:
    """A duplicate key: its mapping and how many keys that had, its finding's index, and the duplicates after it."""

    mapping: int
    size: int
    finding: int
    key: str
    more: list[str] = field(default_factory=list)


class Tree:
    """Builds one document from the events of `read`, and keeps what it found on the way.

    After `build`, `data` and `root` are the document's first root value, and `nodes` is the number of values.
    `findings` and `incomplete` hold what was found so far even when `build` ended with an exception.

    Reports: duplicate-key, merge-key, key-not-text, missing-space-after-colon, unknown-tag, tag-mismatch,
    unknown-alias, recursive-alias, alias-bomb, deep-nesting, too-many-values, several-documents, old-yaml-version,
    too-many-mistakes.
    """

    def __init__(self, lines: Lines, file: str, read: Callable[[], Event]) -> None:
        self.data: Plain = None
        self.root: Entry | None = None
        self.findings: list[Diagnostic] = []
        self.incomplete: set[YamlPath] = set()
        self._lines = lines
        self._file = file
        self._read: Callable[[], Any] = read
        self._typed = CoreScalars()
        self._anchors: dict[str, tuple[Any, list[Entry] | None, int] | None] = {}
        self.nodes = 0
        self._aliased = 0
        self._repeated: _Repeated | None = None

    @property
    def is_simple(self) -> bool:
        """Return whether nothing was found, and nothing stands for something elsewhere."""
        return not (self.findings or self._anchors or self.incomplete)

    def build(self) -> None:
        """Read all events.

        Raises: `yaml.YAMLError` where the text is no YAML, `Abandoned` where it goes beyond a limit.
        """
        read = self._read
        while True:
            event = read()
            kind = event.__class__
            if kind is StreamEndEvent:
                return
            if kind is DocumentStartEvent:
                if self.root is not None:
                    self._several_documents(event)
                    return
                if event.version == (1, 1):
                    self._old_version(event)
            elif kind is not DocumentEndEvent and event.start_mark is not None and kind in _OPENING:
                value, start, end, children = self._value(event, None, 0)
                self.root = (start, end, start, end, children)
                self.data = None if value is _ABSENT else value

    def _value(self, event: Raw, trail: Trail, depth: int) -> Value:
        """Return the value that begins with `event`, of any kind."""
        kind = event.__class__
        if kind is AliasEvent:
            return self._alias(event, trail)
        start: int = event.start_mark.index
        children: list[Entry] | None = None
        before = self.nodes
        value: Any
        if kind is ScalarEvent:
            value = self._typed[event.value] if event.implicit[0] else event.value
            end = event.end_mark.index
            if event.tag is not None:
                value = self._tagged_scalar(event, trail)
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, None, 1)
            return value, start, end, None
        if depth >= MAX_DEPTH:
            self._too_deep(event, trail)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if event.tag is not None:
            self._tagged_collection(event, trail)
        build = self._mapping if kind is MappingStartEvent else self._sequence
        value, children, end = build(event, trail, depth + 1)
        self.nodes += len(children) + 1
        if self.nodes > MAX_NODES:
            self._too_many(start, end)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, children, self.nodes - before)
        return value, start, end, children

    def _mapping(self, opening: Raw, trail: Trail, depth: int) -> tuple[dict[str, Any], list[Entry], int]:
        read, typed = self._read, self._typed
        data: dict[str, Any] = {}
        entries: list[Entry] = []
        end: int = opening.end_mark.index
        while True:
            event = read()
            kind = event.__class__
            if kind is MappingEndEvent:
                return data, entries, event.end_mark.index if opening.flow_style else end
            start: int = event.start_mark.index
            is_plain = False
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                is_plain = event.implicit[0]
                key = typed[event.value] if is_plain else event.value
                key_end: int = event.end_mark.index
            else:
                key, _, key_end, _ = self._value(event, trail, depth)
            if key.__class__ is not str or key in data or (is_plain and key == "<<"):
                end = self._set_aside(key, (start, key_end), data, trail, depth)
                continue
            event = read()
            kind = event.__class__
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                value = typed[event.value] if event.implicit[0] else event.value
                value_start: int = event.start_mark.index
                end = event.end_mark.index
                if value is None and ":" in key and value_start == end and is_plain:
                    self._glued(key, start, key_end, trail)
                    continue
                data[key] = value
                entries.append((start, key_end, value_start, end, None))
            else:
                value, value_start, end, children = self._value(event, (trail, key), depth)
                if value is _ABSENT:
                    self.incomplete.add(path_of(trail))
                    continue
                data[key] = value
                entries.append((start, key_end, value_start, end, children))

    def _sequence(self, opening: Raw, trail: Trail, depth: int) -> tuple[list[Any], list[Entry], int]:
        read, typed = self._read, self._typed
        data: list[Any] = []
        entries: list[Entry] = []
        end: int = opening.end_mark.index
        while True:
            event = read()
            kind = event.__class__
            if kind is SequenceEndEvent:
                return data, entries, event.end_mark.index if opening.flow_style else end
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                start: int = event.start_mark.index
                end = event.end_mark.index
                data.append(typed[event.value] if event.implicit[0] else event.value)
                entries.append((start, end, start, end, None))
            else:
                value, start, end, children = self._value(event, (trail, len(data)), depth)
                if value is _ABSENT:
                    self.incomplete.add(path_of(trail))
                    continue
                data.append(value)
                entries.append((start, end, start, end, children))

    def _alias(self, event: Raw, trail: Trail) -> Value:
        name: str = event.anchor
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        absent: Value = (_ABSENT, start, end, None)
        if name not in self._anchors:
            self._report(
                "unknown-alias",
                f"alias `*{name}` has no anchor `&{name}` above it",
                (start, end),
                trail,
                help=did_you_mean(name, self._anchors)
                or f'write the value out, put `&{name}` before the first one, or quote the text: `"*{name}"`',
            )
            return absent
        anchored = self._anchors[name]
        if anchored is None:
            self._report(
                "recursive-alias",
                f"alias `*{name}` stands inside what it stands for",
                (start, end),
                trail,
                notes=("such a value would have no end",),
                help=f"write out what is meant, or move `*{name}` out of the value that `&{name}` names",
            )
            return absent
        value, children, nodes = anchored
        self.nodes += nodes
        self._aliased += nodes
        if self._aliased > MAX_ALIASED_NODES:
            if self._aliased - nodes <= MAX_ALIASED_NODES:
                self._report(
                    "alias-bomb",
                    f"aliases multiply this file to more than {MAX_ALIASED_NODES:,} values",
                    (start, end),
                    trail,
                    notes=(f"`*{name}` alone stands for {nodes:,} values; this alias and those after it are not read",),
                    help="write the values out, or use aliases for small values only",
                )
            self.nodes -= nodes
            return absent
        return value, start, end, children

    def _set_aside(self, key: Raw, place: tuple[int, int], data: dict[str, Any], trail: Trail, depth: int) -> int:
        """Report an entry that cannot be used, read past its value, and return where it ends."""
        path = path_of(trail)
        start, end = place
        event = self._read()
        _, _, value_end, _ = self._value(event, (trail, key if key.__class__ is str else "?"), depth)
        if key.__class__ is not str:
            is_told = self.findings and self.findings[-1].span == self._lines.span(self._file, start + 1, end - 1)
            if key is not _ABSENT and not is_told:
                self._key_not_text(key, start, end, trail)
            self.incomplete.add(path)
        elif key in data and self._is_next_duplicate(data, trail):
            self._tell_missing_dash(key)
            self.incomplete.add(path)
        elif key in data:
            self._repeated = _Repeated(id(data), len(data), len(self.findings), key)
            self._report(
                "duplicate-key",
                f"key `{key}` stands twice in one mapping",
                (start, end),
                (trail, key),
                at_key=True,
                related=(Label((*path, key), f"`{key}` stands here first", at_key=True),),
                notes=("YAML forbids it, and readers differ in which one they keep; the first one is read on",),
                help=f"remove one of the two `{key}`, or put what both say under one",
            )
            self.incomplete.add((*path, key))
        else:
            self._report(
                "merge-key",
                "`<<` does not merge: YAML 1.2 has no merge keys",
                (start, end),
                trail,
                at_key=True,
                notes=("`<<` belongs to YAML 1.1; a YAML 1.2 reader takes it for an ordinary key",),
                help="write the merged keys out, or let an alias stand for a whole value: `key: *anchor`",
            )
            self.incomplete.add(path)
        return max(end, value_end)

    def _is_next_duplicate(self, data: dict[str, Any], trail: Trail) -> bool:
        """Return whether the key before was a duplicate of the same list item: then its dash may be missing."""
        last = self._repeated
        return (
            last is not None
            and trail is not None
            and isinstance(trail[1], int)
            and (last.mapping, last.size) == (id(data), len(data))
            and last.finding < min(len(self.findings), MAX_FINDINGS)
        )

    def _tell_missing_dash(self, key: str) -> None:
        """Tell duplicates in a row by the first of them: most likely a new item begins there."""
        last = self._repeated
        assert last is not None
        last.more.append(key)
        self.findings[last.finding] = replace(
            self.findings[last.finding],
            message=f"key `{last.key}` stands twice in one list item, and so do {_listed(last.more)} below it",
            help=f"put a dash before `{last.key}` if a new item begins there, else remove what stands twice",
        )

    def _key_not_text(self, key: Raw, start: int, end: int, trail: Trail) -> None:
        text = self._lines.text
        written = text[start:end].rstrip()
        if isinstance(key, dict | list):
            if text[start : start + 1] == "{" == text[start - 1 : start]:
                message, advice = "`{{` opens a mapping as a key", 'quote text with braces: `"{{ … }}"`'
            else:
                message = f"a {'list' if isinstance(key, list) else 'mapping'} stands where a key is expected"
                advice = "write a key of text, such as `name: …`"
        elif key is None and start == end:
            message, advice = "a value has no key before its colon", "write a key before the colon, such as `name: …`"
        else:
            message = f"key `{written}` is {_KINDS[key.__class__]}, not text"
            advice = f'quote the key: `"{written}":`'
        self._report("key-not-text", message, (start, max(end, start)), trail, help=advice)

    def _glued(self, key: str, start: int, end: int, trail: Trail) -> None:
        name, _, rest = key.partition(":")
        self._report(
            "missing-space-after-colon",
            f"`{key}` has no space after its colon",
            (start, end),
            trail,
            notes=("without the space it is one word, and no key with a value",),
            help=f"{name}: {rest}",
        )
        self.incomplete.add(path_of(trail))

    def _tagged_scalar(self, event: Raw, trail: Trail) -> Raw:
        kind = event.tag.removeprefix(_CORE_TAG)
        if kind == event.tag or kind not in {"str", "int", "float", "bool", "null"}:
            self._unknown_tag(event, trail)
            return event.value
        value: Any = event.value if kind == "str" else resolve_core(event.value)
        if kind == "float" and value.__class__ is int:
            value = float(value)
        if value.__class__ is not _TAGGED[kind]:
            start = event.start_mark.index
            self._report(
                "tag-mismatch",
                f"`{event.value}` is not what its tag `!!{kind}` says",
                (start, event.end_mark.index),
                trail,
                help=f"remove `!!{kind}`, or write a value of that kind",
            )
            return event.value
        return value

    def _tagged_collection(self, event: Raw, trail: Trail) -> None:
        if event.tag != _CORE_TAG + ("map" if event.__class__ is MappingStartEvent else "seq"):
            self._unknown_tag(event, trail)

    def _unknown_tag(self, event: Raw, trail: Trail) -> None:
        found = _WRITTEN_TAG.search(self._lines.text, event.start_mark.index)
        tag, start = (found[0], found.start()) if found else (event.tag, event.start_mark.index)
        self._report(
            "unknown-tag",
            f"tag `{tag}` has no meaning here",
            (start, start + len(tag)),
            trail,
            notes=("the value is read on as if the tag were not there",),
            help=f"remove `{tag}`; text that begins with `!` goes in quotes",
        )
        self.incomplete.add(path_of(trail))

    def _several_documents(self, event: Raw) -> None:
        self._report(
            "several-documents",
            "a second document begins in this file",
            (event.start_mark.index, event.end_mark.index),
            None,
            notes=("only the first document is read",),
            help="remove this `---`, or move what follows to a file of its own",
        )

    def _old_version(self, event: Raw) -> None:
        self._report(
            "old-yaml-version",
            "`%YAML 1.1` is said, but this file is read as YAML 1.2",
            (event.start_mark.index, event.end_mark.index),
            None,
            severity=Severity.WARNING,
            notes=("in YAML 1.2 `yes` and `on` are text, and `010` is ten",),
            help="remove the line `%YAML 1.1`",
        )

    def _too_deep(self, event: Raw, trail: Trail) -> None:
        self._report(
            "deep-nesting",
            f"values are nested more than {MAX_DEPTH} deep",
            (event.start_mark.index, event.end_mark.index),
            trail,
            notes=("nothing after this place is read",),
            help="a platform file needs about 10 levels: look for brackets that are never closed",
        )
        raise Abandoned

    def _too_many(self, start: int, end: int) -> None:
        self._report(
            "too-many-values",
            f"the file has more than {MAX_NODES:,} values",
            (start, min(end, start + 1)),
            None,
            help="split the platform into several files, one for each Argo CD",
        )
        raise Abandoned

    def _report(
        self, code: str, message: str, place: tuple[int, int], trail: Trail, *,
        severity: Severity = Severity.ERROR, **rest: object,
    ) -> None:  # fmt: skip
        if len(self.findings) > MAX_FINDINGS:
            return
        span = self._lines.span(self._file, *place)
        if len(self.findings) == MAX_FINDINGS:
            message = f"the file has more than {MAX_FINDINGS} such mistakes; those from here on are not told"
            advice = "correct the ones above first"
            self.findings.append(Diagnostic("too-many-mistakes", Severity.ERROR, message, span=span, help=advice))
            return
        self.findings.append(Diagnostic(code, severity, message, path_of(trail), span=span, **rest))  # type: ignore[arg-type]


_OPENING = frozenset({ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent})
_TAGGED = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}


def path_of(trail: Trail) -> YamlPath:
    """Return the path that a trail stands for."""
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


def _listed(keys: list[str]) -> str:
    """Return keys in words, the first few of them."""
    shown = ", ".join(f"`{key}`" for key in keys[:_FEW])
    return shown if len(keys) <= _FEW else f"{shown} and {len(keys) - _FEW} more"
