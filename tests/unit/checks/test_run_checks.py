"""All checks run, also when one crashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

import compiler.checks
from compiler.checks import all_checks, run_checks
from compiler.diagnostics.model import Diagnostic, Label, Severity, YamlPath, error
from compiler.model.platform import Platform
from compiler.resolve.facts import Facts
from tests.unit.resolve.fakes import CLUSTER, DAY, catalog, codes, understand


def test_a_check_that_crashes_is_our_bug_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(platform: Platform, facts: Facts, as_of: date) -> Iterator[Diagnostic]:
        raise ZeroDivisionError(platform.name, facts, as_of)

    shared = next(check for check in all_checks() if check.id == "shared-domain")
    broken = replace(shared, id="broken", run=crash)
    monkeypatch.setattr(compiler.checks, "all_checks", lambda: (broken, shared))
    text = "".join(
        f'  - {{name: {name}, environment: dev, provider: k3s, kubernetes: "1.34", domain: ml.acme.com}}\n'
        for name in ("one", "two")
    )
    platform, _, _ = understand("clusters:\n" + text)
    findings = run_checks(platform, catalog(known_facts=()), as_of=DAY)
    assert codes(findings) == ["internal-error", "shared-domain"]
    assert "broken" in findings[0].message


def test_a_sound_platform_passes_every_check() -> None:
    platform, _, _ = understand(CLUSTER)
    assert run_checks(platform, catalog(known_facts=()), as_of=DAY) == []


def test_ids_are_sorted_and_unique() -> None:
    ids = [check.id for check in all_checks()]
    assert ids == sorted(set(ids))


def test_groups_without_provider_are_one_info_for_a_laptop_and_an_error_each_elsewhere() -> None:
    teams = "".join(
        f"  - name: {name}\n    owner: {{user: a@acme.com}}\n    members: [{{group: {name}-readers, role: viewer}}]\n"
        f"    namespaces: [{{name: {name}, clusters: [dev]}}]\n"
        for name in ("vision", "speech")
    )
    found = {}
    for environment in ("dev", "test"):
        cluster = CLUSTER.replace("environment: dev", f"environment: {environment}")
        platform, _, _ = understand(f"{cluster}teams:\n{teams}")
        found[environment] = [
            (each.code, each.severity) for each in run_checks(platform, catalog(known_facts=()), as_of=DAY)
        ]
    assert found == {
        "dev": [("group-without-provider", Severity.INFO)],
        "test": [("group-without-provider", Severity.ERROR)] * 2,
    }


def _spoilt(finding: Diagnostic, mistake: YamlPath, **parts: tuple[str, ...]) -> bool:
    return not list(replace(all_checks()[0], **parts).unspoilt([finding], [mistake]))  # type: ignore[arg-type]


def test_a_sum_is_spoilt_by_a_mistake_in_any_of_its_parts() -> None:
    finding = error("x", "too much", ("teams", 0, "gpus", 0, "nominal"))
    assert _spoilt(finding, ("teams", 7, "gpus", 1), sums_over=("teams.gpus",))
    assert _spoilt(finding, ("teams", 7), sums_over=("teams.gpus",)), "the whole item is gone"
    assert not _spoilt(finding, ("teams", 7, "owner"), sums_over=("teams.gpus",))
    assert not _spoilt(finding, ("clusters", 0), sums_over=("teams.gpus",))


def test_what_is_missing_is_spoilt_by_a_mistake_in_the_same_item() -> None:
    finding = error("x", "has none", ("clusters", 1, "name"))
    assert _spoilt(finding, ("clusters", 1, "identity", "oidc", "issuer"), misses=("clusters.identity",))
    assert not _spoilt(finding, ("clusters", 0, "identity"), misses=("clusters.identity",))
    assert not _spoilt(finding, ("clusters", 1, "domain"), misses=("clusters.identity",))
    elsewhere = error("x", "reaches nobody", ("teams", 0), related=(Label(("clusters", 1), "here"),))
    assert _spoilt(elsewhere, ("clusters", 1, "identity"), misses=("clusters.identity",))
    assert not _spoilt(elsewhere, ("clusters", 0, "identity"), misses=("clusters.identity",))


def test_a_missing_component_is_spoilt_by_what_decides_whether_one_is_there() -> None:
    finding = error("x", "is not there", ("clusters", 1, "secrets"))
    for part, place in (("components", ("components",)), ("clusters.components", ("clusters", 1, "components"))):
        assert _spoilt(finding, place, misses=(part,))
        assert _spoilt(finding, (*place, "katip"), misses=(part,)), "it may be meant by a misspelt name"
        assert _spoilt(finding, (*place, "katib", "enabled"), misses=(part,))
        assert _spoilt(finding, (*place, "katib", "existing"), misses=(part,))
        assert not _spoilt(finding, (*place, "pipelines", "database", "secretRef"), misses=(part,))
    assert _spoilt(finding, ("components", "mlflow", "database"), misses=("components.mlflow",))
