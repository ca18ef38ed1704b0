"""Explains a product or a component: its versions, which one each cluster has, and why that one."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.explain.answer import Answer, Section, Statement
from compiler.explain.compatibility import compatibility
from compiler.explain.subject import Subject
from compiler.model.platform import Cluster
from compiler.model.release import UpgradeStep


def explain_product(name: str, subject: Subject) -> Answer:
    """Return the versions of a product, which cluster has which, and what decided; also of the component so named."""
    product = subject.catalog.products()[name]
    installed = {entry.products[name].version for entry in subject.lock.clusters.values() if name in entry.products}
    versions = []
    for version, release in product.releases.items():
        notes = [f"Kubernetes {release.kubernetes_minimum} or newer"] if release.kubernetes_minimum else []
        notes += ["only to upgrade from"] if release.upgrade_source else []
        notes += ["picked here"] if version in installed else []
        address = f"{release.ref} is commit {release.commit}"
        versions.append(Statement(f"{version}: {'; '.join([address, *notes])}"))
    sections = [Section("Versions in the catalog", tuple(versions))]
    sections += [
        Section(f"Version on {cluster.name}", tuple(picked(name, cluster, subject)))
        for cluster in subject.platform.clusters
    ]
    sections.append(Section("By hand on a cluster that comes from an older version", tuple(_steps(name, subject))))
    chosen = sorted(installed) or [*subject.catalog.versions(name)[-1:]]
    sections += [_facts_on(name, version, subject) for version in chosen]
    if name in subject.catalog.component_ids():
        sections += _as_component(name, subject)
    else:
        sections.append(Section("Carries", tuple(_carried(name, subject))))
    return Answer("product", name, f"{product.summary} ({product.docs})", tuple(sections))


def explain_component(name: str, subject: Subject) -> Answer:
    """Return what carries a component, where it is installed, and who asked for it."""
    component = subject.catalog.component(name)
    sections = _as_component(name, subject)
    brought: dict[str, str] = {}
    for cluster in subject.platform.clusters:
        installation = cluster.installed.get(name)
        if installation is not None and installation.existing is not None:
            brought[(*component.subjects, name)[0]] = installation.existing
        elif installation is not None:
            release = subject.catalog.release(installation.product, installation.product_version)
            brought |= release.components[name].brings
    if brought:
        more = "`matrix` shows what these mean for each cluster of this platform"
        sections.append(compatibility("Facts on what is installed", brought, subject, more))
    return Answer("component", name, f"{component.summary} ({component.docs})", tuple(sections))


def _facts_on(name: str, version: str, subject: Subject) -> Section:
    """Return what facts say of a version of a product itself; what it brings along is the matrix's."""
    brought = subject.catalog.products()[name].releases[version].brings
    own = {each: there for each, there in brought.items() if len(brought) == 1}
    more = f"`matrix` shows what these mean here, `matrix --product {name}` each version against Kubernetes"
    more += ", with what it brings" if len(brought) > 1 else ""
    return compatibility(f"Facts on {name} {version}", {name: version, **own}, subject, more)


def _steps(name: str, subject: Subject) -> Iterator[Statement]:
    """Yield what Argo CD cannot do by itself on the way to each version, the oldest first."""
    for version in subject.catalog.versions(name, sources=True):
        for step in subject.catalog.release(name, version).upgrade:
            yield Statement(
                f"to {version} or newer, {step.component}: {_what(step)}; {step.because}", source=step.source
            )


def _what(step: UpgradeStep) -> str:
    """Return what people do in a step, in words."""
    if step.carry:
        return step.carry
    return f"delete {step.delete}" if step.delete else f"apply the definitions of {', '.join(step.define)}"


def _as_component(name: str, subject: Subject) -> list[Section]:
    """Return what carries a component, and where it is installed."""
    component = subject.catalog.component(name)
    return [
        Section("Comes with", tuple(Statement(f"product {product}") for product in component.products)),
        *(
            Section(f"Component on {cluster.name}", tuple(_installed(name, cluster, subject)))
            for cluster in subject.platform.clusters
        ),
    ]


def picked(name: str, cluster: Cluster, subject: Subject) -> Iterator[Statement]:
    """Yield the version of a product that a cluster has, what decided it, and what keeps it from being the newest."""
    entry = subject.lock.clusters.get(cluster.name)
    locked = entry.products.get(name) if entry else None
    if locked is None:
        yield Statement("none: nothing there installs it")
        return
    wanted = f"asked for is {locked.constraint}" if locked.constraint else "any version would do"
    release = subject.catalog.release(name, locked.version)
    yield Statement(f"{locked.version}: {wanted}", source=f"{release.repository} at {release.commit}")
    for reason in locked.because:
        text, place, source = subject.reason(reason)
        prefix = "newer ones are ruled out: " if reason in subject.facts else "asked for by "
        yield Statement(prefix + text, place, source)
    newest = subject.catalog.versions(name)[-1]
    if locked.version != newest and not any(reason in subject.facts for reason in locked.because):
        why = "the constraint" if locked.constraint else "the lock, which stays while it fits, or another version here"
        yield Statement(f"the newest is {newest}; {why} keeps it at {locked.version}")


def _carried(name: str, subject: Subject) -> Iterator[Statement]:
    for cluster in subject.platform.clusters:
        components = [each.component for each in cluster.installations if each.product == name]
        if components:
            yield Statement(f"on {cluster.name}: {', '.join(sorted(components))}")


def _installed(name: str, cluster: Cluster, subject: Subject) -> Iterator[Statement]:
    installation = cluster.installed.get(name)
    if installation is None:
        yield Statement("not installed")
        return
    if installation.existing is not None:
        yield Statement(f"the cluster has {installation.existing} already", subject.place(_origin(name, cluster)))
        return
    own = f"version {installation.version}, " if installation.version else ""
    yield Statement(f"{own}from {installation.product} {installation.product_version}, wave {installation.wave}")
    yield from asked_for(name, cluster, subject)


def asked_for(name: str, cluster: Cluster, subject: Subject) -> Iterator[Statement]:
    """Yield who asked for an installed component: lines of the platform file, a release, or other components."""
    for reason in cluster.installed[name].because:
        if reason in cluster.installed:
            yield Statement(f"required by component {reason}")
        elif reason == f"kubeflow {cluster.installed[name].product_version}":
            yield Statement(f"installed by default by {reason}", subject.place("distribution"))
        else:
            yield Statement(f"asked for by {reason}", subject.place(reason))


def _origin(name: str, cluster: Cluster) -> str:
    return ".".join(map(str, cluster.installed[name].origin))
