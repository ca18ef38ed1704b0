"""What there is to say about a platform file: by running the stages, or from memory when nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.pipeline import Sources, Understanding, understand
from compiler.workspace.cache import RunCache, made_once
from compiler.workspace.fingerprint import compiler_digest, compiler_stamp, reads_digest
from compiler.workspace.verdict import recall, remember

if TYPE_CHECKING:
    from datetime import date

    from compiler.catalog.load import Catalog
    from compiler.diagnostics.place import Source
    from compiler.source.reread import Reading


@dataclass(slots=True)
class Judgement:
    """Findings about a platform file and the source that places them.

    `reads` is the digest of all that they rest on, `inputs` the files besides the platform file among it.
    `understanding` is what the stages made; `None` when the findings were recalled.
    """

    findings: list[Diagnostic]
    source: Source | None
    reads: str
    inputs: tuple[str, ...]
    understanding: Understanding | None = field(default=None)

    @property
    def has_errors(self) -> bool:
        """Return whether anything keeps output from being written."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def own_digest() -> str:
    """Return what identifies this compiler; its files are read only when they have changed on this machine."""
    return made_once("compiler.digest", compiler_stamp(), lambda: compiler_digest().encode()).decode()


def judge(
    sources: Sources, catalog: Callable[[], Catalog], cache: RunCache, *, as_of: date, afresh: bool = False
) -> Judgement:
    """Return the judgement, recalled from the cache if what it rests on is unchanged, and keep it there.

    Args: with `afresh` the stages are run in any case.
    """
    if not afresh and cache.verdict is not None:
        reads = digest_of(sources, cache.inputs, as_of=as_of)
        if reads == cache.reads:
            try:
                findings, remembered = recall(cache.verdict, sources.name, sources.text.decode("utf-8-sig"))
            except (KeyError, TypeError, ValueError):
                pass  # A cache that cannot be read is as if it were not there.
            else:
                return Judgement(findings, remembered, reads, cache.inputs)
    read: set[str] = set()

    def reader(path: str) -> bytes | None:
        read.add(path)
        return sources.read(path)

    def earlier() -> Reading | None:
        from compiler.source.reread import loaded

        content = cache.earlier()
        return None if content is None else loaded(content)

    understanding = understand(replace(sources, read=reader, earlier=earlier), catalog(), as_of=as_of)
    from compiler.source.loader import text_only

    inputs = tuple(sorted(read))
    reads = digest_of(sources, inputs, as_of=as_of)
    cache.inputs, cache.reads = inputs, reads
    cache.verdict = remember(understanding.diagnostics, understanding.document)
    if understanding.document is not None and understanding.document.nodes is not None:
        from compiler.source.reread import dumped

        cache.reading = dumped(understanding.document)
    source = understanding.document or text_only(sources.text, sources.name)
    return Judgement(understanding.diagnostics, source, reads, inputs, understanding)


def digest_of(sources: Sources, inputs: tuple[str, ...], *, as_of: date) -> str:
    """Return a digest of everything that a judgement of these sources rests on; good on this machine only."""
    contents = [sources.text, sources.lock, *(sources.read(path) for path in inputs)]
    return reads_digest(compiler_stamp(), as_of.isoformat(), sources.name, sources.folder, *inputs, contents=contents)
