"""Explains a cluster: its line, versions with reason, applications; and a platform file as the sum of its clusters."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.explain.answer import Answer, Section, Statement
from compiler.explain.product import picked
from compiler.explain.subject import Subject
from compiler.model.platform import Cluster


def explain_cluster(cluster: Cluster, subject: Subject) -> Answer:
    """Return what a cluster is said to be, which version of each product it has and why, and what is synced there."""
    place = subject.document.span(cluster.origin)
    return Answer("cluster", cluster.name, _about(cluster), tuple(_sections(cluster, subject)), place)


def explain_platform(subject: Subject) -> Answer:
    """Return what a platform file makes: its clusters with their lines, then each of them."""
    platform = subject.platform
    listed = tuple(
        Statement(f"{each.name}: {_about(each)}", subject.document.span(each.origin)) for each in platform.clusters
    )
    sections = [Section("Clusters", listed)]
    for cluster in platform.clusters:
        sections += _sections(cluster, subject)
    return Answer("platform", subject.sources.name, f"what platform {platform.name} is made from", tuple(sections))


def _about(cluster: Cluster) -> str:
    return f"{cluster.provider}, {cluster.environment}, Kubernetes {cluster.kubernetes}"


def _sections(cluster: Cluster, subject: Subject) -> Iterator[Section]:
    entry = subject.lock.clusters.get(cluster.name)
    for product in entry.products if entry else ():
        yield Section(f"Version of {product} on {cluster.name}", tuple(picked(product, cluster, subject)))
    yield Section(
        f"Applications on {cluster.name}",
        tuple(
            Statement(f"{unit.name}, made from {unit.origin}", subject.place(unit.origin))
            for unit in subject.units.values()
            if unit.cluster == cluster.name
        ),
    )
