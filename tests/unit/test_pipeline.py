"""The stages in their order, and compiling what has changed alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

import pytest

from compiler.catalog.load import Catalog
from compiler.emit.inventory import Inventory
from compiler.lowering import bridge
from compiler.lowering import lower as lowering
from compiler.lowering.units import Unit
from compiler.model.platform import Platform
from compiler.pipeline import Output, Sources, as_plain, compile_platform, understand
from tests.e2e.harness import PLATFORM

CATALOG = Catalog()
DAY = date(2026, 11, 1)


def sources(text: str, files: dict[str, bytes] | None = None, lock: bytes | None = None) -> Sources:
    """Return what a run over a text reads."""
    return Sources("platform.yaml", text.encode(), lock, "", (files or {}).get)


def meaning(text: str) -> Platform:
    """Return the platform that a text without mistakes means."""
    understanding = understand(sources(text), CATALOG, as_of=DAY)
    assert not understanding.has_errors, understanding.diagnostics
    assert understanding.platform is not None
    return understanding.platform


@pytest.fixture(autouse=True)
def _without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let objects through as they are: what cdk8s makes of them is the bridge's subject."""

    def lower(_: None, units: Sequence[Unit], on_unit: Callable[[str, int], None]) -> Iterator[lowering.Lowered]:
        for unit in units:
            on_unit(unit.name, len(units))
            application = unit.lower()
            yield application, [list(chart.objects) for chart in application.charts]

    monkeypatch.setattr(bridge, "Bridge", nullcontext)
    monkeypatch.setattr(lowering, "lower", lower)


def compiled(
    text: str,
    known: Inventory | None = None,
    *,
    clusters: Collection[str] | None = None,
    broken: Collection[str] = (),
    compiler: str = "c",
) -> Output:
    """Compile a text on top of what is known."""
    return compile_platform(
        meaning(text),
        CATALOG,
        compiler=compiler,
        known=known or Inventory(),
        is_intact=lambda unit: unit not in broken,
        clusters=clusters,
        on_unit=lambda *_: None,
    )


EDITED = PLATFORM.replace('cpu: "8"', 'cpu: "9"')


def test_each_stage_leaves_what_it_made() -> None:
    understanding = understand(sources(PLATFORM), CATALOG, as_of=DAY)
    assert understanding.document is not None
    assert understanding.spec is not None
    assert understanding.platform is not None
    assert understanding.lock is not None
    assert sorted(understanding.lock.clusters) == ["edge", "laptop"]


def test_stages_after_a_broken_one_are_not_reached() -> None:
    understanding = understand(sources("- a\n"), CATALOG, as_of=DAY)
    assert understanding.has_errors
    assert understanding.platform is None
    assert understanding.lock is None


def test_mistakes_of_all_stages_are_told_at_once() -> None:
    text = PLATFORM.replace("katib:", "katip:").replace("speech-lab", "kube-system").replace("main}", "main, x: 1}")
    found = {finding.code for finding in understand(sources(text), CATALOG, as_of=DAY).diagnostics}
    assert {"unknown-component", "reserved-namespace", "unknown-key"} <= found


_SPOKES = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}
gitops: {repoURL: https://github.com/acme/ml.git, argocd: {hub: centre}}
distribution: none
clusters:
  - {name: centre, environment: dev, provider: kind, kubernetes: "1.35"}
  - {name: prod, environment: prod, provider: gke, kubernetes: "1.35"}
"""


def test_a_key_that_a_cluster_lacks_hides_no_other_that_it_lacks() -> None:
    found = {finding.code for finding in understand(sources(_SPOKES), CATALOG, as_of=DAY).diagnostics}
    assert {"missing-server", "missing-project", "missing-region", "missing-identity"} <= found


def test_nothing_changed_compiles_nothing() -> None:
    first = compiled(PLATFORM)
    again = compiled(PLATFORM, first.inventory)
    assert first.compiled
    assert again.compiled == ()
    assert again.content == {}
    assert again.inventory == first.inventory


def test_one_team_edited_compiles_one_unit() -> None:
    first = compiled(PLATFORM)
    again = compiled(EDITED, first.inventory)
    assert again.compiled == ("laptop/team-speech",)
    assert again.inventory == compiled(EDITED).inventory
    assert {path for path, entry in again.inventory.files.items() if first.inventory.files[path] != entry} == {
        "generated/laptop/team-speech/speech-lab.yaml"
    }


def test_a_unit_whose_files_are_not_intact_is_compiled() -> None:
    first = compiled(PLATFORM)
    again = compiled(PLATFORM, first.inventory, broken={"edge/katib"})
    assert again.compiled == ("edge/katib",)
    assert again.inventory == first.inventory


def test_another_compiler_compiles_everything() -> None:
    first = compiled(PLATFORM)
    assert compiled(PLATFORM, first.inventory, compiler="d").compiled == first.compiled


def test_clusters_that_are_not_asked_for_stay_as_they_are() -> None:
    first = compiled(PLATFORM)
    text = EDITED.replace('cpu: "4"', 'cpu: "5"')
    again = compiled(text, first.inventory, clusters={"edge"})
    assert again.compiled == ("edge/team-vision",)
    assert {path for path, entry in again.inventory.files.items() if first.inventory.files[path] != entry} == {
        "generated/edge/team-vision/vision-research.yaml"
    }
    assert compiled(text, again.inventory).inventory == compiled(text).inventory


def test_what_another_compiler_left_in_other_clusters_is_compiled_later() -> None:
    first = compiled(PLATFORM)
    partly = compiled(PLATFORM, first.inventory, clusters={"edge"}, compiler="d")
    later = compiled(PLATFORM, partly.inventory, compiler="d")
    assert set(partly.compiled) | set(later.compiled) == set(first.compiled)
    assert {name.partition("/")[0] for name in later.compiled} == {"laptop"}


def test_an_application_that_goes_leaves_the_inventory() -> None:
    first = compiled(PLATFORM)
    text = PLATFORM.replace("clusters: [laptop, edge]", "clusters: [laptop]")
    again = compiled(f'{text}removed: [{{namespace: vision-research, cluster: edge, reason: "x"}}]\n', first.inventory)
    assert again.diagnostics == ()
    assert not [path for path in again.inventory.files if path.startswith("generated/edge/team-vision/")]
    assert "edge/team-vision" not in again.inventory.units
    assert [each.code for each in compiled(text, first.inventory).diagnostics] == ["unannounced-removal"]


@dataclass(frozen=True)
class _Thing:
    name: str
    parts: tuple[object, ...]


def test_a_stage_is_shown_as_plain_data() -> None:
    thing = _Thing("a", (1, None, _Thing("b", ()), {"k": ("v",), "file": b"bytes"}, frozenset({2})))
    assert as_plain(thing) == {
        "name": "a",
        "parts": [1, None, {"name": "b", "parts": []}, {"k": ["v"]}, [2]],
    }
