"""The editor's JSON Schema refuses what `check` refuses wherever JSON Schema can say it, and accepts what is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from compiler.diagnostics.model import Severity
from compiler.pipeline import platform_schema
from compiler.rules import all_rules
from compiler.source.loader import load
from compiler.spec.editor_rules import SYSTEM_NAMESPACES
from tests.meta.sources import ROOT
from tests.mistakes.casebook import Mistake, catalog, mistakes, understood

BY_NAME = "JSON Schema follows no name from one place of a file to another"
BY_SUM = "JSON Schema neither adds nor compares two values"
BY_TABLE = "it takes the tables of clouds and GPUs, which the schema does not repeat"
BY_VERSION = "it takes the order of versions and the catalog's releases"
BY_SENSE = "the form is right, and only what it says makes no sense"
BY_FILES = "it is about other files"

UNSAYABLE = {
    "accelerator-not-in-zone": BY_TABLE,
    "argo-cd-login-without-provider": BY_NAME,
    "bad-patch-target": "whether a text is a regular expression is no pattern",
    "bad-region": BY_TABLE,
    "bad-secret-file": BY_FILES,
    "bad-trust-file": BY_FILES,
    "borrowing-without-kueue": BY_NAME,
    "component-not-in-release": BY_VERSION,
    "duplicate-access": BY_NAME,
    "duplicate-claim": BY_NAME,
    "duplicate-cluster": BY_NAME,
    "duplicate-gpu-pool": BY_NAME,
    "duplicate-member": BY_NAME,
    "duplicate-namespace": BY_NAME,
    "duplicate-team": BY_NAME,
    "gpu-in-quota-extra": BY_TABLE,
    "group-without-provider": BY_NAME,
    "incomplete-secret-file": BY_FILES,
    "lending-exceeds-nominal": BY_SUM,
    "mig-without-support": BY_TABLE,
    "minimum-above-maximum": BY_SUM,
    "misplaced-secret": BY_FILES,
    "missing-domain": BY_NAME,
    "missing-patch-file": BY_FILES,
    "missing-server": BY_NAME,
    "missing-trust-file": BY_FILES,
    "moved-from-still-declared": BY_NAME,
    "moved-to-undeclared": BY_NAME,
    "moved-twice": BY_NAME,
    "nominal-exceeds-cloud-quota": BY_SUM,
    "nominal-exceeds-pool": BY_SUM,
    "not-installable-version": BY_VERSION,
    "outside-enforced-range": BY_VERSION,
    "patch-matches-nothing": BY_FILES,
    "patch-without-component": BY_NAME,
    "pool-out-of-reach": BY_NAME,
    "pool-overcommitted": BY_SUM,
    "private-key-in-trust-file": BY_FILES,
    "region-of-no-cloud": BY_TABLE,
    "removed-still-declared": BY_NAME,
    "repeated-model-storage": BY_NAME,
    "repeated-variable": BY_NAME,
    "repository-out-of-reach": BY_NAME,
    "repository-synced-twice": BY_NAME,
    "required-component-disabled": BY_NAME,
    "reserved-namespace": BY_NAME,  # those of components; those of Kubernetes are refused
    "secret-in-clear": BY_SENSE,
    "secret-of-two-repositories": BY_NAME,
    "secret-of-two-uses": BY_NAME,
    "shared-domain": BY_NAME,
    "sharing-without-support": BY_TABLE,
    "team-syncs-platform": BY_NAME,
    "too-many-replicas": BY_TABLE,
    "topology-of-scaled-pool": BY_NAME,
    "undecided-namespace": BY_NAME,
    "unencrypted-secret": BY_FILES,
    "unknown-build-option": BY_TABLE,
    "unknown-cluster": BY_NAME,
    "unknown-gpu-pool": BY_NAME,
    "unknown-mig-profile": BY_TABLE,
    "unknown-namespace": BY_NAME,
    "unknown-provisioner": BY_NAME,
    "unknown-quota-key": BY_TABLE,
    "unknown-team": BY_NAME,
    "unknown-version": BY_VERSION,
    "unsuited-provisioner": BY_TABLE,
    "unusable-quota": BY_SENSE,
    "version-conflict": BY_VERSION,
    "wrong-gpu-count": BY_TABLE,
    "wrong-machine-type": BY_TABLE,
    "zone-outside-region": BY_NAME,
}
"""Errors that no JSON Schema says, with the reason."""

SAMPLES = ROOT / "tests/samples"


@cache
def judge() -> Draft202012Validator:
    return Draft202012Validator(json.loads(platform_schema(catalog())))


def refuses(text: bytes) -> bool:
    document, findings = load(text, "platform.yaml")
    assert document is not None, findings
    return not judge().is_valid(document.data)


def errors() -> Iterator[Mistake]:
    """Yield every mistake of one error that YAML can be read with."""
    for mistake in mistakes():
        expected = mistake.expected
        if (
            len(expected) == 1
            and expected[0].severity is Severity.ERROR
            and all_rules()[expected[0].code].stage != "load"
        ):
            yield mistake


@pytest.mark.parametrize("mistake", list(errors()), ids=lambda mistake: mistake.id)
def test_the_schema_refuses_what_it_can_say(mistake: Mistake) -> None:
    assert refuses(mistake.text.encode()) or mistake.expected[0].code in UNSAYABLE


@pytest.mark.parametrize("sample", sorted((SAMPLES / "invalid").glob("*.yaml")), ids=lambda sample: sample.stem)
def test_the_schema_refuses_every_invalid_sample_it_can(sample: Path) -> None:
    text = sample.read_bytes()
    # Such a sample says why: `# schema: ...`.
    assert refuses(text) or b"\n# schema: " in text


@pytest.mark.parametrize("sample", sorted((SAMPLES / "valid").glob("*.yaml")), ids=lambda sample: sample.stem)
def test_the_schema_accepts_every_valid_sample(sample: Path) -> None:
    document, _ = load(sample.read_bytes(), sample.name)
    assert document is not None
    assert [error.message for error in judge().iter_errors(document.data)] == []


def test_each_reason_is_of_an_error_that_the_schema_lets_pass() -> None:
    let_pass = {each.expected[0].code for each in errors() if not refuses(each.text.encode())}
    assert let_pass <= UNSAYABLE.keys()
    assert UNSAYABLE.keys() <= all_rules().keys()


@pytest.mark.parametrize("environment", ["dev", "test", "staging", "prod"])
@pytest.mark.parametrize("backend", ["manual", "generated", "insecure-defaults"])
@pytest.mark.parametrize("issuer", ["https://login.acme.com", "http://login.acme.com", ""])
def test_rules_of_environments_are_those_of_the_checks(environment: str, backend: str, issuer: str) -> None:
    identity = f"identity: {{oidc: {{issuer: '{issuer}', clientID: a, clientSecretRef: b}}}}, " if issuer else ""
    text = (
        "apiVersion: platform/v1alpha1\nkind: Platform\nmetadata: {name: acme}\n"
        "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n"
        f"clusters: [{{name: c, environment: {environment}, provider: k3s, kubernetes: '1.34', "
        f"{identity}secrets: {{backend: {backend}}}}}]\n"
    )
    refused = any(finding.severity is Severity.ERROR for finding in understood(text).diagnostics)
    assert refuses(text.encode()) == refused


@pytest.mark.parametrize("namespace", SYSTEM_NAMESPACES)
def test_namespaces_of_the_system_are_refused_by_both(namespace: str) -> None:
    text = (
        "apiVersion: platform/v1alpha1\nkind: Platform\nmetadata: {name: acme}\n"
        "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n"
        "clusters: [{name: c, environment: dev, provider: k3s, kubernetes: '1.34'}]\n"
        f"namespaces: [{{name: {namespace}, clusters: [c]}}]\n"
    )
    assert {finding.code for finding in understood(text).diagnostics} == {"reserved-namespace"}
    assert refuses(text.encode())
