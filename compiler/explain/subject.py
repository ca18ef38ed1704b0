"""What is explained: a platform as a run understood it, with its units and where its names stand; explains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from compiler.catalog.load import Catalog
from compiler.diagnostics.failure import UsageMistake
from compiler.diagnostics.model import Span
from compiler.explain.path import parse_path
from compiler.lowering.plan import plan_units
from compiler.lowering.units import Unit
from compiler.model.platform import Platform
from compiler.model.release import Fact
from compiler.pipeline import Sources, Understanding, understand
from compiler.resolve.citations import source_text
from compiler.resolve.lock import Lock
from compiler.source.document import Document


@dataclass(frozen=True)
class Subject:
    """A platform that a run understood: what it read, the catalog, and the day of the run."""

    sources: Sources
    catalog: Catalog
    as_of: date

    @cached_property
    def understanding(self) -> Understanding:
        """Return what the platform file means."""
        return understand(self.sources, self.catalog, as_of=self.as_of)

    @property
    def document(self) -> Document:
        """Return the platform file's document. Raises: `UsageMistake` where nothing can be made of the file."""
        if self.understanding.document is None:
            raise UsageMistake(f"{self.sources.name} cannot be read", "python -m compiler check")
        return self.understanding.document

    @property
    def platform(self) -> Platform:
        """Return the platform as meant. Raises: `UsageMistake` where nothing can be made of the file."""
        if self.understanding.platform is None:
            raise UsageMistake(f"{self.sources.name} says no platform yet", "python -m compiler check")
        return self.understanding.platform

    @property
    def lock(self) -> Lock:
        """Return the lock that goes with the platform."""
        return self.understanding.lock or Lock()

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Return every unit by `cluster/application`."""
        return {unit.name: unit for unit in plan_units(self.platform, self.catalog)}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Return every fact of the catalog by its id."""
        return {fact.id: fact for subject in self.catalog.subjects() for fact in self.catalog.facts(subject)}

    def place(self, name: str) -> Span | None:
        """Return where a path by name stands in the platform file; its nearest parent, or `None` for none of it."""
        words = name
        while words:
            path = parse_path(words, self.document.data)
            if path is not None:
                return self.document.span(path, at_key=True)
            words = words.rpartition(".")[0]
        return None

    def reason(self, reason: str) -> tuple[str, Span | None, str]:
        """Return a reason of the lock in words, its place in the platform file, and its source."""
        fact = self.facts.get(reason)
        if fact is None:
            return reason, self.place(reason), ""
        limits = " and ".join(f"{other} {limit}" for other, limit in sorted(fact.requires.items()))
        note = fact.data.get("because") or fact.data.get("note")
        why = f": {note}" if isinstance(note, str) else ""
        return f"{fact.subject} {fact.version} requires {limits}{why} (fact {fact.id})", None, source_text(fact)
