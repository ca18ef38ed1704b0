"""What is told of text that is YAML and yet not what anybody means: keys twice, tags, aliases, values without end.

Knows the places of what was read, and not how it is read: `Tree` asks for this only where something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath
from compiler.diagnostics.place import Lines
from compiler.diagnostics.suggest import Patience, did_you_mean

MAX_FINDINGS = 500
"""So many mistakes of one file are told; a hostile one has a million."""

_WRITTEN_TAG = re.compile(r"!(?:<[^>]*>|[^\s,\[\]{}]*)")
_KINDS = {int: "a number", float: "a number", bool: "true or false", type(None): "empty"}
_FEW = 3

Raw: TypeAlias = Any
"""An event with its marks, or a value of a kind not yet known: checking it in the hot loop would double the time."""
Trail = tuple["Trail", str | int] | None
"""The path from the root as a chain, innermost step first: cheap to grow, made a `YamlPath` only for a finding."""
Place: TypeAlias = tuple[int, int]
"""Offsets between which a mistake stands."""


def path_of(trail: Trail) -> YamlPath:
    """Return the path that a trail stands for."""
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


@dataclass(slots=True)
class _Repeated:
    """A duplicate key: its mapping and how many keys that had, its finding's index, and the duplicates after it."""

    mapping: int
    size: int
    finding: int
    key: str
    more: list[str] = field(default_factory=list)


class TreeMistakes:
    """Adds to `findings` what it is told of, and to `incomplete` where something is missing for that reason."""

    def __init__(self, lines: Lines, file: str, findings: list[Diagnostic], incomplete: set[YamlPath]) -> None:
        self._lines = lines
        self._file = file
        self._findings = findings
        self._incomplete = incomplete
        self._repeated: _Repeated | None = None
        self._patience = Patience()

    def missing_at(self, trail: Trail) -> None:
        """Note that a part of the value at a trail was set aside."""
        self._incomplete.add(path_of(trail))

    def unknown_alias(self, name: str, known: Collection[str], place: Place, trail: Trail) -> None:
        """Tell of an alias of nothing."""
        self._report(
            "unknown-alias",
            f"alias `*{name}` has no anchor `&{name}` above it",
            place,
            trail,
            help=did_you_mean(name, known, self._patience)
            or f'write the value out, put `&{name}` before the first one, or quote the text: `"*{name}"`',
        )

    def recursive_alias(self, name: str, place: Place, trail: Trail) -> None:
        """Tell of an alias inside of what it stands for."""
        self._report(
            "recursive-alias",
            f"alias `*{name}` stands inside what it stands for",
            place,
            trail,
            notes=("such a value would have no end",),
            help=f"write out what is meant, or move `*{name}` out of the value that `&{name}` names",
        )

    def alias_bomb(self, name: str, nodes: int, limit: int, place: Place, trail: Trail) -> None:
        """Tell of the first alias with which all of them stand for more than `limit` values."""
        self._report(
            "alias-bomb",
            f"aliases multiply this file to more than {limit:,} values",
            place,
            trail,
            notes=(f"`*{name}` alone stands for {nodes:,} values; this alias and those after it are not read",),
            help="write the values out, or use aliases for small values only",
        )

    def unusable_key(self, key: Raw, place: Place, data: dict[str, Any], trail: Trail, *, is_absent: bool) -> None:
        """Tell of a key that is no text, stands twice, or wants to merge; one that `is_absent` was told of already."""
        path = path_of(trail)
        start, end = place
        if key.__class__ is not str:
            is_told = self._findings and self._findings[-1].span == self._lines.span(self._file, start + 1, end - 1)
            if not is_absent and not is_told:
                self._key_not_text(key, start, end, trail)
            self._incomplete.add(path)
        elif key in data and self._is_next_duplicate(data, trail):
            self._tell_missing_dash(key)
            self._incomplete.add(path)
        elif key in data:
            self._repeated = _Repeated(id(data), len(data), len(self._findings), key)
            self._report(
                "duplicate-key",
                f"key `{key}` stands twice in one mapping",
                place,
                (trail, key),
                at_key=True,
                related=(Label((*path, key), f"`{key}` stands here first", at_key=True),),
                notes=("YAML forbids it, and readers differ in which one they keep; the first one is read on",),
                help=f"remove one of the two `{key}`, or put what both say under one",
            )
            self._incomplete.add((*path, key))
        else:
            self._report(
                "merge-key",
                "`<<` does not merge: YAML 1.2 has no merge keys",
                place,
                trail,
                at_key=True,
                notes=("`<<` belongs to YAML 1.1; a YAML 1.2 reader takes it for an ordinary key",),
                help="write the merged keys out, or let an alias stand for a whole value: `key: *anchor`",
            )
            self._incomplete.add(path)

    def _is_next_duplicate(self, data: dict[str, Any], trail: Trail) -> bool:
        """Return whether the key before was a duplicate of the same list item: then its dash may be missing."""
        last = self._repeated
        return (
            last is not None
            and trail is not None
            and isinstance(trail[1], int)
            and (last.mapping, last.size) == (id(data), len(data))
            and last.finding < min(len(self._findings), MAX_FINDINGS)
        )

    def _tell_missing_dash(self, key: str) -> None:
        """Tell duplicates in a row by the first of them: most likely a new item begins there."""
        last = self._repeated
        assert last is not None
        last.more.append(key)
        self._findings[last.finding] = replace(
            self._findings[last.finding],
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

    def glued(self, key: str, place: Place, trail: Trail) -> None:
        """Tell of a key and its value without a space between."""
        name, _, rest = key.partition(":")
        self._report(
            "missing-space-after-colon",
            f"`{key}` has no space after its colon",
            place,
            trail,
            notes=("without the space it is one word, and no key with a value",),
            help=f"{name}: {rest}",
        )
        self.missing_at(trail)

    def tag_mismatch(self, written: str, kind: str, place: Place, trail: Trail) -> None:
        """Tell of a scalar that is not what its tag says."""
        self._report(
            "tag-mismatch",
            f"`{written}` is not what its tag `!!{kind}` says",
            place,
            trail,
            help=f"remove `!!{kind}`, or write a value of that kind",
        )

    def unknown_tag(self, event: Raw, trail: Trail) -> None:
        """Tell of a tag of another tool."""
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
        self.missing_at(trail)

    def several_documents(self, event: Raw) -> None:
        """Tell of a second document."""
        self._report(
            "several-documents",
            "a second document begins in this file",
            (event.start_mark.index, event.end_mark.index),
            None,
            notes=("only the first document is read",),
            help="remove this `---`, or move what follows to a file of its own",
        )

    def old_version(self, event: Raw) -> None:
        """Tell of a directive for another YAML."""
        self._report(
            "old-yaml-version",
            "`%YAML 1.1` is said, but this file is read as YAML 1.2",
            (event.start_mark.index, event.end_mark.index),
            None,
            severity=Severity.WARNING,
            notes=("in YAML 1.2 `yes` and `on` are text, and `010` is ten",),
            help="remove the line `%YAML 1.1`",
        )

    def too_deep(self, event: Raw, limit: int, trail: Trail) -> None:
        """Tell of a collection inside of `limit` others."""
        self._report(
            "deep-nesting",
            f"values are nested more than {limit} deep",
            (event.start_mark.index, event.end_mark.index),
            trail,
            notes=("nothing after this place is read",),
            help="a platform file needs about 10 levels: look for brackets that are never closed",
        )

    def too_many(self, start: int, end: int, limit: int) -> None:
        """Tell of the collection with which the file has more than `limit` values."""
        self._report(
            "too-many-values",
            f"the file has more than {limit:,} values",
            (start, min(end, start + 1)),
            None,
            help="split the platform into several files, one for each Argo CD",
        )

    def _report(
        self, code: str, message: str, place: Place, trail: Trail, *,
        severity: Severity = Severity.ERROR, **rest: object,
    ) -> None:  # fmt: skip
        if len(self._findings) > MAX_FINDINGS:
            return
        span = self._lines.span(self._file, *place)
        if len(self._findings) == MAX_FINDINGS:
            message = f"the file has more than {MAX_FINDINGS} such mistakes; those from here on are not told"
            advice = "correct the ones above first"
            self._findings.append(Diagnostic("too-many-mistakes", Severity.ERROR, message, span=span, help=advice))
            return
        self._findings.append(Diagnostic(code, severity, message, path_of(trail), span=span, **rest))  # type: ignore[arg-type]


def _listed(keys: list[str]) -> str:
    """Return keys in words, the first few of them."""
    shown = ", ".join(f"`{key}`" for key in keys[:_FEW])
    return shown if len(keys) <= _FEW else f"{shown} and {len(keys) - _FEW} more"
