"""Every file says what it is, and the files of an application fit together."""

from __future__ import annotations

import json

import yaml

from compiler.emit.render import application_files, header
from compiler.model.manifest import Application, Chart, HelmSource, Overlay

OBJECTS = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
]
CHARTS = (Chart("b.yaml", (), "teams.b"), Chart("a.yaml", (), "teams.a"))
HELM = HelmSource("https://example.com/r", "chart", "0" * 40, "name", "space", {"on": "yes"})


def files(application: Application) -> dict[str, str]:
    """Return the text of each file of the application, each chart with the same two objects."""
    made = list(application_files(application, {"kind": "Kustomization"}, [OBJECTS for _ in application.charts]))
    found = {file.path: file.content.decode() for file in made}
    assert len(found) == len(made)
    return found


def test_an_application_without_objects_is_its_overlay_alone() -> None:
    assert list(files(Application("c", "app", "components.app", (), Overlay()))) == [
        "overlays/c/app/kustomization.yaml"
    ]


def test_objects_stand_in_generated_with_a_kustomization_that_names_them() -> None:
    found = files(Application("c", "app", "components.app", CHARTS, Overlay()))
    assert sorted(found) == [
        "generated/c/app/a.yaml",
        "generated/c/app/b.yaml",
        "generated/c/app/kustomization.yaml",
        "overlays/c/app/kustomization.yaml",
    ]
    assert yaml.safe_load(found["generated/c/app/kustomization.yaml"])["resources"] == ["a.yaml", "b.yaml"]
    # Objects keep the order in which they are to be read.
    assert [each["metadata"]["name"] for each in yaml.safe_load_all(found["generated/c/app/a.yaml"])] == ["b", "a"]


def test_values_and_further_files_stand_beside_the_overlay() -> None:
    overlay = Overlay(files={"z.yaml": "z: 1\n", "params.env": "a=b\n"})
    found = files(Application("c", "app", "components.app", (), overlay, HELM))
    assert yaml.safe_load(found["overlays/c/app/values.yaml"]) == {"on": "yes"}
    assert found["overlays/c/app/params.env"] == f"{header('components.app')}\na=b\n"
    assert found["overlays/c/app/z.yaml"].endswith("z: 1\n")


def test_what_people_run_has_the_header_in_its_own_format_and_no_overlay() -> None:
    by_hand: dict[str, str | dict[str, object]] = {
        "a.tf.json": {"resource": {"x": 1}},
        "b.md": "# Pools\n",
        "c.sh": "set -eu\n",
    }
    found = files(Application("c", "cluster", "gpuPools", (), Overlay(), files=by_hand))
    assert sorted(found) == [f"generated/c/cluster/{name}" for name in by_hand]
    comment = header("gpuPools").removeprefix("# ")
    assert json.loads(found["generated/c/cluster/a.tf.json"]) == {"//": comment, "resource": {"x": 1}}
    assert found["generated/c/cluster/b.md"] == f"<!-- {comment} -->\n# Pools\n"
    assert found["generated/c/cluster/c.sh"] == f"# {comment}\nset -eu\n"
    assert all(comment in text.splitlines()[0] for text in found.values())


def test_what_people_run_may_stand_beside_what_is_synced() -> None:
    found = files(Application("c", "app", "gpuPools", CHARTS, Overlay(), files={"b.md": ""}))
    assert {"generated/c/app/b.md", "overlays/c/app/kustomization.yaml"} <= set(found)


def test_the_first_line_names_where_a_file_comes_from() -> None:
    found = files(Application("c", "app", "components.app", CHARTS, Overlay(files={"x": ""}), HELM))
    assert found["generated/c/app/a.yaml"].splitlines()[0] == header("teams.a")
    others = {
        path: text for path, text in found.items() if path not in {"generated/c/app/a.yaml", "generated/c/app/b.yaml"}
    }
    assert {text.splitlines()[0] for text in others.values()} == {header("components.app")}
    assert "Code generated" in header("x")
    assert "DO NOT EDIT" in header("x")
