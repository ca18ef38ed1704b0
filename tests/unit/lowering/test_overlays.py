"""The kustomization of an overlay: pins, order, patches as text."""

from __future__ import annotations

import yaml

from compiler.emit.yaml import dump_plain
from compiler.lowering.overlays import kustomization, remote
from compiler.model.manifest import Application, Base, Chart, Overlay

BASE = Base("https://github.com/kubeflow/manifests", "common/dex/base", "d" * 40)
DEPRECATED = {"bases", "commonLabels", "patchesStrategicMerge", "patchesJson6902", "vars", "imageTags"}


def application(overlay: Overlay, charts: tuple[Chart, ...] = ()) -> Application:
    return Application("prod", "dex", "components.dex", charts, overlay)


def test_a_base_is_reached_by_its_commit_with_enough_time() -> None:
    expected = f"https://github.com/kubeflow/manifests//common/dex/base?ref={'d' * 40}&timeout=120s"
    assert remote(BASE) == expected
    assert remote(Base(f"{BASE.repository}.git", BASE.path, BASE.commit)) == expected


def test_bases_come_first_then_our_objects_then_what_is_included() -> None:
    chart = Chart("objects.yaml", ({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},), "x")
    overlay = Overlay(bases=(BASE,), includes=("overlays/prod/bootstrap",), fields={"namespace": "auth", "images": []})
    made = kustomization(application(overlay, (chart,)), text=dump_plain)
    assert made["resources"] == [remote(BASE), "../../../generated/prod/dex", "../../../overlays/prod/bootstrap"]
    assert list(made) == ["apiVersion", "kind", "namespace", "resources"]


def test_patches_are_text_and_read_back_as_they_were() -> None:
    operations = [
        {"op": "add", "path": "/data/text", "value": "a\nb\n"},
        {"op": "add", "path": "/data/list", "value": [{"a": 1}, {"b": [2]}]},
        {"op": "remove", "path": "/x"},
    ]
    merge = {"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"on": "yes", "text": "x\n  y\n"}}
    overlay = Overlay(
        fields={
            "patches": [
                {"target": {"kind": "ConfigMap"}, "patch": operations},
                {"target": {"kind": "ConfigMap"}, "patch": merge},
                {"target": {"kind": "ConfigMap"}, "patch": "- op: remove\n  path: /y\n"},
            ]
        }
    )
    made = kustomization(application(overlay), text=dump_plain)
    bodies = [yaml.safe_load(patch["patch"]) for patch in made["patches"]]
    assert bodies == [operations, merge, [{"op": "remove", "path": "/y"}]]
    assert yaml.safe_load(dump_plain(made)) == made


def test_nothing_deprecated_is_used() -> None:
    overlay = Overlay(
        bases=(BASE,), fields={"patches": [{"target": {"kind": "A"}, "patch": []}], "images": [{"name": "a"}]}
    )
    assert not DEPRECATED & set(kustomization(application(overlay), text=dump_plain))
