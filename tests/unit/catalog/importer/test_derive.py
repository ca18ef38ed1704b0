"""The importer on small repositories made here, with the real git and the real kustomize."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from compiler.catalog.importer.derive import import_release, version_of_tag
from compiler.catalog.importer.render import find_kustomize
from compiler.catalog.importer.write import entry_text
from compiler.catalog.schema import ComponentFile, ProductFile, ReleaseFile
from compiler.diagnostics.failure import EnvironmentFailure

pytestmark = pytest.mark.real(reason="git and kustomize are the importer's subject")

FILES = {
    "README.md": "| App | apps/app | [v2.5.0](https://x) |\n",
    "example/kustomization.yaml": (
        "resources: [../common/ns/base, ../apps/app/overlays/main, ../apps/new]\ncomponents: [../common/labels]\n"
    ),
    "common/ns/base/kustomization.yaml": "resources: [ns.yaml]\n",
    "common/ns/base/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: home}\n",
    "common/labels/kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        "configMapGenerator: [{name: added, namespace: home, literals: [a=b]}]\n"
    ),
    "apps/app/base/kustomization.yaml": "resources: [app.yaml]\n",
    "apps/app/base/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: home}\n",
    "apps/app/overlays/main/kustomization.yaml": "resources: [../../base]\n",
    "apps/app/overlays/broken/kustomization.yaml": "resources: [../../nowhere]\n",
    "apps/new/kustomization.yaml": "resources: [cm.yaml]\n",
    "apps/new/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n",
    "extra/kustomization.yaml": "resources: [sa.yaml]\n",
    "extra/sa.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: extra}\n",
}

PRODUCT = ProductFile.model_validate({
    "product": "toys", "summary": "s", "docs": "d", "repository": "https://github.com/o/toys", "kind": "kustomize",
    "tag": r"v(\d+\.\d+)", "bundle": "example", "releaseBases": {"o/lib/all.yaml": "deploy"},
})  # fmt: skip


def component(name: str, **upstream: object) -> ComponentFile:
    return ComponentFile.model_validate({"id": name, "summary": "s", "docs": "d", "upstream": {"toys": upstream}})


COMPONENTS = [
    component(
        "app", roots=["apps/app", "common/labels"], paths=["apps/app/base"],
        variants=["apps/app/base", "apps/app/overlays/*"],
        brings={"app": {"readme": ["App"]}},
    ),
    component("extra", roots=["extra"], paths=["extra"], namespace="home"),
    component("gone", roots=["gone"], paths=["gone"]),
    component("ns", roots=["common/ns"], paths=["common/ns/base"]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _kustomize() -> None:
    try:
        find_kustomize()
    except EnvironmentFailure as missing:
        pytest.skip(missing.message)


def git(folder: Path, *arguments: str) -> None:
    environment = {
        **os.environ, "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }  # fmt: skip
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


def repository(folder: Path, files: dict[str, str], tag: str) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "x")
    git(folder, "tag", tag)
    return folder


def test_a_release_is_derived_and_what_nobody_owns_is_reported(tmp_path: Path) -> None:
    clone = repository(tmp_path / "toys", FILES, "v1.0")
    imported = import_release(PRODUCT, COMPONENTS, "v1.0", clone)
    entry = ReleaseFile.model_validate(imported.entry)
    assert (entry.version, entry.date[:19], entry.unmapped) == ("1.0", "2026-01-02T03:04:05", ["apps/new"])
    assert "apps/new belongs to no component" in imported.remarks[0]
    assert list(entry.components) == ["app", "extra", "ns"]
    app, extra = entry.components["app"], entry.components["extra"]
    assert (app.path, app.default, app.version) == ("apps/app/overlays/main", True, "2.5.0")
    assert app.bundled == ["common/labels"]
    assert [name.rpartition("-")[0] or name for name in app.objects] == ["ConfigMap home/added", "ConfigMap home/app"]
    assert app.requires == {"ns": ["namespace home"]}
    assert [(one.path, one.builds, one.objects) for one in app.variants] == [
        ("apps/app/base", True, 1), ("apps/app/overlays/broken", False, 0),
    ]  # fmt: skip
    assert (extra.default, extra.namespace, extra.namespace_unset) == (False, "home", ["ServiceAccount extra"])
    assert extra.requires == {"ns": ["namespace home"]}
    assert entry.waves == [["ns"], ["app", "extra"]]


def test_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    clone = repository(tmp_path / "toys", FILES, "v1.0")
    first, second = (import_release(PRODUCT, COMPONENTS, "v1.0", clone) for _ in range(2))
    assert entry_text(first.entry) == entry_text(second.entry)


def test_other_repositories_are_pinned_through_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = {
        "deploy/kustomization.yaml": "resources: [sa.yaml]\n",
        "deploy/sa.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: lib, namespace: home}\n",
        "more/kustomization.yaml": "resources: [../deploy]\nnamePrefix: more-\n",
    }
    origin = repository(tmp_path / "lib", library, "v7")
    (tmp_path / "gitconfig").write_text(
        f'[url "{origin.as_uri()}"]\n\tinsteadOf = https://github.com/o/lib\n[safe]\n\tdirectory = *\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    published = "https://github.com/o/lib/releases/download/v7/all.yaml"
    listed = f"resources: [../../base, '{published}', 'https://github.com/o/lib//more?ref=v7']\n"
    files = {**FILES, "apps/app/overlays/main/kustomization.yaml": listed}
    clone = repository(tmp_path / "toys", files, "v1.0")
    entry = ReleaseFile.model_validate(import_release(PRODUCT, COMPONENTS, "v1.0", clone).entry)
    assert [(one.path, one.ref, one.release_file) for one in entry.remotes] == [
        ("more", "v7", False),
        ("deploy", "v7", True),
    ]
    assert {one.file for one in entry.remotes} == {"apps/app/overlays/main/kustomization.yaml"}
    assert len({one.commit for one in entry.remotes}) == 1
    app = entry.components["app"]
    assert app.remotes == sorted(one.url for one in entry.remotes)
    assert "ServiceAccount home/lib" in app.objects
    assert "ServiceAccount home/more-lib" in app.objects


def test_surroundings_that_are_missing_fail_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = repository(tmp_path / "toys", FILES, "v1.0")
    with pytest.raises(EnvironmentFailure, match="git rev-parse failed"):
        import_release(PRODUCT, COMPONENTS, "v9.9", clone)
    with pytest.raises(EnvironmentFailure, match="git can't be run"):
        import_release(PRODUCT, COMPONENTS, "v1.0", tmp_path / "nowhere")
    monkeypatch.setenv("KUSTOMIZE", str(tmp_path / "no-such-binary"))
    with pytest.raises(EnvironmentFailure, match="kustomize is missing"):
        import_release(PRODUCT, COMPONENTS, "v1.0", clone)


def test_a_ref_that_is_no_release_tag_is_refused() -> None:
    assert version_of_tag(PRODUCT, "v2.1") == "2.1"
    with pytest.raises(EnvironmentFailure, match="main is no release of toys"):
        version_of_tag(PRODUCT, "main")


def test_two_owners_of_one_path_are_refused(tmp_path: Path) -> None:
    clone = repository(tmp_path / "toys", FILES, "v1.0")
    twin = component("twin", roots=["apps/app"], paths=["apps/app/base"])
    with pytest.raises(ValueError, match="belongs to app and twin"):
        import_release(PRODUCT, [*COMPONENTS, twin], "v1.0", clone)
