"""Explains a line of the platform file: what it makes, found by leaving it out, and which rules look at it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from compiler.diagnostics.edit import apply_edits, edit_for
from compiler.diagnostics.model import Diagnostic, Fix, Severity, YamlPath, format_path
from compiler.emit import layout
from compiler.explain.answer import Answer, Section, Statement
from compiler.explain.code import try_example
from compiler.explain.path import by_any, by_name
from compiler.explain.subject import Subject
from compiler.frozen import frozen
from compiler.model.manifest import Application, Identity
from compiler.rules import all_rules
from compiler.source.edit import as_bytes
from compiler.spec.platform import PlatformSpec
from compiler.spec.shape import LeafShape, MapShape, Shape, locate

_BY_ITSELF = ("load", "shape")
"""Stages that set a wrong value aside with all that holds it."""
_APPLIED = ("resolve", "check")
"""Stages whose rules look at values in their context; the others look at text, or at one value by itself."""


@frozen
class _Without:
    """The platform without an entry; `needed` are the errors that this would make."""

    subject: Subject
    needed: tuple[Diagnostic, ...]


def explain_line(path: YamlPath, subject: Subject) -> Answer:
    """Return what an entry of the platform file makes, what comes of it, and which rules look at it."""
    asked = path
    without = _without(path, subject)
    needed = without.needed if without else ()
    while without is not None and path and any(_is_of_shape(finding) for finding in without.needed):
        # What is set aside for want of this entry would seem to be made by it.
        path = path[:-1]
        without = _without(path, subject)
    sections = [Section("It cannot be left out", tuple(Statement(finding.message) for finding in needed))]
    sections.append(Section("Versions that it decides", tuple(_decided(asked, subject))))
    if without is not None:
        title = "What it makes" if path == asked else f"It is part of {format_path(path)}, which makes"
        made = tuple(_made(subject, without.subject))
        sections.append(Section(title, made or (Statement("nothing of its own: without it every object is the same"),)))
    sections += [
        Section("Applications that are made from it", tuple(_origins(asked, subject))),
        Section("Rules that look at it", tuple(_rules(asked, subject))),
        Section("Findings", tuple(_findings(asked, subject))),
    ]
    span = subject.document.span(asked, at_key=True)
    written = (subject.document.written(asked) or "").strip()
    summary = written if "\n" not in written and len(written) < 100 else f"{len(written.splitlines())} lines"
    return Answer("path", format_path(asked), summary or "an empty value", tuple(sections), span)


def _without(path: YamlPath, subject: Subject) -> _Without | None:
    """Return the platform without an entry, and without what would be left empty; `None` for the whole file."""
    path = _whole(path, subject)
    edit = edit_for(Fix(path, None), subject.document) if path else None
    if edit is None:
        return None
    text = as_bytes(apply_edits(subject.document.text, [edit]), subject.sources.text)
    other = Subject(replace(subject.sources, text=text), subject.catalog, subject.as_of)
    before = Counter(_identity(finding) for finding in subject.understanding.diagnostics)
    new = [finding for finding in other.understanding.diagnostics if finding.severity is Severity.ERROR]
    needed = tuple(finding for finding in new if not before[_identity(finding)])
    if other.understanding.platform is None and not needed:
        return None
    return _Without(other, needed)


def _is_of_shape(finding: Diagnostic) -> bool:
    rule = all_rules().get(finding.code)
    return rule is not None and rule.stage in _BY_ITSELF


def _identity(finding: Diagnostic) -> tuple[str, str]:
    return (finding.code, finding.message)


def _whole(path: YamlPath, subject: Subject) -> YamlPath:
    """Return the outermost entry that would be empty without the one at `path`."""
    while len(path) > 1:
        value: object = subject.document.data
        for step in path[:-1]:
            value = value[step]  # type: ignore[index]
        if not isinstance(value, dict | list) or len(value) > 1:
            break
        path = path[:-1]
    return path


def _made(before: Subject, after: Subject) -> Iterator[Statement]:
    """Yield what there is with an entry and not without it, or otherwise: versions, applications, objects, files."""
    yield from _versions(before, after)
    for name, unit in before.units.items():
        other = after.units.get(name)
        if other is None:
            application = unit.lower()
            objects = sum(len(chart.objects) for chart in application.charts)
            made = f"application {name}, with {objects} objects of ours" if objects else f"application {name}"
            place = layout.overlay_directory if application.is_synced else layout.generated_directory
            yield Statement(f"{made}, in {place(application.cluster, application.name)}/")
        elif other.key() != unit.key():
            yield from _changes(unit.lower(), other.lower())
    for name in after.units.keys() - before.units.keys():
        yield Statement(f"application {name} is away because of it")


def _decided(path: YamlPath, subject: Subject) -> Iterator[Statement]:
    """Yield the picked versions that the lock says are as they are because of the entry."""
    for cluster, entry in subject.lock.clusters.items():
        names = _names(path, cluster, subject)
        for product, locked in entry.products.items():
            if not names.isdisjoint(locked.because):
                yield Statement(f"{product} {locked.version} on {cluster}")


def _names(path: YamlPath, cluster: str, subject: Subject) -> set[str]:
    """Return the names under which an entry may be told as a reason on a cluster; of claims all teams' are one."""
    claims = (
        claim.origin
        for each in subject.platform.clusters
        if each.name == cluster
        for tenant in each.tenants
        for claim in tenant.claims
    )
    names = {by_name(path, subject.document.data)}
    return names | {by_any(path)} if any(origin[: len(path)] == path for origin in claims) else names


def _versions(before: Subject, after: Subject) -> Iterator[Statement]:
    for name, entry in before.lock.clusters.items():
        other = after.lock.clusters.get(name)
        if other is None:
            continue
        for product, locked in entry.products.items():
            elsewhere = other.products.get(product)
            if elsewhere is None:
                yield Statement(f"{product} {locked.version} on {name}")
            elif elsewhere.version != locked.version:
                yield Statement(f"{product} {locked.version} on {name}, which would be {elsewhere.version} without it")


def _changes(application: Application, other: Application) -> Iterator[Statement]:
    """Yield the objects of an application that are there, gone or different because of an entry."""
    here, there = _objects(application), _objects(other)
    where = f"{application.cluster}/{application.name}"
    folder = layout.generated_directory(application.cluster, application.name)
    for identity, (file, text) in here.items():
        if identity not in there:
            yield Statement(f"{identity} of {where}, in {folder}/{file}")
        elif there[identity][1] != text:
            fields = ", ".join(_fields(json.loads(text), json.loads(there[identity][1])))
            yield Statement(f"part of {identity} of {where} ({fields}), in {folder}/{file}")
    for identity in there.keys() - here.keys():
        yield Statement(f"{identity} of {where} is away because of it")
    for file in sorted(application.files):
        if file not in other.files:
            yield Statement(f"{folder}/{file}, for people to run")
        elif application.files[file] != other.files[file]:
            yield Statement(f"part of {folder}/{file}")
    if application.overlay != other.overlay or application.helm != other.helm:
        overlay = layout.overlay_directory(application.cluster, application.name)
        yield Statement(f"part of the overlay of {where}, in {overlay}/")


def _objects(application: Application) -> dict[Identity, tuple[str, str]]:
    return {
        Identity.of(manifest): (chart.file, json.dumps(manifest, sort_keys=True, default=dict))
        for chart in application.charts
        for manifest in chart.objects
    }


def _fields(here: object, there: object, path: YamlPath = ()) -> Iterator[str]:
    """Yield the paths at which two objects differ, each as far down as it is one place."""
    if isinstance(here, dict) and isinstance(there, dict):
        for key in sorted(here.keys() | there.keys()):
            yield from _fields(here.get(key), there.get(key), (*path, key))
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for index, (one, two) in enumerate(zip(here, there, strict=True)):
            yield from _fields(one, two, (*path, index))
    elif here != there:
        yield format_path(path)


def _origins(path: YamlPath, subject: Subject) -> Iterator[Statement]:
    """Yield the applications whose origin is the entry, something inside it, or what holds it."""
    if not path:
        return
    for unit in subject.units.values():
        names = _names(path, unit.cluster, subject)
        if any(f"{unit.origin}.".startswith(f"{name}.") or f"{name}.".startswith(f"{unit.origin}.") for name in names):
            yield Statement(unit.name if unit.origin in names else f"{unit.name}, from {unit.origin}")


def _rules(path: YamlPath, subject: Subject) -> Iterator[Statement]:
    """Yield what is expected of the value itself, and the rules that look at such a place.

    A rule looks at the places that its finding marks when its own bad example is tried.
    """
    place = locate(PlatformSpec, path)
    if isinstance(place.shape, LeafShape) and place.shape.kind is not None:
        yield Statement(f"{place.shape.kind.code}: it must be {place.shape.kind.rule}")
    elif isinstance(place.shape, LeafShape) and place.shape.values:
        yield Statement(f"unknown-value: it must be one of {', '.join(place.shape.values)}")
    asked = _pattern(path)
    for rule in all_rules().values():
        if rule.stage not in _APPLIED or not rule.bad:
            continue
        found = [
            finding
            for finding in try_example(rule, subject.catalog, subject.as_of).diagnostics
            if finding.code == rule.code
        ]
        marked = {place for each in found for place in (each.path, *(label.path for label in each.related))}
        if any(_pattern(mark)[: len(asked)] == asked for mark in marked):
            yield Statement(f"{rule.code}: {rule.summary}")


def _pattern(path: YamlPath) -> tuple[str, ...]:
    """Return a path with `*` for each index and each free key."""
    shapes: tuple[Shape | None, ...] = locate(PlatformSpec, path).shapes
    return tuple(
        "*" if isinstance(step, int) or isinstance(shape, MapShape) else step
        for step, shape in zip(path, shapes, strict=False)
    )


def _findings(path: YamlPath, subject: Subject) -> Iterator[Statement]:
    for finding in subject.understanding.diagnostics:
        if finding.span is None and finding.path[: len(path)] == path:
            span = subject.document.span(finding.path, at_key=finding.at_key)
            yield Statement(f"{finding.severity.value}[{finding.code}]: {finding.message}", span)
