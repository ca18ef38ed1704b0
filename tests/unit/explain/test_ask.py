"""Every kind of question gets its answer, with lines and sources; what nobody knows gets the nearest names."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from compiler.diagnostics.failure import UsageMistake
from compiler.explain.answer import Answer, as_text
from compiler.explain.ask import explain
from compiler.explain.subject import Subject
from compiler.rules import all_rules

TEAM_WITHOUT_CLAIM = """\
  - name: speech
    owner: {user: carol@acme.com}
    namespaces: [{name: speech, clusters: [prod]}]
"""


def told(answer: Answer, title: str) -> list[str]:
    """Return the statements below the titles that begin so, each with its line."""
    return [
        f"{each.text} @{each.place.line}" if each.place else each.text
        for section in answer.sections
        if section.title.startswith(title)
        for each in section.statements
    ]


def test_a_code_says_why_and_what_check_says_of_its_example(subject: Subject) -> None:
    answer = explain("pool-overcommitted", subject)
    assert answer.kind == "code"
    (said,) = told(answer, "Then check says")
    assert said.startswith("platform.yaml:")
    assert "error[pool-overcommitted]" in said
    assert told(answer, "Why")
    assert told(answer, "Sources")


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_every_code_is_explained(rule: object, subject: Subject) -> None:
    code = rule.code  # type: ignore[attr-defined]
    assert as_text(explain(code, subject)).startswith(f"{code}\n")


def test_a_code_needs_no_platform_file(subject: Subject) -> None:
    empty = Subject(replace(subject.sources, text=b""), subject.catalog, subject.as_of)
    assert explain("unknown-key", empty).kind == "code"
    with pytest.raises(UsageMistake, match="cannot be read"):
        explain("teams[0]", empty)


def test_a_line_says_what_it_makes_and_which_rules_look(subject: Subject) -> None:
    answer = explain("teams[0].gpus[0]", subject)
    assert answer.place is not None
    assert answer.place.line == 28
    made = told(answer, "What it makes")
    assert "LocalQueue.kueue.x-k8s.io lab/gpu of prod/team-vision, in generated/prod/team-vision/lab.yaml" in made
    assert any(each.startswith("application prod/kueue") for each in made)
    assert not [each for each in made if "edge" in each]
    rules = {each.partition(":")[0] for each in told(answer, "Rules")}
    assert {"nominal-exceeds-pool", "unknown-gpu-pool", "duplicate-claim"} <= rules
    assert not rules & {"duplicate-cluster", "shared-domain", "not-a-domain"}


def test_what_all_claims_bring_in_is_told_of_each_and_only_where_it_claims(subject: Subject) -> None:
    text = subject.sources.text.decode() + TEAM_WITHOUT_CLAIM
    two = Subject(replace(subject.sources, text=text.encode()), subject.catalog, subject.as_of)
    for path in ("teams[0].gpus[0]", "teams.vision.gpus"):
        answer = explain(path, two)
        assert "prod/kueue" in " ".join(told(answer, "Applications that are made from it"))
    (decided,) = told(explain("teams.vision.gpus", two), "Versions that it decides")
    assert re.fullmatch("kueue [0-9.]+ on prod", decided)
    assert not [each for each in told(explain("teams.speech", two), "Applications") if "kueue" in each]


def test_a_line_by_name_is_the_same_line(subject: Subject) -> None:
    assert explain("teams.vision.gpus.t4", subject) == explain("teams[0].gpus[0]", subject)


def test_what_is_needed_says_who_needs_it(subject: Subject) -> None:
    answer = explain("gpuPools[0]", subject)
    assert told(answer, "It cannot be left out") == ["team vision names GPU pool t4, which does not exist"]
    assert [each for each in told(answer, "What it makes") if each.startswith("application prod/gpu-pools")]
    part = explain("teams[0].namespaces[0].name", subject)
    assert told(part, "It cannot be left out")
    assert told(part, "It is part of teams[0]")
    assert "not-a-dns-label: it must be lower-case" in told(part, "Rules")[0]


def test_a_line_that_decides_a_version_says_so(subject: Subject) -> None:
    answer = explain("clusters[0].versions.kubeflow", subject)
    (decided,) = told(answer, "Versions that it decides")
    assert re.fullmatch(r"kubeflow 1\.11\.\d+ on edge", decided)
    (line, *_) = told(answer, "What it makes")
    assert re.fullmatch(r"kubeflow 1\.11\.\d+ on edge, which would be 26\.03 without it", line)


def test_a_line_without_an_effect_says_so(subject: Subject) -> None:
    assert told(explain("distribution", subject), "What it makes") != []
    text = subject.sources.text.replace(b'"\ngpuPools', b'"\n    zones: [a]\ngpuPools')
    other = Subject(replace(subject.sources, text=text), subject.catalog, subject.as_of)
    assert told(explain("clusters[1].zones", other), "What it makes") == [
        "nothing of its own: without it every object is the same"
    ]


def test_an_application_names_its_lines_release_and_changes(subject: Subject) -> None:
    answer = explain("edge/katib", subject)
    assert told(answer, "Made from") == ["components.katib @8"]
    assert told(answer, "Asked for") == ["asked for by components.katib @8"]
    release, because = told(answer, "Release")
    assert re.search(r"kubeflow 1\.11\.\d+, which has katib .* is commit [0-9a-f]{40}", release)
    assert because.endswith("clusters.edge.versions.kubeflow @15")
    (base,) = told(answer, "Upstream directories")
    assert re.fullmatch(r"[a-z/-]*katib\S* at [0-9a-f]{40}", base)
    assert told(answer, "Changed by you") == ["your patch of Deployment katib-ui @9"]
    (changed,) = (section.statements for section in answer.sections if section.title == "Changed on purpose")
    assert changed
    assert all(each.source.startswith("https://") for each in changed)


def test_a_cluster_says_its_line_its_versions_with_their_reasons_and_its_applications(subject: Subject) -> None:
    answer = explain("edge", subject)
    assert (answer.kind, answer.summary) == ("cluster", "k3s, dev, Kubernetes 1.34")
    assert answer.place is not None
    assert answer.place.line == 11
    product = explain("kubeflow", subject)
    assert told(answer, "Version of kubeflow on edge") == told(product, "Version on edge")
    listed = told(answer, "Applications on edge")
    assert "edge/katib, made from components.katib @8" in listed
    assert [each.partition(",")[0] for each in listed] == [name for name in subject.units if name.startswith("edge/")]


@pytest.mark.parametrize("asked", ["platform.yaml", "./platform.yaml", "deploy/acme.yaml", "acme.yaml"])
def test_a_platform_file_is_the_sum_of_its_clusters(asked: str, subject: Subject) -> None:
    named = "deploy/acme.yaml" if "acme" in asked else "platform.yaml"
    answer = explain(asked, Subject(replace(subject.sources, name=named), subject.catalog, subject.as_of))
    assert (answer.kind, answer.subject) == ("platform", named)
    assert told(answer, "Clusters") == [
        "edge: k3s, dev, Kubernetes 1.34 @11",
        "prod: kind, dev, Kubernetes 1.34 @16",
    ]
    for cluster in ("edge", "prod"):
        titles = {section.title: section.statements for section in answer.sections}
        for section in explain(cluster, subject).sections:
            assert len(titles[section.title]) == len(section.statements)


def test_a_file_names_its_lines(subject: Subject) -> None:
    overlay = explain("overlays/prod/katib/kustomization.yaml", subject)
    assert told(overlay, "Release")
    objects = explain("generated/prod/team-vision/lab.yaml", subject)
    assert told(objects, "Made from") == ["teams.vision.namespaces.lab @26"]
    assert "Namespace lab" in told(objects, "Objects")
    listed = explain("./generated/prod/team-vision/kustomization.yaml", subject)
    assert "lab.yaml @26" in told(listed, "Lists")
    assert explain("overlays/prod/katib/", subject).kind == "application"


def test_a_product_says_what_facts_say_of_the_picked_version(subject: Subject) -> None:
    (version,) = {each.products["kueue"].version for each in subject.lock.clusters.values() if "kueue" in each.products}
    answer = explain("kueue", subject)
    facts = told(answer, f"Facts on kueue {version}")
    line = ".".join(version.split(".")[:2])
    assert any("is documented for Kubernetes >=" in each and f"fact kueue@{line}/documented" in each for each in facts)
    assert any(each.startswith(f"kueue {version} ") and "(documented, " in each for each in facts), "its strength"
    assert "`matrix --product kueue`" in facts[-1], "how to see more"
    (section,) = (each for each in answer.sections if each.title.startswith("Facts on "))
    assert all(each.source.startswith("https://") for each in section.statements[:-1])


def test_a_product_that_nothing_picks_is_told_of_by_its_newest(subject: Subject) -> None:
    newest = subject.catalog.versions("gpu-operator")[-1]
    (fact, *_) = told(explain("gpu-operator", subject), f"Facts on gpu-operator {newest}")
    assert fact.startswith(f"nvidia-gpu-operator {newest} ")


def test_a_component_says_what_facts_say_of_what_it_installs(subject: Subject) -> None:
    facts = told(explain("cert-manager", subject), "Facts on what is installed")
    assert any(each.startswith("cert-manager 1.") and "needs Kubernetes >=1.22 (enforced, " in each for each in facts)
    assert any(f"as of {subject.as_of}: support" in each for each in facts)


def test_a_product_says_what_is_picked_where_and_why(subject: Subject) -> None:
    answer = explain("kubeflow", subject)
    assert [each for each in told(answer, "Versions in the catalog") if each.startswith("26.03: ")]
    assert "asked for by clusters.edge.versions.kubeflow @15" in told(answer, "Version on edge")
    assert "asked for by versions.kubeflow @6" in told(answer, "Version on prod")
    kueue = explain("kueue", subject)
    assert told(kueue, "Version on edge") == ["none: nothing there installs it"]
    assert "asked for by teams.*.gpus @27" in told(kueue, "Version on prod")
    assert told(kueue, "Component on edge") == ["not installed"]


def test_a_fact_that_decided_is_told_with_its_source(subject: Subject) -> None:
    text = subject.sources.text.replace(b"katib:\n    patches", b"trainer: {}\n  katib:\n    patches")
    answer = explain("kueue", Subject(replace(subject.sources, text=text), subject.catalog, subject.as_of))
    facts = [
        each
        for section in answer.sections
        for each in section.statements
        if each.text.startswith("newer ones are ruled out: kueue ")
    ]
    assert facts
    assert all(each.source.startswith("https://") for each in facts)


def test_a_component_says_who_asked_for_it(subject: Subject) -> None:
    answer = explain("cert-manager", subject)
    assert "required by component katib" in told(answer, "Component on prod")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("unknown-keys", "`unknown-key`"),
        ("kubeflo", "`kubeflow`"),
        ("prod/katip", "`prod/katib`"),
        ("prot", "`prod`"),
        ("teams[7]", "`teams[0]`"),
        ("teams[0].gpu", "`teams[0].gpus`"),
        ("overlays/prod/katip/kustomization.yaml", "`overlays/prod/katib`"),
        ("generated/prod/katib/nothing.yaml", "explain prod/katib"),
        ("zzzz", "for example"),
    ],
)
def test_what_nobody_knows_gets_the_nearest(asked: str, near: str, subject: Subject) -> None:
    with pytest.raises(UsageMistake) as mistake:
        explain(asked, subject)
    assert near in mistake.value.help
