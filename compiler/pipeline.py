"""The whole program on one screen: the stages in order, and what each run keeps of them.

Stages are functions of values; the effects (reading, writing, asking the date) are the caller's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.emit import layout
from compiler.frozen import frozen
from compiler.model.secret_file import ENCRYPTED_BACKENDS

if TYPE_CHECKING:
    from compiler.catalog.load import Catalog
    from compiler.emit.inventory import Inventory
    from compiler.lowering.units import Unit
    from compiler.model.platform import Platform
    from compiler.resolve.lock import Lock
    from compiler.source.document import Document
    from compiler.source.reread import Reading
    from compiler.spec.platform import PlatformSpec

PLATFORM_FILE = "platform.yaml"


@frozen
class Sources:
    """What a run reads: the platform file, the lock if there is one, and how to read a file that patches name.

    `name` is the platform file as the user named it, `folder` the path of its folder from the Git root, empty or with
    `/` at its end. `read` takes a path relative to the platform file's folder
    and returns its bytes, or `None` when there is no such file inside the folder; for a path with `/` at its end the
    paths of all files below that folder, one a line and sorted, as though they were its content. `earlier` gives how
    the platform file was read before it was edited, where that is remembered.
    """

    name: str
    text: bytes
    lock: bytes | None
    folder: str
    read: Callable[[str], bytes | None]
    earlier: Callable[[], Reading | None] = lambda: None


@dataclass(slots=True)
class Understanding:
    """Everything up to the checked platform; a stage that could not be reached is `None`."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    document: Document | None = None
    spec: PlatformSpec | None = None
    platform: Platform | None = None
    lock: Lock | None = None

    @property
    def has_errors(self) -> bool:
        """Return whether anything keeps output from being written."""
        return any(finding.severity is Severity.ERROR for finding in self.diagnostics)


def understand(sources: Sources, catalog: Catalog, *, as_of: date) -> Understanding:
    """Return what the platform file means, with every finding of every stage that no comment in the file allows."""
    result = _understand(sources, catalog, as_of=as_of)
    if len(result.diagnostics) > 1 and result.document is not None and "&" in result.document.text:
        from compiler.diagnostics.merge import merge_places

        result.diagnostics = merge_places(result.diagnostics, result.document)
    if result.document is not None and "compiler:" in result.document.text:
        from compiler.source.suppression import allow

        result.diagnostics = allow(result.document, result.diagnostics, _known_codes)
    return result


def _known_codes() -> Collection[str]:
    from compiler.rules import all_rules

    return all_rules()


def _understand(sources: Sources, catalog: Catalog, *, as_of: date) -> Understanding:
    """Return what the platform file means, with every finding: load, validate, resolve, check."""
    from compiler.checks import run_checks
    from compiler.resolve import read_lock, resolve
    from compiler.source.loader import load
    from compiler.spec.component_options import validate_component_options
    from compiler.spec.validate import validate

    result = Understanding()
    result.document, findings = load(sources.text, sources.name, sources.earlier)
    result.diagnostics += findings
    if result.document is None:
        return result
    validated, findings = validate(result.document)
    result.diagnostics += findings
    if validated is None:
        return result
    result.spec = validated.spec
    result.diagnostics += validate_component_options(validated, result.document)
    lock, findings = read_lock(sources.lock)
    result.diagnostics += findings
    result.platform, result.lock, findings = resolve(validated, catalog, lock, read=sources.read, as_of=as_of)
    result.diagnostics += findings
    if result.platform is not None:
        result.platform = replace(result.platform, folder=sources.folder)
        mistakes = [each.path for each in result.diagnostics if each.severity is Severity.ERROR and each.path]
        mistakes += result.document.incomplete
        result.diagnostics += run_checks(result.platform, catalog, as_of=as_of, mistakes=mistakes)
        result.diagnostics += _unmatched_patches(result.platform, catalog)
        if not result.has_errors:
            # What is missing for secrets follows from what is installed, which an error may hide.
            result.platform, findings = _with_encrypted_files(result.platform, sources.read)
            result.diagnostics += findings
        if len(result.diagnostics) > 1 and len(result.platform.clusters) > 1:
            from compiler.diagnostics.merge import merge_clusters

            names = {cluster.name for cluster in result.platform.clusters}
            result.diagnostics = merge_clusters(result.diagnostics, names)
    return result


def _with_encrypted_files(platform: Platform, read: Callable[[str], bytes | None]) -> tuple[Platform, list[Diagnostic]]:
    """Return the platform with the encrypted files of Secrets that its clusters need, and the findings about these."""
    if all(cluster.secrets.backend not in ENCRYPTED_BACKENDS for cluster in platform.clusters):
        return platform, []
    from compiler.encrypted.read import with_encrypted_files

    return with_encrypted_files(platform, read)


def _unmatched_patches(platform: Platform, catalog: Catalog) -> list[Diagnostic]:
    """Return a finding for each of the user's patches that hits nothing, as far as the catalog can tell."""
    patched = [
        (installation, cluster)
        for cluster in platform.clusters
        for installation in cluster.installations
        if installation.patches
    ]
    if not patched:
        return []
    from compiler.diagnostics.collection import Findings
    from compiler.lowering.components import unmatched_patches

    findings = Findings()
    for installation, cluster in patched:
        findings += unmatched_patches(installation, cluster, platform, catalog)
    return findings.told()


@frozen
class Output:
    """What a build would leave: the whole inventory to be, and the bytes of the files that were compiled.

    `compiled` names the units that were compiled; the others are as the known inventory has them.
    """

    inventory: Inventory
    content: Mapping[str, bytes]
    compiled: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def compile_platform(
    platform: Platform,
    catalog: Catalog,
    *,
    compiler: str,
    known: Inventory,
    is_intact: Callable[[str], bool],
    clusters: Collection[str] | None,
    on_unit: Callable[[str, int], None],
) -> Output:
    """Compile the units whose key has changed or whose files are not intact, and take the others as they are known.

    Args: `compiler` identifies the compiler; `is_intact` tells whether the files of a unit are as the known
    inventory says; with `clusters` only the units of those are compiled and all else stays as it is known.
    """
    from compiler.emit.inventory import Entry, Inventory
    from compiler.emit.ownership import Owners, lost_data
    from compiler.emit.render import application_files
    from compiler.lowering.bridge import Bridge
    from compiler.lowering.lower import lower
    from compiler.lowering.overlays import kustomization
    from compiler.lowering.plan import plan_units

    def is_asked(cluster: str) -> bool:
        return clusters is None or cluster in clusters

    reusable = known.units if known.compiler == compiler else {}
    # A unit that is not asked for stays as another compiler may have left it: then its key must match nobody's.
    units = {name: reusable.get(name, "") for name in known.units if not is_asked(name.partition("/")[0])}
    due: list[Unit] = []
    content: dict[str, bytes] = {}
    findings: list[Diagnostic] = []
    with ExitStack() as running:
        for unit in plan_units(platform, catalog):
            if not is_asked(unit.cluster):
                continue
            units[unit.name] = unit.key()
            if reusable.get(unit.name) != units[unit.name] or not is_intact(unit.name):
                if not due:
                    bridge = running.enter_context(Bridge())  # Node boots while the other units are looked at
                due.append(unit)
        kept = units.keys() - {unit.name for unit in due}
        files = {path: entry for path, entry in known.files.items() if layout.unit_of(path) in kept}
        owners = Owners(
            {
                cluster: {
                    name: holder
                    for name, holder in found.items()
                    if not is_asked(cluster) or f"{cluster}/{holder}" in kept
                }
                for cluster, found in known.data.items()
            }
        )
        for application, charts in lower(bridge, due, on_unit) if due else ():
            findings += owners.add(application)
            for output in application_files(application, kustomization(application, text=_sorted_text), charts):
                content[output.path] = output.content
                files[output.path] = Entry(hashlib.sha256(output.content).hexdigest(), output.origin)
    findings += lost_data(known.data, owners.data, platform)
    data = {cluster: found for cluster, found in owners.data.items() if found}
    inventory = Inventory(compiler, units, files, data)
    return Output(inventory, content, tuple(unit.name for unit in due), tuple(findings))


def _sorted_text(data: Mapping[str, Any]) -> str:
    """Return data as YAML with sorted keys: the order of keys in a user's patch means nothing."""
    from compiler.emit.yaml import dump_plain

    return dump_plain(_sorted(data))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


def platform_schema(catalog: Catalog) -> str:
    """Return the text of the platform file's JSON Schema, with the catalog's ids as completions."""
    from compiler.providers import Providers
    from compiler.resolve.facts import Facts
    from compiler.spec.json_schema import schema_text
    from compiler.spec.options import options_models

    return schema_text(
        catalog.component_ids(),
        {*catalog.products(), *Facts(catalog).subjects},
        catalog.accelerators(),
        {name: provider.required for name, provider in Providers().items()},
        options_models(),
    )


def as_plain(value: object) -> object:
    """Return a stage's value as plain data: dataclasses as mappings, paths and tuples as lists, bytes left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items() if not isinstance(item, bytes)}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_plain(item) for item in value]
    return value
