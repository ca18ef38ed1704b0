"""Every release, whole: our overlays in real kustomize give upstream's own objects, but for what is listed.

One release a test; each fetches upstream and takes about a minute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.catalog.load import Catalog
from compiler.emit.yaml import dump, dump_plain
from compiler.lowering.components import deliberate_differences, lower_component, replaced_by
from compiler.lowering.overlays import kustomization
from compiler.model.manifest import Application, Identity
from compiler.workspace import kustomize
from tests.components.upstream import ROOT, build, comparable, objects, renamed, vendored
from tests.unit.lowering.installed import cluster, installation, platform

RELEASES = ("1.9.1", "1.10.0", "1.10.1", "1.10.2", "1.11.0", "26.03")


def write(application: Application, root: Path) -> str:
    """Write an application's files as a build does, all but the headers, and return its overlay's directory."""
    overlay = root / "overlays" / application.cluster / application.name
    generated = root / "generated" / application.cluster / application.name
    overlay.mkdir(parents=True)
    (overlay / "kustomization.yaml").write_text(dump_plain(kustomization(application, text=dump_plain)))
    if application.charts:
        generated.mkdir(parents=True)
        resources = {"resources": [chart.file for chart in application.charts]}
        (generated / "kustomization.yaml").write_text(dump_plain(resources))
    for chart in application.charts:
        (generated / chart.file).write_bytes(dump(chart.objects, "test"))
    return str(overlay.relative_to(root))


@pytest.mark.upstream("https://github.com/kubeflow/manifests")
@pytest.mark.parametrize("version", RELEASES)
def test_a_release_comes_out_as_upstream_made_it(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(kustomize.find_kustomize(ROOT)))
    catalog = Catalog()
    release = catalog.release("kubeflow", version)
    here = cluster(installation(component, version) for component in release.defaults)
    whole = platform(here)

    ours: dict[Identity, Mapping[str, Any]] = {}
    images: dict[str, Mapping[str, str]] = {}
    for each in here.installations:
        if replaced_by(each) is not None:
            continue
        application = lower_component(each, here, whole, catalog)
        rendering = kustomize.build(tmp_path / "ours", write(application, tmp_path / "ours"))
        assert rendering.failure is None, f"{each.component}: {rendering.failure}"
        for fetch in rendering.fetches:
            assert re.fullmatch(r"[0-9a-f]{40}", fetch.ref), f"{each.component} fetches {fetch}"
        images |= {image["name"]: image for image in application.overlay.fields["images"]}
        for identity, item in objects(rendering.text):
            assert identity not in ours, f"{identity} is in two applications"
            ours[identity] = item

    upstream = dict(objects(build(vendored(release, tmp_path / "upstream") / "example")))
    differences = [d for each in here.installations for d in deliberate_differences(each, here, whole, catalog)]
    gone = {difference.identity for difference in differences if difference.kind in {"replaced", "removed"}}
    added = {difference.identity for difference in differences if difference.kind == "added"}
    changed = {difference.identity for difference in differences if difference.kind == "changed"}

    assert gone <= set(upstream)
    assert set(upstream) - gone == set(ours) - added
    different = {
        identity
        for identity in set(upstream) & set(ours)
        if comparable(renamed(upstream[identity], images)) != comparable(ours[identity])
    }
    assert different <= changed, sorted(map(str, different - changed))
    assert all(difference.because and difference.source for difference in differences)
