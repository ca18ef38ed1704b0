"""One mapping of the platform file while its errors are explained, and what comes of one.

Knows the words for values and places; knows no error and no code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from compiler.diagnostics.model import Diagnostic, YamlPath, error
from compiler.diagnostics.suggest import Patience, nearest
from compiler.frozen import frozen
from compiler.source.document import Document
from compiler.spec.flow import flow
from compiler.spec.shape import ModelShape, Place
from compiler.spec.wording import named, short


@frozen
class Explained:
    """One finding, and the value that most likely was meant (`has_meant`), to go on with instead of the wrong one.

    `at` is the value's path below the data. `renamed` is the key that an unknown key most likely was meant to be, for
    which `meant` is the value then.
    """

    finding: Diagnostic
    has_meant: bool = False
    meant: Any = None
    at: YamlPath = ()
    renamed: str | None = None


@frozen
class Judged:
    """The mapping: `data` as written, its path `base` in the file, and the text in `document`, if it is at hand."""

    data: object
    base: YamlPath
    document: Document | None
    _patience: Patience = field(default_factory=Patience, compare=False)
    _near: dict[tuple[str, tuple[str, ...]], list[str]] = field(default_factory=dict, compare=False)

    def nearest(self, word: str, candidates: Iterable[str]) -> list[str]:
        """Return the nearest candidates; who writes a key wrong does so in every item of a list."""
        asked = (word, tuple(candidates))
        if asked not in self._near:
            self._near[asked] = nearest(*asked, patience=self._patience)
        return self._near[asked]

    def error(self, code: str, message: str, path: YamlPath, **rest: object) -> Diagnostic:
        """Return an error at a path below `base`."""
        return error(code, message, (*self.base, *path), **rest)

    def value(self, path: YamlPath) -> Any:
        """Return the value as written at a path below `base`; `None` where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def text(self, path: YamlPath, value: object) -> str:
        """Return a value as it stands in the file, or as YAML would write it."""
        written = self.document.written((*self.base, *path)) if self.document else None
        return written.strip() if written else flow(value)

    def key(self, path: YamlPath) -> str:
        """Return what a person calls the value: its key, and for an item of a list the list's."""
        full = (*self.base, *path)
        names = [step for step in full if isinstance(step, str)]
        if not names:
            return "the file"
        if full and isinstance(full[-1], int):
            return f"an item of `{short(names[-1])}`"
        return f"`{short(names[-1])}`"

    def owner(self, place: Place) -> str:
        """Return what a person calls the mapping that holds the place, by its name where it has one."""
        parent = place.shapes[-2] if len(place.shapes) > 1 else None
        noun = parent.model.noun if isinstance(parent, ModelShape) else "this mapping"
        return named(noun, self.value(place.path[:-1]))
