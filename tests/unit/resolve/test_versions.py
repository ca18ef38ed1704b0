"""Which releases are picked, what the lock keeps, and how a conflict is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compiler.diagnostics.model import Diagnostic, Fix
from compiler.model.platform import Platform
from compiler.resolve import offers, versions
from compiler.resolve.lock import Lock
from compiler.resolve.solver import Problem
from tests.unit.resolve.fakes import (
    CLUSTER,
    FakeCatalog,
    catalog,
    codes,
    component,
    fact,
    kubeflow,
    release,
    understand,
)


def products(lock: Lock, cluster: str = "dev") -> Mapping[str, str]:
    return {product: entry.version for product, entry in lock.clusters[cluster].products.items()}


def installed(platform: Platform) -> set[str]:
    return set(platform.clusters[0].installed)


def conflict(text: str, source: FakeCatalog | None = None) -> Diagnostic:
    _, _, findings = understand(text, source)
    assert codes(findings) == ["version-conflict"]
    return findings[0]


@pytest.mark.parametrize(
    ("wish", "version"),
    [
        ("", "26.03"),
        ('versions: {kubeflow: "1.10"}\n', "1.10.2"),
        ('versions: {kubeflow: "==1.10.1"}\n', "1.10.1"),
        ('versions: {kubeflow: ">=1.10,<26"}\n', "1.11.0"),
        ('versions: {istio: "1.26"}\n', "1.10.2"),
        ('versions: {istio-install: "1.26"}\n', "1.10.2"),
        ('versions: {trainer: "2.1", kubeflow: "<26"}\n', "1.11.0"),
    ],
)
def test_the_newest_release_that_fits_is_picked(wish: str, version: str) -> None:
    _, lock, findings = understand(CLUSTER + wish)
    assert findings == []
    assert products(lock)["kubeflow"] == version


def test_a_neighbour_gives_way_to_what_the_release_ships() -> None:
    _, lock, findings = understand(CLUSTER + "components: {kueue: {}}\n")
    assert findings == []
    assert products(lock) == {"argo-cd": "3.4.2", "kubeflow": "26.03", "kueue": "0.16.3"}
    assert "kueue@0.17/trainer" in lock.clusters["dev"].products["kueue"].because


def test_a_requirement_on_what_is_not_there_does_not_count() -> None:
    _, lock, _ = understand(CLUSTER + "components: {kueue: {}, trainer: {enabled: false}}\n")
    assert products(lock)["kueue"] == "0.17.1"


def test_a_documented_range_rules_nothing_out() -> None:
    _, lock, _ = understand(CLUSTER)
    assert products(lock)["kubeflow"] == "26.03"


def test_kubernetes_rules_releases_out() -> None:
    _, lock, findings = understand(CLUSTER.replace("1.34", "1.31"))
    assert findings == []
    assert products(lock)["kubeflow"] == "1.10.2"


def test_a_minor_without_a_patch_satisfies_what_some_patch_does() -> None:
    _, lock, _ = understand(CLUSTER.replace("1.34", "1.32"))
    assert products(lock)["kubeflow"] == "26.03"


def test_a_cluster_s_own_wish_comes_before_the_platform_s() -> None:
    text = CLUSTER.rstrip("}\n") + ', versions: {kubeflow: "1.10"}}\n  - {name: two, environment: dev, provider: k3d, '
    text += 'kubernetes: "1.34"}\nversions: {kubeflow: "26.03"}\n'
    _, lock, findings = understand(text)
    assert findings == []
    assert products(lock)["kubeflow"] == "1.10.2"
    assert products(lock, "two")["kubeflow"] == "26.03"
    assert lock.clusters["dev"].products["kubeflow"].because == ("clusters.dev.versions.kubeflow",)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ('{kubeflow: "99.01"}', "unknown-version"),
        ('{kubeflow: "1.8"}', "not-installable-version"),
        ('{istio: "9.9"}', "unknown-version"),
        ('{kubernetes: "1.34"}', "unknown-product"),
        ('{external-secrets: "0.17"}', "unused-version"),
    ],
)
def test_a_wish_that_decides_nothing_is_told(wish: str, code: str) -> None:
    _, lock, findings = understand(CLUSTER + f"versions: {wish}\n")
    assert codes(findings) == [code]
    assert products(lock)["kubeflow"] == "26.03"


def test_a_wish_for_one_cluster_s_product_is_used() -> None:
    text = CLUSTER.rstrip("}\n") + ", components: {kueue: {}}}\n  - {name: two, environment: dev, provider: k3d, "
    text += 'kubernetes: "1.34"}\nversions: {kueue: "0.15"}\n'
    _, _, findings = understand(text)
    assert findings == []


def test_a_conflict_is_one_finding_with_its_chain_and_the_nearest_way_out() -> None:
    text = CLUSTER + 'versions: {kubeflow: "26.03", kueue: "0.17"}\ncomponents: {kueue: {}}\n'
    finding = conflict(text)
    assert finding.path == ("versions", "kueue")
    assert [label.path for label in finding.related] == [("versions", "kubeflow")]
    assert finding.notes == (
        "kubeflow 26.03 brings kubeflow-trainer 2.1.0 (source: example/kubeflow@v26.03:apps/trainer)",
        "kueue 0.17.1 requires kubeflow-trainer >=2.2 (source: https://example.com/kueue@0.17/trainer)",
    )
    assert finding.sources == ("https://example.com/kueue@0.17/trainer",)
    assert (finding.help or "").startswith('set `versions.kueue` to "0.16.3"')


def test_each_way_out_of_a_conflict_works() -> None:
    text = CLUSTER + 'versions: {kubeflow: "26.03", kueue: "0.17"}\ncomponents: {kueue: {}}\n'
    assert conflict(text).help == 'set `versions.kueue` to "0.16.3"; or set `versions.kubeflow` to "1.10.2"'
    for before, after in (('kueue: "0.17"', 'kueue: "0.16.3"'), ('kubeflow: "26.03"', 'kubeflow: "1.10.2"')):
        _, _, findings = understand(text.replace(before, after))
        assert findings == []


def test_kubernetes_may_be_the_way_out() -> None:
    finding = conflict(CLUSTER.replace("1.34", "1.31") + 'versions: {kubeflow: "26.03"}\n')
    assert finding.notes == (
        "kubeflow 26.03 brings istio 1.28.0 (source: example/kubeflow@v26.03:apps/istio-install)",
        "istio 1.28.0 requires kubernetes >=1.32 (source: https://example.com/istio@1.28/kubernetes)",
    )
    assert 'kubernetes: "1.32"' in (finding.help or "")


def test_what_the_cluster_has_already_counts() -> None:
    existing = "components: {kueue: {existing: 0.17.1}}\n"
    finding = conflict(CLUSTER + existing + 'versions: {kubeflow: "26.03"}\n')
    assert ("components", "kueue", "existing") in [label.path for label in finding.related]
    platform, lock, findings = understand(CLUSTER + existing + 'versions: {kubeflow: "1.10"}\n')
    assert findings == []
    assert "kueue" not in products(lock)
    assert platform.clusters[0].installed["kueue"].existing == "0.17.1"


def test_a_cluster_without_a_fit_keeps_its_lock_and_the_others_go_on() -> None:
    text = CLUSTER + 'versions: {kubeflow: "1.10"}\n'
    _, before, _ = understand(text)
    bad = text.replace('"1.10"', '"26.03"').replace("1.34", "1.31")
    platform, after, findings = understand(bad, lock=before)
    assert codes(findings) == ["version-conflict"]
    assert after == before
    assert platform.clusters[0].installations == ()


def test_a_lock_that_satisfies_is_kept() -> None:
    text = CLUSTER + 'versions: {kubeflow: "1.10"}\ncomponents: {kueue: {}}\n'
    older = catalog(releases=[each for each in catalog().releases if each.version not in {"1.10.2", "0.17.1"}])
    _, lock, _ = understand(text, older)
    assert products(lock) == {"argo-cd": "3.4.2", "kubeflow": "1.10.1", "kueue": "0.16.3"}
    _, kept, findings = understand(text, lock=lock)
    assert findings == []
    assert products(kept) == products(lock)


def test_only_what_must_move_moves() -> None:
    text = CLUSTER + 'versions: {kubeflow: "1.10"}\ncomponents: {kueue: {}}\n'
    older = catalog(releases=[each for each in catalog().releases if each.version not in {"3.4.2", "0.16.3", "0.17.1"}])
    _, lock, _ = understand(text, older)
    assert products(lock) == {"argo-cd": "3.3.2", "kubeflow": "1.10.2", "kueue": "0.16.0"}
    _, moved, _ = understand(text.replace('"1.10"', '"26.03"'), lock=lock)
    assert products(moved) == {"argo-cd": "3.3.2", "kubeflow": "26.03", "kueue": "0.16.0"}


def test_without_a_distribution_a_component_brings_what_it_requires() -> None:
    platform, lock, findings = understand(CLUSTER + "distribution: none\ncomponents: {katib: {}}\n")
    assert findings == []
    assert installed(platform) == {"argo-cd", "katib", "kubeflow-namespace"}
    assert products(lock) == {"argo-cd": "3.4.2", "kubeflow": "26.03"}


def test_a_product_that_nothing_uses_is_not_locked() -> None:
    _, lock, _ = understand(CLUSTER + "distribution: none\n")
    assert products(lock) == {"argo-cd": "3.4.2"}


def test_a_component_that_the_release_lacks_names_those_that_have_it() -> None:
    text = CLUSTER + 'versions: {kubeflow: "1.10"}\ncomponents: {trainer: {}}\n'
    platform, _, (finding,) = understand(text)
    assert finding.code == "component-not-in-release"
    assert finding.path == ("components", "trainer")
    assert "1.11.0, 26.03" in finding.notes[0]
    assert "profiles" in installed(platform), "everything else goes on"


def test_without_a_wish_the_newest_release_that_has_the_component_is_picked() -> None:
    _, lock, findings = understand(CLUSTER + "components: {training-operator: {}}\n")
    assert findings == []
    assert products(lock)["kubeflow"] == "1.10.2"


def test_another_product_carries_what_the_release_lacks() -> None:
    registry = component("model-registry", default=False, brings={"model-registry": "0.3.8"})
    parts = [
        *(each for each in catalog().releases if each.product == "argo-cd"),
        kubeflow("1.10.2", None, "1.26.1"),
        release("kubeflow", "26.03", component("model-registry", default=False, brings={"model-registry": "0.3.7"})),
        release("model-registry", "0.3.8", registry),
    ]
    source = catalog(releases=parts, known_facts=[], homes={"model-registry": ("kubeflow", "model-registry")})
    for wish, product in (("1.10", "model-registry"), ("26.03", "kubeflow")):
        text = CLUSTER + f'versions: {{kubeflow: "{wish}"}}\ncomponents: {{model-registry: {{}}}}\n'
        platform, _, findings = understand(text, source)
        assert findings == []
        assert platform.clusters[0].installed["model-registry"].product == product


def test_the_lock_lists_every_repository_that_the_overlays_read() -> None:
    _, lock, _ = understand(CLUSTER)
    repositories = [source.repository for source in lock.clusters["dev"].sources]
    assert repositories == [
        "https://github.com/argoproj/argo-workflows",
        "https://github.com/example/argo-cd",
        "https://github.com/example/kubeflow",
    ]
    _, lean, _ = understand(CLUSTER + "components: {pipelines: {enabled: false}}\n")
    assert "https://github.com/argoproj/argo-workflows" not in [
        source.repository for source in lean.clusters["dev"].sources
    ]


def test_a_way_out_names_only_what_a_release_has() -> None:
    text = CLUSTER + 'versions: {kueue: "0.16"}\ncomponents: {kueue: {existing: "0.15.3"}}\n'
    finding = conflict(text)
    assert finding.help is not None
    assert "remove `versions.kueue`" in finding.help
    assert "0.15.3" not in finding.help


def test_two_contradictions_are_told_in_one_run_and_each_has_its_way_out() -> None:
    text = CLUSTER.replace("1.34", "1.31") + (
        'versions: {kubeflow: "26.03", kueue: "0.16"}\ncomponents: {kueue: {existing: "0.15.3"}}\n'
    )
    _, _, findings = understand(text)
    assert codes(findings) == ["version-conflict", "version-conflict"]
    assert {finding.path for finding in findings} == {("versions", "kueue"), ("versions", "kubeflow")}
    assert all(not str(finding.help).startswith("loosen") for finding in findings)


TWO = """\
clusters:
  - {name: dev, environment: dev, provider: kind, kubernetes: "1.31"}
  - {name: two, environment: dev, provider: kind, kubernetes: "1.31"}
"""


def test_ways_out_are_edits_that_only_a_person_makes() -> None:
    finding = conflict(CLUSTER.replace("1.34", "1.31") + 'versions: {kubeflow: "26.03"}\n')
    assert finding.fix is None
    assert [suggestion.fix for suggestion in finding.suggestions] == [
        Fix(("versions", "kubeflow"), '"1.10.2"'),
        Fix(("clusters", 0, "kubernetes"), '"1.32"'),
    ]
    assert finding.message == "kubeflow 26.03 and Kubernetes 1.31 do not go together on cluster dev"


def test_of_kubernetes_a_newer_minor_is_nearer_than_an_older_one() -> None:
    known = [fact("kueue@0.17/kubernetes", "kueue", "0.17", {"kubernetes": "<1.34"})]
    text = CLUSTER + 'versions: {kueue: "0.17"}\ndistribution: none\ncomponents: {kueue: {}}\n'
    finding = conflict(text, catalog(known_facts=known))
    assert [suggestion.text for suggestion in finding.suggestions] == [
        'set `versions.kueue` to "0.16.3"',
        'build dev anew with Kubernetes 1.33 (`kubernetes: "1.33"`)',
    ]


def test_clusters_that_ask_alike_each_have_the_finding_at_their_own_places() -> None:
    _, _, findings = understand(TWO + 'versions: {kubeflow: "26.03"}\n')
    assert codes(findings) == ["version-conflict", "version-conflict"]
    for index, (name, finding) in enumerate(zip(("dev", "two"), findings, strict=True)):
        assert finding.message.endswith(f"on cluster {name}")
        assert [label.path for label in finding.related] == [("clusters", index, "kubernetes")]
        assert f"or on {name} alone (`versions: {{kubeflow: " in finding.suggestions[0].text
        assert finding.suggestions[1].fix.path == ("clusters", index, "kubernetes")


@pytest.mark.parametrize("kubernetes", ["1.34", "1.2"])
def test_clusters_that_ask_alike_are_answered_once(kubernetes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    posed: list[offers.Question] = []

    def counted(question: offers.Question, **named: Any) -> Problem:
        posed.append(question)
        return offers.pose(question, **named)

    monkeypatch.setattr(versions, "pose", counted)
    line = f'  - {{{{name: {{}}, environment: dev, provider: kind, kubernetes: "{kubernetes}"}}}}\n'
    understand("clusters:\n" + line.format("c0"))
    alone = len(posed)
    assert alone
    understand("clusters:\n" + "".join(line.format(f"c{number}") for number in range(9)))
    assert len(posed) == 2 * alone


def test_a_missing_component_says_which_wish_keeps_it_away() -> None:
    text = CLUSTER + 'versions: {kubeflow: "1.10"}\ncomponents: {trainer: {}}\n'
    _, _, (finding,) = understand(text)
    assert [label.path for label in finding.related] == [("versions", "kubeflow")]
    assert finding.help == 'set `versions.kubeflow` to "1.11.0"; or remove `components.trainer`'


def test_a_missing_component_says_which_fact_keeps_it_away() -> None:
    _, _, (finding,) = understand(CLUSTER.replace("1.34", "1.31") + "components: {trainer: {}}\n")
    assert finding.code == "component-not-in-release"
    assert [label.path for label in finding.related] == [("clusters", 0, "kubernetes")]
    assert any("istio 1.28.0 requires kubernetes >=1.32" in note for note in finding.notes)
    assert (finding.help or "").startswith("run Kubernetes 1.32 there")


def test_a_component_of_one_cluster_is_turned_off_there() -> None:
    text = CLUSTER.replace('"1.34"}', '"1.34", components: {trainer: {}}}') + 'versions: {kubeflow: "1.10"}\n'
    _, _, (finding,) = understand(text)
    assert Fix(("clusters", 0, "components", "trainer"), "{enabled: false}") in [
        suggestion.fix for suggestion in finding.suggestions
    ]


def test_what_stands_in_for_another_product_says_so() -> None:
    registry = component("model-registry", default=False, brings={"model-registry": "0.3.8"})
    parts = [
        *(each for each in catalog().releases if each.product == "argo-cd"),
        release("kubeflow", "26.03", component("model-registry", default=False, brings={"model-registry": "0.3.7"})),
        release("model-registry", "0.3.8", registry),
    ]
    source = catalog(releases=parts, known_facts=[], homes={"model-registry": ("kubeflow", "model-registry")})
    finding = conflict(CLUSTER + 'versions: {model-registry: "0.3.8"}\ncomponents: {model-registry: {}}\n', source)
    assert finding.message == "nothing goes together with model-registry 0.3.8 on cluster dev"
    assert "component model-registry comes with kubeflow" in finding.notes[-1]
    assert finding.help == 'set `versions.model-registry` to "0.3.7"'
