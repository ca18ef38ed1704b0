"""How a fact is quoted: where it was read."""

from __future__ import annotations

from compiler.model.release import Fact


def source_text(fact: Fact) -> str:
    """Return where a fact was read, as a URL where there is one."""
    source = fact.source
    if "url" in source:
        return source["url"]
    where = source.get("sha") or source.get("ref") or "HEAD"
    return f"https://github.com/{source.get('repo', '')}/blob/{where}/{source.get('path', '')}"


def citation(fact: Fact) -> str:
    """Return where a fact was read, in short: `owner/repository@ref:path`, or its URL."""
    source = fact.source
    if "url" in source:
        return source["url"]
    return f"{source.get('repo', '')}@{source.get('ref') or source.get('sha') or 'HEAD'}:{source.get('path', '')}"
