"""What libyaml saw of a text before its end or before it broke; explains nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from compiler.frozen import frozen


@frozen
class Token:
    """The last thing that was read before the text broke; offsets, the end exclusive."""

    start: int = 0
    end: int = 0
    is_plain: bool = False
    ends_value: bool = False
    style: str = ""


@frozen
class Opened:
    """A collection that was not finished when the text broke."""

    start: int
    is_flow: bool
    is_mapping: bool


@dataclass(slots=True)
class Trace:
    """What libyaml saw of a text: the last token, the open collections, and where quoted and block text stands.

    `closed` has the starts of the block collections that ended last, nothing coming after them.
    """

    last: Token = field(default_factory=Token)
    opened: list[Opened] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    quoted: list[tuple[int, int]] = field(default_factory=list)


def trace(read: Callable[[], Event]) -> Trace:
    """Return what libyaml sees of a text until its end or until it breaks."""
    seen = Trace()
    try:
        while True:
            event = read()
            if isinstance(event, StreamEndEvent):
                return seen
            _note(seen, event)
    except YAMLError:
        return seen


def _note(seen: Trace, event: Event) -> None:
    if event.start_mark is None or event.end_mark is None:
        return
    start, end = event.start_mark.index, event.end_mark.index
    if not isinstance(event, CollectionEndEvent):
        seen.closed.clear()
    if isinstance(event, ScalarEvent):
        style = event.style or ""
        is_plain = style not in {"'", '"', "|", ">"}
        seen.last = Token(start, end, is_plain=is_plain, ends_value=style in {"'", '"'}, style=style)
        if not is_plain:
            seen.quoted.append((start, end))
    elif isinstance(event, CollectionStartEvent):
        seen.opened.append(Opened(start, bool(event.flow_style), isinstance(event, MappingStartEvent)))
        if event.flow_style:
            seen.last = Token(start, end)
    elif isinstance(event, CollectionEndEvent):
        ended = seen.opened.pop()
        if ended.is_flow:
            seen.last = Token(ended.start, end, ends_value=True)
        else:
            seen.closed.append(ended.start)
    elif isinstance(event, AliasEvent):
        seen.last = Token(start, end, ends_value=True, style="*")
