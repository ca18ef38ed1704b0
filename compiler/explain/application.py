"""Explains what is synced: which lines, which release and which changes made an application, a file or its objects."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.emit import layout
from compiler.explain.answer import Answer, Section, Statement
from compiler.explain.product import asked_for
from compiler.explain.subject import Subject
from compiler.lowering.components import deliberate_differences
from compiler.lowering.units import Unit
from compiler.model.manifest import Application, Identity
from compiler.model.platform import Cluster, Installation


def explain_application(unit: Unit, subject: Subject) -> Answer:
    """Return what made an application, and what it is made of."""
    application = unit.lower()
    cluster = next(each for each in subject.platform.clusters if each.name == unit.cluster)
    installation = cluster.installed.get(unit.application)
    sections = [_declared(unit, subject)]
    if installation is not None:
        sections.append(Section("Asked for", tuple(asked_for(unit.application, cluster, subject))))
    sections += [
        *_release(application, cluster, installation, subject),
        Section("Files", tuple(Statement(path) for path in _files(application))),
        Section("Objects of ours", tuple(_objects(application))),
    ]
    if application.upstream:
        count = len(application.upstream)
        sections.append(Section("Objects of upstream", (Statement(f"{count} as the release has them"),)))
    summary = f"what Argo CD syncs as one application, made from {unit.origin}"
    return Answer("application", unit.name, summary, tuple(sections), subject.place(unit.origin))


def explain_file(path: str, unit: Unit, subject: Subject) -> Answer | None:
    """Return what made one file of an application; `None` for a file that a build would not write."""
    application = unit.lower()
    if path not in _files(application):
        return None
    cluster = next(each for each in subject.platform.clusters if each.name == unit.cluster)
    chart = next((each for each in application.charts if path.endswith(f"/{each.file}")), None)
    is_ours = path.startswith(f"{layout.GENERATED}/") and chart is not None
    origin = chart.origin if is_ours and chart is not None else unit.origin
    sections = [Section("Made from", (Statement(origin, subject.place(origin)),))]
    installation = cluster.installed.get(unit.application)
    if is_ours and chart is not None:
        held = tuple(Statement(str(Identity.of(each))) for each in chart.objects)
        sections.append(Section("Objects", held))
    elif path.startswith(f"{layout.OVERLAYS}/"):
        if installation is not None:
            sections.append(Section("Asked for", tuple(asked_for(unit.application, cluster, subject))))
        sections += _release(application, cluster, installation, subject)
    else:
        names = tuple(Statement(each.file, subject.place(each.origin)) for each in application.charts)
        sections.append(Section("Lists", names))
    summary = f"a file of application {unit.name}, made from {origin}; never edited by hand"
    return Answer("file", path, summary, tuple(sections), subject.place(origin))


def _declared(unit: Unit, subject: Subject) -> Section:
    return Section("Made from", (Statement(unit.origin, subject.place(unit.origin)),))


def _release(
    application: Application, cluster: Cluster, installation: Installation | None, subject: Subject
) -> Iterator[Section]:
    """Yield what comes from upstream, and what our overlay changes about it and why."""
    if installation is None:
        return
    release = subject.catalog.release(installation.product, installation.product_version)
    own = f", which has {installation.component} {installation.version}" if installation.version else ""
    lines = [
        Statement(
            f"{installation.product} {release.version}{own}: {release.ref} is commit {release.commit}, "
            f"verified {release.verified}",
            source=release.repository,
        )
    ]
    entry = subject.lock.clusters.get(cluster.name)
    locked = entry.products.get(installation.product) if entry else None
    for reason in locked.because if locked else ():
        text, place, source = subject.reason(reason)
        lines.append(Statement(f"picked because of {text}", place, source))
    yield Section("Release", tuple(lines))
    bases = [Statement(f"{base.path} at {base.commit}", source=base.repository) for base in application.overlay.bases]
    if application.helm is not None:
        helm = application.helm
        bases.append(Statement(f"Helm chart {helm.path} at {helm.commit}", source=helm.repository))
    yield Section("Upstream directories", tuple(bases))
    yield Section("Changed on purpose", tuple(_changes(cluster, installation, subject)))
    patches = tuple(
        Statement(f"your patch of {' '.join(patch.target.values())}", subject.document.span(patch.origin))
        for patch in installation.patches
    )
    yield Section("Changed by you", patches)


def _changes(cluster: Cluster, installation: Installation, subject: Subject) -> Iterator[Statement]:
    """Yield each reason once, with the objects that it touches."""
    found: dict[tuple[str, str], list[str]] = {}
    for difference in deliberate_differences(installation, cluster, subject.platform, subject.catalog):
        touched = found.setdefault((difference.because, difference.source), [])
        touched.append(f"{difference.kind} {difference.identity}")
    for (because, source), touched in found.items():
        yield Statement("\n".join([because, *(f"  {each}" for each in dict.fromkeys(touched))]), source=source)


def _files(application: Application) -> list[str]:
    """Return the paths of the application's files, as `emit.render` writes them."""
    generated = layout.generated_directory(application.cluster, application.name)
    overlay = layout.overlay_directory(application.cluster, application.name)
    files = [f"{generated}/{chart.file}" for chart in application.charts]
    files += [f"{generated}/{layout.KUSTOMIZATION}"] if application.charts else []
    files += [f"{generated}/{name}" for name in sorted(application.files)]
    if not application.is_synced:
        return files
    files.append(f"{overlay}/{layout.KUSTOMIZATION}")
    files += [f"{overlay}/{layout.VALUES}"] if application.helm is not None else []
    return files + [f"{overlay}/{name}" for name in sorted(application.overlay.files)]


def _objects(application: Application) -> Iterator[Statement]:
    for chart in application.charts:
        for manifest in chart.objects:
            yield Statement(f"{Identity.of(manifest)} in {chart.file}")
