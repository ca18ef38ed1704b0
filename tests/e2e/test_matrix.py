"""`matrix` as a user runs it: this platform, two products, and what another version would change."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.e2e.harness import ROOT, Repo

DAY = ("--as-of", "2026-08-01")


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads((ROOT / "schemas/matrix.schema.json").read_text("utf-8"))


def test_the_platform_is_shown_cluster_by_cluster(fresh: Repo, schema: Any) -> None:
    shown = fresh.run("matrix", *DAY)
    assert (shown.code, shown.err) == (0, ""), shown.said
    data = json.loads(fresh.run("matrix", *DAY, "--format", "json").out)
    jsonschema.validate(data, schema)
    assert data["asOf"] == "2026-08-01"
    assert [cluster["name"] for cluster in data["clusters"]] == ["edge", "laptop"]
    for cluster in data["clusters"]:
        assert f"\n{cluster['name']}  " in f"\n{shown.out}"
        for row in cluster["rows"]:
            deciding = [each for each in row["statements"] if each["verdict"] == row["verdict"]]
            assert deciding, "the worst statement decides"
            if row["verdict"] != "fits":
                assert deciding[0]["fact"] in shown.out


@pytest.mark.parametrize(("format", "start"), [("markdown", "# Compatibility of acme-ml"), ("html", "<!doctype html>")])
def test_pages_are_made_for_people(fresh: Repo, format: str, start: str) -> None:
    for question in ((), ("--product", "kueue", "--against", "kubernetes")):
        ended = fresh.run("matrix", *question, *DAY, "--format", format)
        assert (ended.code, ended.err) == (0, ""), ended.said
        assert ended.out.startswith(start.removesuffix("Compatibility of acme-ml") if question else start)


def test_two_products_need_no_platform_file(fresh: Repo, schema: Any) -> None:
    fresh.file.unlink()
    shown = fresh.run("matrix", "--product", "kueue", "--against", "trainer")
    assert (shown.code, shown.err) == (0, ""), shown.said
    assert "kueue@0.17/api-trainer" in shown.out
    jsonschema.validate(json.loads(fresh.run("matrix", "--product", "kubeflow", "--format", "json").out), schema)


def test_a_what_if_answers_and_edits_nothing(fresh: Repo, schema: Any) -> None:
    before = fresh.file.read_bytes()
    ended = fresh.run("matrix", "--what-if", "laptop/kubernetes=1.36", *DAY)
    assert ended.code == 0, ended.said
    assert ended.out.startswith("laptop\n")
    assert "1.34 → 1.36" in ended.out
    assert "\nedge" not in ended.out
    data = json.loads(fresh.run("matrix", "--what-if", "laptop/kubernetes=1.36", *DAY, "--format", "json").out)
    jsonschema.validate(data, schema)
    assert {change["cluster"] for change in data["changes"]} == {"laptop"}
    assert fresh.file.read_bytes() == before
    assert not (fresh.path / "platform.lock.yaml").exists()


def test_a_what_if_that_cannot_be_is_refused_with_its_proof(fresh: Repo, schema: Any) -> None:
    wishes = ("--what-if", "kubeflow=26.03", "--what-if", "edge/kubernetes=1.32", *DAY)
    fresh.edit("components:\n  katib: {}", "components:\n  katib: {}\n  knative-serving: {}")
    ended = fresh.run("matrix", *wishes)
    assert ended.code == 1, ended.said
    assert "version-conflict" in ended.err
    assert "would be refused" in ended.err
    for kind in ("markdown", "html"):
        page = fresh.run("matrix", *wishes, "--format", kind)
        assert (page.code, page.err) == (ended.code, ended.err), "a page without what refuses it would look like a yes"
    data = json.loads(fresh.run("matrix", *wishes, "--format", "json").out)
    jsonschema.validate(data, schema)
    assert {each["code"] for each in data["refused"]} == {"version-conflict"}


def test_a_what_if_with_a_kubernetes_that_nobody_knows_warns(fresh: Repo, schema: Any) -> None:
    ended = fresh.run("matrix", "--what-if", "laptop/kubernetes=1.99", *DAY)
    assert ended.code == 0, "the platform would be taken"
    assert "warning[kubernetes-too-new]" in ended.err
    assert "Kubernetes 1.34 → 1.99" in ended.out
    assert "not there" not in ended.out
    data = json.loads(fresh.run("matrix", "--what-if", "laptop/kubernetes=1.99", *DAY, "--format", "json").out)
    jsonschema.validate(data, schema)
    assert [each["code"] for each in data["warned"]] == ["kubernetes-too-new"]


def test_a_what_if_that_changes_nothing_says_so(fresh: Repo) -> None:
    ended = fresh.run("matrix", "--what-if", "kubernetes=1.34", *DAY)
    assert (ended.code, ended.out) == (0, ""), ended.said
    assert "nothing would change" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--product", "kueu"), "did you mean `kueue`?"),
        (("--product", "kueue", "--against", "nothing-known"), "there is no product nothing-known"),
        (("--against", "kueue"), "--against needs a product"),
        (("--what-if", "kueue"), "names no version to try"),
        (("--what-if", "lapto/kueue=0.16"), "did you mean `laptop`?"),
        (("--what-if", "kueu=0.16"), "did you mean `kueue`?"),
        (("--product", "kueue", "--what-if", "kueue=0.16"), "leave out one of them"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_usage(fresh: Repo, arguments: tuple[str, ...], said: str) -> None:
    ended = fresh.run("matrix", *arguments)
    assert ended.code == 2, ended.said
    assert said in ended.err
    assert ended.out == ""


def test_a_file_with_errors_is_told_of_them(fresh: Repo) -> None:
    fresh.edit("environment: dev\n    provider: kind", "environment: dev\n    provider: knd")
    ended = fresh.run("matrix")
    assert ended.code == 1, ended.said
    assert "unknown-provider" in ended.err
    assert ended.out.startswith("edge  "), "what is sound is shown all the same"
