"""One mistake on several clusters is one finding; what differs in more than the cluster is not."""

from __future__ import annotations

import pytest

from compiler.diagnostics.merge import merge_clusters, merge_places
from compiler.diagnostics.model import Diagnostic, Fix, Label, Suggestion, error, warning
from compiler.source.loader import load

CLUSTERS = ("dev", "prod-eu", "prod-us", "edge", "lab")


def off(cluster: str, **rest: object) -> Diagnostic:
    return error("required", f"kueue is off on cluster {cluster}, but needed", ("components", "kueue"), **rest)


def messages(*findings: Diagnostic) -> list[str]:
    return [finding.message for finding in merge_clusters(findings, CLUSTERS)]


def test_findings_that_differ_by_cluster_only_are_one() -> None:
    assert messages(off("dev"), off("prod-eu")) == ["kueue is off on clusters dev and prod-eu, but needed"]
    assert messages(off("dev"), off("prod-eu"), off("edge")) == [
        "kueue is off on clusters dev, prod-eu and edge, but needed"
    ]


def test_of_many_clusters_the_rest_is_counted_and_named_in_a_note() -> None:
    (finding,) = merge_clusters([off(cluster) for cluster in CLUSTERS], CLUSTERS)
    assert finding.message == "kueue is off on clusters dev, prod-eu, prod-us and 2 more, but needed"
    assert finding.notes == ("the clusters are dev, prod-eu, prod-us, edge, lab",)


@pytest.mark.parametrize(
    "other",
    [
        error("required", "kueue is off on cluster prod-eu, but wanted", ("components", "kueue")),
        error("required", "kueue is off on cluster prod-eu, but needed", ("components", "katib")),
        warning("required", "kueue is off on cluster prod-eu, but needed", ("components", "kueue")),
        error("other", "kueue is off on cluster prod-eu, but needed", ("components", "kueue")),
        error("required", "kueue is off on cluster prod-asia, but needed", ("components", "kueue")),
    ],
    ids=["message", "place", "severity", "code", "no such cluster"],
)
def test_what_differs_in_more_stays_apart(other: Diagnostic) -> None:
    assert merge_clusters([off("dev"), other], CLUSTERS) == [off("dev"), other]


def test_a_sentence_about_a_cluster_keeps_its_verb() -> None:
    found = [error("x", f"cluster {name} runs Kubernetes 1.2", ("a",)) for name in ("dev", "lab")]
    assert merge_clusters(found, CLUSTERS) == found


def test_notes_and_labels_are_told_once() -> None:
    label = Label(("gitops",), "here")
    first = off("dev", notes=("same", "on cluster dev by a"), related=(label,), sources=("s",))
    second = off("lab", notes=("same", "on cluster lab by a"), related=(label,), sources=("s", "t"))
    (finding,) = merge_clusters([first, second], CLUSTERS)
    assert finding.notes == ("same", "on clusters dev and lab by a")
    assert finding.related == (label,)
    assert finding.sources == ("s", "t")


def test_only_what_mends_every_one_of_them_is_suggested() -> None:
    everywhere = Suggestion("set it, or on {} alone", Fix(("versions",), "1"))

    def of(name: str, index: int) -> Diagnostic:
        here = Suggestion("run 1.33 there", Fix(("clusters", index), "1.33"))
        there = Suggestion(everywhere.text.format(name), everywhere.fix)
        return off(name, help=f"set it, or on {name} alone", suggestions=(there, here))

    (finding,) = merge_clusters([of("dev", 0), of("lab", 1)], CLUSTERS)
    assert finding.help == "set it, or on each of them alone"
    assert finding.suggestions == (Suggestion("set it, or on each of them alone", everywhere.fix),)


def test_a_fix_is_kept_only_where_all_agree() -> None:
    fix = Fix(("a",), "1")
    assert [each.fix for each in merge_clusters([off("dev", fix=fix), off("lab", fix=fix)], CLUSTERS)] == [fix]
    assert [each.fix for each in merge_clusters([off("dev", fix=fix), off("lab")], CLUSTERS)] == [None]


def test_what_an_alias_leads_to_is_told_once() -> None:
    document, _ = load(b"x: &x {a: 1}\ny: *x\nz: {a: 1}\n", "platform.yaml")
    assert document is not None

    def of(key: str, message: str = "`a` is wrong") -> Diagnostic:
        return error("wrong", message, (key, "a"))

    assert merge_places([of("x"), of("y"), of("z")], document) == [of("x"), of("z")]
    assert merge_places([of("x", "x is wrong"), of("y", "y is wrong")], document) == [
        of("x", "x is wrong"),
        of("y", "y is wrong"),
    ]


def test_the_order_of_the_first_is_kept() -> None:
    other = error("z", "something else", ("teams",))
    assert [each.code for each in merge_clusters([off("dev"), other, off("lab")], CLUSTERS)] == ["required", "z"]
