"""The platform file that renderers are tried with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiler.diagnostics.model import Span, YamlPath
from compiler.diagnostics.place import Lines, Source


class TextFile:
    """A text in which each path stands where `places` says, as offsets."""

    def __init__(self, text: str, places: Mapping[YamlPath, str], file: str) -> None:
        self.file = file
        self.lines = Lines(text)
        self._places = {path: (text.index(part), text.index(part) + len(part)) for path, part in places.items()}

    def span(self, path: YamlPath, *, at_key: bool = False) -> Span:
        """Return the place of a path; with `at_key` its first character."""
        start, end = self._places.get(path, (0, 0))
        return self.lines.span(self.file, start, start + 1 if at_key else end)

    def edit_range(self, path: YamlPath, *, at_key: bool = False, removal: bool = False) -> tuple[int, int] | None:
        """Return the place of a path; a removal takes one character more."""
        found = self._places.get(path)
        if found is None:
            return None
        return found[0], found[0] + 1 if at_key else found[1] + removal


MakeFile = Callable[..., Source]


@pytest.fixture
def make_file() -> MakeFile:
    """Return how to make a file: `make_file(text, {path: part of the text}, file=name)`."""

    def make(text: str, places: Mapping[YamlPath, str] | None = None, file: str = "platform.yaml") -> Source:
        return TextFile(text, places or {}, file)

    return make


@pytest.fixture
def platform(make_file: MakeFile) -> Source:
    """Return a small platform file."""
    text = "kind: Platform\nteams:\n  - {name: vision, pool: a10}\n\tlate: 1\n"
    places: dict[YamlPath, str] = {
        ("teams",): "teams",
        ("teams", 0, "name"): "vision",
        ("teams", 0, "pool"): "a10",
        ("late",): "late: 1",
    }
    return make_file(text, places)
