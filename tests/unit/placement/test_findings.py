"""Teams whose GPUs are of no use are told, once for each line, with the line; what another check says is left to it."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from compiler.catalog.load import Catalog
from compiler.checks import run_checks
from compiler.diagnostics.model import Diagnostic, Severity
from compiler.resolve import resolve
from compiler.source.loader import load
from compiler.spec.validate import validate

HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
versions: {kubeflow: "26.03"}
clusters:
  - {name: dev, environment: dev, provider: k3s, kubernetes: "1.34"}
  - {name: lab, environment: dev, provider: k3s, kubernetes: "1.34"}
gpuPools:
  - {name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 4}}
  - {name: l4, cluster: dev, accelerator: nvidia-l4, nodes: {max: 4}}
teams:
"""
CODES = {"unschedulable-gpu", "unschedulable-workload"}


@cache
def catalog() -> Catalog:
    return Catalog()


def found(*teams: tuple[str, str, str]) -> list[Diagnostic]:
    text = HEAD + "".join(
        f"  - name: {name}\n    owner: {{user: a@acme.com}}\n    namespaces: [{namespaces}]\n    gpus: [{gpus}]\n"
        for name, namespaces, gpus in teams
    )
    document, findings = load(text.encode(), "platform.yaml")
    assert document is not None
    validated, more = validate(document)
    assert validated is not None
    assert not [*findings, *more]
    platform, _, _ = resolve(validated, catalog(), None, read=lambda _: None, as_of=date(2026, 11, 1))
    assert platform is not None
    every = run_checks(platform, catalog(), as_of=date(2026, 11, 1))
    assert "internal-error" not in {finding.code for finding in every}
    return [finding for finding in every if finding.code in CODES]


T4 = "{pool: t4, nominal: 2}"
L4 = "{pool: l4, nominal: 2}"


def lab(name: str = "vision", quota: str = "", clusters: str = "dev") -> str:
    return f"{{name: {name}, clusters: [{clusters}]{f', quota: {{{quota}}}' if quota else ''}}}"


def test_what_fits_is_not_spoken_of() -> None:
    assert found(("vision", lab(), T4), ("speech", lab("speech", "cpu: 8, memory: 32Gi, pods: 50"), L4)) == []
    assert found(("vision", f"{lab(quota='pods: 0')}, {lab('other')}", T4)) == [], "one namespace is enough"
    assert found(("vision", lab(quota="pods: 0"), "")) == [], "without a claim nobody waits for a GPU"


def test_one_line_keeps_a_team_from_all_its_pools() -> None:
    (finding,) = found(("vision", lab(quota="pods: 0", clusters="dev, lab"), f"{T4}, {L4}"))
    assert (finding.code, finding.severity) == ("unschedulable-gpu", Severity.WARNING)
    assert finding.message == (
        "no work of team vision can get a GPU of pools l4 and t4: in namespace vision the quota allows 0 of pods "
        "and it takes 1"
    )
    assert finding.path == ("teams", 0, "namespaces", 0, "quota", "pods")
    assert {label.path for label in finding.related} == {("teams", 0, "gpus", 0), ("teams", 0, "gpus", 1)}
    assert finding.help == "write `pods: 1` or more"


def test_nobody_lends_what_a_team_wants_to_borrow() -> None:
    (finding,) = found(("vision", lab(), "{pool: t4, nominal: 0}"))
    assert finding.code == "unschedulable-gpu"
    assert finding.path == ("teams", 0, "gpus", 0, "nominal")
    assert "no other team lends any" in finding.message
    assert found(("vision", lab(), "{pool: t4, nominal: 0}"), ("speech", lab("speech"), T4)) == []


@pytest.mark.parametrize("gpus", ["{pool: t4, nominal: 0, borrowingLimit: 0}"])
def test_what_another_check_says_is_left_to_it(gpus: str) -> None:
    assert found(("vision", lab(), gpus)) == []


def test_some_work_does_not_fit_as_it_comes() -> None:
    (finding,) = found(("vision", lab(quota="memory: 1Gi"), f"{T4}, {L4}"))
    assert (finding.code, finding.severity) == ("unschedulable-workload", Severity.INFO)
    assert finding.message.startswith("team vision cannot start a notebook or an inference service with a GPU: ")
    assert finding.notes == ("a manifest or form that asks for less gets through",)
    assert finding.path == ("teams", 0, "namespaces", 0, "quota", "memory")


def test_all_work_that_does_not_fit_as_it_comes_is_a_warning_that_says_so() -> None:
    (finding,) = found(("vision", lab(quota="cpu: 50m"), T4))
    assert finding.code == "unschedulable-gpu"
    assert finding.message.endswith("unless told otherwise")
    assert finding.notes
