"""The chain from a wish to a node is told link by link; the one that fails says so, with its line and a way out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from compiler.catalog.load import Catalog
from compiler.diagnostics.failure import UsageMistake
from compiler.explain.answer import Answer, as_data, as_text
from compiler.explain.ask import explain
from compiler.explain.gpu import FAILS
from compiler.explain.subject import Subject
from compiler.pipeline import Sources
from tests.unit.explain.conftest import TEXT


def changed(subject: Subject, old: str, new: str) -> Subject:
    text = subject.sources.text.decode()
    assert old in text
    return Subject(replace(subject.sources, text=text.replace(old, new).encode()), subject.catalog, subject.as_of)


def links(answer: Answer) -> dict[str, str]:
    """Return the links of the chain by name, each with its line."""
    return {
        each.text.partition(":")[0]: f"{each.text.partition(': ')[2]} @{each.place.line if each.place else 0}"
        for each in answer.sections[0].statements
    }


def failing(answer: Answer) -> list[str]:
    return [each.text for section in answer.sections for each in section.statements if FAILS in each.text]


def test_every_link_is_there_with_its_line(subject: Subject) -> None:
    answer = explain("gpu vision t4", subject)
    assert (answer.kind, answer.subject) == ("gpu", "gpu vision t4")
    assert answer.summary.startswith("team vision on GPU pool t4 of cluster prod: all of its work finds a node")
    assert failing(answer) == []
    found = links(answer)
    assert list(found) == [
        *("wish", "units", "permission", "Pod Security", "quota", "queue"),
        *("pod", "node", "device plugin", "size", "nodes"),
    ]
    assert found["wish"] == "2 of t4, and to borrow whatever is free @28"
    assert found["units"] == "4 nodes x 1 nvidia-t4 = 4 of nvidia.com/gpu @21"
    assert found["queue"].startswith(
        "LocalQueue gpu, ClusterQueue team-vision, flavor pool-t4: 2 of its own, at most 2"
    )
    assert "platform/gpu-pool=t4:NoSchedule" in found["pod"]
    assert [section.title for section in answer.sections[1:]] == ["Work in namespace lab"]
    assert all("placed on a node of t4, through the queue" in each.text for each in answer.sections[1].statements)
    sources = [each.source for each in answer.sections[0].statements if each.source]
    assert len(sources) >= 6


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  katib:\n", "  gpu-operator: {}\n  katib:\n", "component gpu-operator serves nvidia.com/gpu"),
        (
            "  katib:\n",
            '  gpu-operator: {existing: "26.7.0"}\n  katib:\n',
            "component gpu-operator is there already and serves nvidia.com/gpu",
        ),
        ("provider: kind", "provider: minikube", "minikube brings what serves nvidia.com/gpu"),
    ],
)
def test_who_serves_the_devices_is_told(subject: Subject, old: str, new: str, expected: str) -> None:
    answer = explain("gpu vision t4", changed(subject, old, new))
    assert links(answer)["device plugin"].startswith(f"{expected} @")
    assert "provided that" not in answer.summary


def test_a_device_that_nobody_serves_is_a_condition(subject: Subject) -> None:
    answer = explain("gpu vision t4", subject)
    assert answer.summary.endswith(
        "all of its work finds a node, provided that a device plugin serves nvidia.com/gpu there"
    )
    condition = links(answer)["device plugin"]
    assert condition.startswith("on condition that one for nvidia.com/gpu runs on the nodes and tolerates platform/")
    assert "add `gpu-operator: {}`" in condition


def test_text_and_data_say_the_same(subject: Subject) -> None:
    answer = explain("gpu vision t4", subject)
    data = as_data(answer)
    assert data["kind"] == "gpu"
    text = as_text(answer)
    for section in answer.sections:
        assert all(each.text.splitlines()[0] in text for each in section.statements)


def test_the_failing_link_is_named_with_its_line(subject: Subject) -> None:
    answer = explain("gpu vision t4", changed(subject, 'quota: {cpu: "4"}', "quota: {pods: 0}"))
    assert answer.summary.endswith("none of its work finds a node")
    (first, *_) = answer.sections[1].statements
    assert first.text.startswith(f"Job: {FAILS}at 1 of nvidia.com/gpu in the link quota: the quota allows 0 of pods")
    assert "to change that: write `pods: 1` or more" in first.text
    assert first.place is not None
    assert first.place.line == 26


def test_nobody_lends(subject: Subject) -> None:
    answer = explain("gpu vision t4", changed(subject, "nominal: 2", "nominal: 0"))
    assert any("no team lends any" in each for each in failing(answer))


def test_without_kueue_there_is_no_queue(subject: Subject) -> None:
    without = changed(subject, "components:\n", "components:\n  kueue: {enabled: false}\n")
    found = links(explain("gpu vision t4", without))
    assert found["queue"].startswith("none")
    assert found["pod"].startswith("the form of notebooks or the manifest")


def test_a_knative_that_is_not_ours_must_be_told() -> None:
    def asked(knative: str) -> dict[str, str]:
        components = f"components: {{kserve: {{}}, knative-serving: {knative}}}\n"
        text = re.sub(r"components:\n(  .*\n)+", components, TEXT).replace('    versions: {kubeflow: "1.11"}\n', "")
        sources = Sources("platform.yaml", text.encode(), None, "", lambda _: None)
        return links(explain("gpu vision t4", Subject(sources, Catalog(), date(2026, 11, 1))))

    assert "models" not in asked("{}")
    assert "kubernetes.podspec-tolerations" in asked('{existing: "1.16.2"}')["models"]


def test_a_team_without_a_claim_is_told_how_to_get_one(subject: Subject) -> None:
    teams = (
        "  - name: speech\n    owner: {user: b@acme.com}\n    namespaces: [{name: talk, clusters: [prod]}]\n"
        "  - name: far\n    owner: {user: c@acme.com}\n    namespaces: [{name: far, clusters: [edge]}]\n"
        "  - name: vision\n"
    )
    more = changed(subject, "  - name: vision\n", teams)
    for team, reason in (("speech", "no claim on GPU pool t4"), ("far", "no namespace on cluster prod")):
        answer = explain(f"gpu {team} t4", more)
        assert reason in failing(answer)[0]
        assert any("gpus: [{pool: t4, nominal: 1}]" in each.text for each in answer.sections[0].statements)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("gpu", "names a team and a pool"),
        ("gpu vision", "names a team and a pool"),
        ("gpu vision t4 more", "names a team and a pool"),
        ("gpu vison t4", "there is no team vison"),
        ("gpu vision t5", "there is no GPU pool t5"),
    ],
)
def test_a_question_that_nobody_can_answer(subject: Subject, asked: str, said: str) -> None:
    with pytest.raises(UsageMistake, match=said):
        explain(asked, subject)


def test_who_makes_the_nodes_where_they_stand_and_what_the_cloud_lets_come(subject: Subject) -> None:
    cloud = changed(subject, "provider: kind\n", "provider: eks\n    region: us-east-1\n")
    pool = "accelerator: nvidia-t4, machineType: g4dn.xlarge, nodes: {max: 4}"
    found = links(explain("gpu vision t4", changed(cloud, "accelerator: nvidia-t4, nodes: {max: 4}", pool)))
    assert found["nodes"].startswith("0 to 4, made by Karpenter @")
    assert "topology" not in found
    assert found["cloud"].startswith("the nodes fall under L-DB2E81BA; `cloudQuota` of the cluster does not list them")
    racks = f"{pool.replace('{max: 4}', '{min: 4, max: 4}')}, topology: [topology.k8s.aws/network-node-layer-3]"
    found = links(explain("gpu vision t4", changed(cloud, "accelerator: nvidia-t4, nodes: {max: 4}", racks)))
    assert found["nodes"].startswith("4 to 4, made by Terraform's managed node groups @")
    assert "among those that carry topology.k8s.aws/network-node-layer-3" in found["topology"]
