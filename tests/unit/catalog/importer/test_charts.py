"""Releases that are Helm charts in a repository."""

from __future__ import annotations

from pathlib import Path

from compiler.catalog.importer.charts import read_release
from compiler.catalog.importer.tree import SourceTree
from compiler.catalog.schema import ProductFile, Upstream, VersionRule

PRODUCT = ProductFile.model_validate({
    "product": "toy", "summary": "s", "docs": "d", "repository": "https://x/y", "kind": "helm", "tag": r"v(\d.*)",
})  # fmt: skip
CARRIER = Upstream(roots=["chart"], paths=["chart"], brings={"toy-chart": VersionRule(), "toy": VersionRule()})


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_a_chart_tells_its_versions_dependencies_and_definitions(tmp_path: Path) -> None:
    write(
        tmp_path, "chart/Chart.yaml",
        "name: toy\nversion: 1.2.3\nappVersion: v9.8\nkubeVersion: '>=1.20'\n"
        "dependencies:\n- {name: nfd, version: 0.1.0, repository: oci://r}\n- {name: db, version: 0.2.0}\n",
    )  # fmt: skip
    write(tmp_path, "chart/charts/nfd/crds/a.yaml", "kind: CustomResourceDefinition\nmetadata:\n  name: nodes.nfd.io\n")
    write(
        tmp_path, "chart/templates/my-crds.yaml",
        "{{- if .Values.crds }}\nkind: CustomResourceDefinition\nmetadata:\n"
        "  {{- include `x` . }}\n  name: toys.play.io\n"
        "---\nkind: ConfigMap\nmetadata:\n  name: none\n",
    )  # fmt: skip
    content, remarks = read_release(
        PRODUCT, {"toy": CARRIER}, SourceTree("v1.2.3", "", "", tmp_path), tmp_path, "1.2.3"
    )
    assert remarks == []
    toy = content["components"]["toy"]
    assert toy["brings"] == {"toy-chart": "1.2.3", "toy": "9.8"}
    assert list(toy["crds"]) == ["nodes.nfd.io", "toys.play.io"]
    assert toy["chart"]["dependencies"] == [
        {"name": "nfd", "version": "0.1.0", "repository": "oci://r", "vendored": "yes"},
        {"name": "db", "version": "0.2.0", "vendored": "no"},
    ]
    _, remarks = read_release(PRODUCT, {"toy": CARRIER}, SourceTree("v2.0.0", "", "", tmp_path), tmp_path, "2.0.0")
    assert "its image tags must be set by values" in remarks[0]


def test_a_missing_chart_is_remarked(tmp_path: Path) -> None:
    content, remarks = read_release(PRODUCT, {"toy": CARRIER}, SourceTree("v1", "", "", tmp_path), tmp_path, "1")
    assert content["components"] == {}
    assert remarks == ["toy: no chart at chart"]
