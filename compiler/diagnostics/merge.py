"""One mistake that shows several times at one place of the file is told once, with the clusters named that have it.

Knows no stage and no code: nothing but the cluster, or the way to the place, tells such findings apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from compiler.diagnostics.model import Diagnostic, Suggestion
from compiler.diagnostics.place import Source

_GAP = "\0"
_BEFORE = ("on", "of", "in", "to")
"""Words before `cluster NAME` after which `clusters A and B` is good English too; a verb would have to agree."""
_MOST_NAMED = 4


def merge_places(findings: Sequence[Diagnostic], source: Source) -> list[Diagnostic]:
    """Return the findings, those once that say the same of one place: an alias leads to it by another path."""
    kept: dict[tuple[object, ...], Diagnostic] = {}
    for finding in findings:
        span = finding.span or source.span(finding.path, at_key=finding.at_key)
        kept.setdefault((finding.code, finding.severity, span, finding.message, finding.help), finding)
    return list(kept.values())


def merge_clusters(findings: Sequence[Diagnostic], clusters: Collection[str]) -> list[Diagnostic]:
    """Return the findings, those merged that only say the same of several clusters, at the place of the first.

    Args: `clusters` are the names that a message may hold.
    """
    groups: dict[tuple[object, ...], list[tuple[Diagnostic, str | None]]] = {}
    for finding in findings:
        template, cluster = _template(finding.message, clusters)
        key = (finding.code, finding.severity, finding.path, finding.at_key, finding.span, template)
        groups.setdefault(key, []).append((finding, cluster))
    return [_merged(members, clusters) if members[1:] else members[0][0] for members in groups.values()]


def _template(text: str, clusters: Collection[str]) -> tuple[str, str | None]:
    """Return a text with a gap for the one cluster that it names, and its name; the text itself without one."""
    before, word, rest = text.partition("cluster ")
    if not word or not before.lower().endswith(tuple(f"{each} " for each in _BEFORE)):
        return text, None
    length = next((index for index, char in enumerate(rest) if not (char.isalnum() or char == "-")), len(rest))
    name = rest[:length]
    return (f"{before}{_GAP}{rest[length:]}", name) if name in clusters else (text, None)


def _merged(members: Sequence[tuple[Diagnostic, str | None]], clusters: Collection[str]) -> Diagnostic:
    first = members[0][0]
    if all(finding == first for finding, _ in members):
        return first
    found = [finding for finding, _ in members]
    names = list(dict.fromkeys(name for _, name in members if name is not None))
    helps = list(dict.fromkeys(_of_each(finding.help or "", names or clusters) for finding in found))
    fixes = {finding.fix for finding in found}
    notes = _told_once((note for finding in found for note in finding.notes), clusters)
    if names[_MOST_NAMED:]:
        notes.append(f"the clusters are {', '.join(names)}")
    return replace(
        first,
        message=_told_once((finding.message for finding in found), clusters)[0],
        related=tuple(dict.fromkeys(label for finding in found for label in finding.related)),
        notes=tuple(notes),
        help=helps[0] or None,
        fix=first.fix if len(fixes) == 1 else None,
        sources=tuple(dict.fromkeys(source for finding in found for source in finding.sources)),
        suggestions=_enough_for_all(found, names or clusters),
    )


def _told_once(texts: Iterable[str], clusters: Collection[str]) -> list[str]:
    """Return texts without repetition, those as one that only name different clusters."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        template, name = _template(text, clusters)
        names = groups.setdefault(template, [])
        if name is not None and name not in names:
            names.append(name)
    return [template.replace(_GAP, _named(names)) if names else template for template, names in groups.items()]


def _named(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"cluster {names[0]}"
    if len(names) > _MOST_NAMED:
        return f"clusters {', '.join(names[: _MOST_NAMED - 1])} and {len(names) - _MOST_NAMED + 1} more"
    return f"clusters {', '.join(names[:-1])} and {names[-1]}"


def _of_each(text: str, names: Iterable[str]) -> str:
    """Return an advice for one cluster as one for each."""
    for name in names:
        text = text.replace(f"on {name} alone", "on each of them alone")
    return text


def _enough_for_all(findings: Sequence[Diagnostic], names: Collection[str]) -> tuple[Suggestion, ...]:
    """Return what mends every one of the findings: the changes that each of them offers."""
    first, *others = findings
    return tuple(
        replace(suggestion, text=_of_each(suggestion.text, names))
        for suggestion in first.suggestions
        if all(suggestion.fix in {each.fix for each in other.suggestions} for other in others)
    )
