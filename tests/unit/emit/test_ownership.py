"""An object has one owner, and what holds data leaves with permission alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compiler.diagnostics.model import Diagnostic
from compiler.emit.ownership import Owners, identities, lost_data
from compiler.model.gitops import Gitops, SyncPolicy
from compiler.model.manifest import Application, Chart, Identity, Overlay
from compiler.model.platform import Platform, Removal, Tenant
from tests.unit.lowering.declared import cluster


def application(name: str, *objects: tuple[str, str, str], upstream: tuple[Identity, ...] = ()) -> Application:
    """Return an application of cluster `c`; objects are kind, namespace and name."""
    manifests: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": kind, "metadata": {"name": name} | ({"namespace": space} if space else {})}
        for kind, space, name in objects
    ]
    return Application(
        "c", name, f"components.{name}", (Chart("a.yaml", tuple(manifests), "x"),), Overlay(), None, upstream
    )


def codes(findings: list[Diagnostic]) -> list[str]:
    """Return the codes."""
    return [finding.code for finding in findings]


def test_upstreams_objects_count_too() -> None:
    upstream = Identity("apps", "Deployment", "a", "b")
    found = list(identities(application("one", ("Service", "a", "b"), upstream=(upstream,))))
    assert found == [upstream, Identity("", "Service", "a", "b")]


def test_a_second_owner_is_a_finding() -> None:
    owners = Owners({})
    assert owners.add(application("one", ("ConfigMap", "a", "x"))) == []
    assert owners.add(application("two", ("ConfigMap", "b", "x"))) == []
    findings = owners.add(application("three", ("ConfigMap", "a", "x")))
    assert codes(findings) == ["object-owned-twice"]
    assert "one and three" in findings[0].message


def test_twice_in_one_application_is_a_finding_too() -> None:
    assert codes(Owners({}).add(application("one", ("Secret", "a", "x"), ("Secret", "a", "x")))) == [
        "object-owned-twice"
    ]


def test_other_clusters_are_other_worlds() -> None:
    owners = Owners({})
    one = application("one", ("Namespace", "", "x"))
    assert owners.add(one) == []
    assert owners.add(replace(one, cluster="d")) == []
    assert owners.data == {"c": {"Namespace x": "one"}, "d": {"Namespace x": "one"}}


def test_data_that_was_not_compiled_again_still_has_its_owner() -> None:
    owners = Owners({"c": {"Namespace x": "kept"}})
    assert codes(owners.add(application("new", ("Namespace", "", "x")))) == ["object-owned-twice"]


def test_only_what_holds_data_is_kept_in_mind() -> None:
    owners = Owners({})
    owners.add(application("one", ("ConfigMap", "a", "x"), ("PersistentVolumeClaim", "a", "x")))
    assert owners.data == {"c": {"PersistentVolumeClaim a/x": "one"}}


BEFORE = {
    "c": {
        "Namespace lab": "team-cv",
        "Profile.kubeflow.org lab": "team-cv",
        "PersistentVolumeClaim store/disk": "minio",
        "CustomResourceDefinition.apiextensions.k8s.io things.x.io": "katib",
    }
}


def lost(
    *removals: Removal,
    after: dict[str, dict[str, str]] | None = None,
    installed: tuple[str, ...] = (),
) -> str:
    """Return the names of the applications whose data would be lost without permission, and the advice."""
    sync = SyncPolicy(automated=True, prune=True, self_heal=True)
    gitops = Gitops("https://example.com/r.git", "main", "argocd", None, sync)
    here = replace(cluster(*installed), name="c")
    findings = lost_data(BEFORE, after or {}, Platform("acme", gitops, "none", (here,), removals))
    return "\n".join(f"{finding.message}\n{finding.help}" for finding in findings)


def removal(kind: str, name: str, cluster: str | None = None) -> Removal:
    """Return a permission."""
    return Removal(kind, name, cluster, "because", ())


def test_nothing_is_lost_while_it_stays() -> None:
    assert lost(after={"c": BEFORE["c"]}) == ""


def test_another_owner_is_no_loss() -> None:
    assert lost(after={"c": dict.fromkeys(BEFORE["c"], "other")}) == ""


@pytest.mark.parametrize(
    ("permission", "spared"),
    [
        (removal("team", "cv"), "team-cv"),
        (removal("team", "cv", "c"), "team-cv"),
        (removal("namespace", "lab"), "team-cv"),
        (removal("namespace", "store"), "minio"),
        (removal("component", "katib"), "katib"),
        (removal("component", "minio", "c"), "minio"),
        (removal("crd", "things.x.io"), "katib"),
        (removal("pvc", "store/disk", "c"), "minio"),
    ],
)
def test_a_permission_covers_what_it_names_and_nothing_else(permission: Removal, spared: str) -> None:
    said = lost(permission)
    for name in {"team-cv", "minio", "katib"} - {spared}:
        assert f"with {name} on c" in said
    assert f"with {spared} on c" not in said


def test_a_cluster_may_go_whole() -> None:
    assert lost(removal("cluster", "c")) == ""


@pytest.mark.parametrize(
    "permission",
    [
        removal("team", "cv", "d"),
        removal("namespace", "la"),
        removal("namespace", "things.x.io"),
        removal("component", "team-cv-2"),
        removal("cluster", "d"),
        removal("gpuPool", "c"),
        removal("crd", "things.x"),
        removal("crd", "things.x.io", "d"),
        removal("pvc", "things.x.io"),
        removal("pvc", "disk"),
    ],
)
def test_a_permission_for_something_else_covers_nothing(permission: Removal) -> None:
    assert lost(permission) == lost()


def test_it_stands_where_the_file_speaks_of_what_lost_something() -> None:
    sync = SyncPolicy(automated=True, prune=True, self_heal=True)
    gitops = Gitops("https://example.com/r.git", "main", "argocd", None, sync)
    tenant = Tenant("cv", "a@b.co", (), (), (), (), (), ("teams", 3))
    here = replace(cluster("katib"), name="c", tenants=(tenant,), origin=("clusters", 1))
    with_cluster = Platform("acme", gitops, "none", (here,))
    found = {finding.message.split(" with ")[1].split()[0]: finding for finding in lost_data(BEFORE, {}, with_cluster)}
    assert found["team-cv"].path == ("teams", 3, "name")
    assert found["katib"].path == here.installed["katib"].origin
    assert found["minio"].path == ("clusters", 1, "name")
    elsewhere = replace(here, name="d")
    without = lost_data(BEFORE, {}, Platform("acme", gitops, "none", (elsewhere,)))
    assert {finding.path for finding in without} == {("clusters",), ("teams", 3, "name")}


def test_the_advice_is_what_removed_takes() -> None:
    said = lost()
    assert "- {namespace: lab, cluster: c" in said
    assert "- {component: katib, cluster: c" in said
    assert "- {component: minio, cluster: c" in said


def test_of_a_component_that_stays_only_what_it_drops_is_let_go() -> None:
    said = lost(installed=("minio", "katib"))
    assert "- {pvc: store/disk, cluster: c" in said
    assert "- {crd: things.x.io, cluster: c" in said
    assert "- {component:" not in said
