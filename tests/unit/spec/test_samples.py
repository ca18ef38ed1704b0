"""Every sample is judged alike by the models and by the JSON Schema, and refused for the reason it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compiler.diagnostics.model import Severity, format_path
from compiler.providers import Providers
from compiler.source.document import Document
from compiler.source.loader import load
from compiler.spec.json_schema import platform_schema
from compiler.spec.validate import Validated, validate

SAMPLES = Path(__file__).parents[2] / "samples"
VALID = sorted((SAMPLES / "valid").glob("*.yaml"))
INVALID = sorted((SAMPLES / "invalid").glob("*.yaml"))
COMPONENTS = (
    "cert-manager",
    "jupyter-web-app",
    "katib",
    "kserve",
    "kueue",
    "gpu-operator",
    "notebook-controller",
    "pipelines",
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    built = platform_schema(
        COMPONENTS,
        ("argo-cd", "kubeflow", "kueue"),
        ("nvidia-a100-80gb", "nvidia-t4"),
        {identifier: provider.required for identifier, provider in Providers().items()},
    )
    Draft202012Validator.check_schema(built)
    return Draft202012Validator(built)


def read(sample: Path) -> Document:
    document, findings = load(sample.read_bytes(), sample.name)
    assert findings == []
    assert document is not None
    return document


def comment(sample: Path, word: str) -> str | None:
    match = re.search(rf"^# {word}: (.+)$", sample.read_text(), re.MULTILINE)
    return match.group(1) if match else None


def test_there_are_enough_samples() -> None:
    assert len(VALID) >= 25
    assert len(INVALID) >= 60


@pytest.mark.parametrize("sample", VALID, ids=lambda sample: sample.stem)
def test_valid_samples_are_accepted_by_both(sample: Path, schema: Draft202012Validator) -> None:
    document = read(sample)
    validated, findings = validate(document)
    assert findings == []
    assert validated is not None
    assert validated.set_aside == frozenset()
    assert [error.message for error in schema.iter_errors(document.data)] == []


@pytest.mark.parametrize("sample", INVALID, ids=lambda sample: sample.stem)
def test_invalid_samples_are_refused_as_they_say(sample: Path, schema: Draft202012Validator) -> None:
    document = read(sample)
    _, findings = validate(document)
    expected = comment(sample, "expect")
    assert expected is not None
    found = sorted(f"{finding.code}@{format_path(finding.path)}" for finding in findings)
    assert found == sorted(expected.split(", "))
    accepted = not any(schema.iter_errors(document.data))
    assert accepted == (comment(sample, "schema") is not None)


@pytest.mark.parametrize("sample", INVALID, ids=lambda sample: sample.stem)
def test_findings_of_invalid_samples_help(sample: Path) -> None:
    document = read(sample)
    for finding in validate(document)[1]:
        assert finding.severity is Severity.ERROR
        assert finding.help
        assert not finding.message.endswith(".")
        # Nothing of the library's own wording or addresses.
        assert not re.search(r"pydantic|Input should|Field required|Extra inputs|https://errors", str(finding))
        span = document.span(finding.path, at_key=finding.at_key)
        assert 1 <= span.line <= document.text.count("\n") + 1


@pytest.mark.parametrize("sample", INVALID, ids=lambda sample: sample.stem)
def test_the_rest_of_an_invalid_sample_goes_on(sample: Path) -> None:
    """A mapping always gives a spec, and each origin leads to a value of the file or to what stands in for one."""
    document = read(sample)
    validated, _ = validate(document)
    assert validated is not None
    assert validated.set_aside
    spec = validated.spec
    everything: list[Any] = [*spec.clusters, *spec.gpu_pools, *spec.teams, *spec.namespaces, *spec.removed, *spec.moved]
    for item in everything:
        assert item.origin in document_paths(document) or validated.is_set_aside(item.origin)


def has_fix(sample: Path) -> bool:
    return any(finding.fix is not None for finding in validate(read(sample))[1])


@pytest.mark.parametrize("sample", [sample for sample in INVALID if has_fix(sample)], ids=lambda sample: sample.stem)
def test_fixes_mend(sample: Path) -> None:
    """Applying all fixes removes the findings that had one, and brings no other in their place."""
    document = read(sample)
    before = validate(document)[1]
    edits = []
    for finding in before:
        if finding.fix is None:
            continue
        place = document.range_of(finding.fix.path, at_key=finding.fix.at_key)
        assert place is not None
        edits.append((*place, finding.fix.replacement or ""))
    text = document.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + (" " if text[start - 1] == ":" else "") + replacement + text[end:]
    mended, complaints = load(text.encode(), sample.name)
    assert complaints == []
    assert mended is not None
    after = validate(mended)[1]
    assert len(after) < len(before)


def document_paths(document: Document) -> set[tuple[str | int, ...]]:
    found: set[tuple[str | int, ...]] = set()

    def walk(value: Any, path: tuple[str | int, ...]) -> None:
        found.add(path)
        steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, item in steps:
            walk(item, (*path, step))

    walk(document.data, ())
    return found


def test_the_example_of_the_contract_means_what_it_says() -> None:
    validated: Validated | None
    validated, _ = validate(read(SAMPLES / "valid" / "contract-example.yaml"))
    assert validated is not None
    spec = validated.spec
    assert [cluster.name for cluster in spec.clusters] == ["laptop", "prod-eu"]
    assert spec.components["notebook-controller"].options == {"culling": {"idle": "2h", "checkEvery": "5m"}}
    assert spec.components["katib"].enabled is False
    assert spec.clusters[1].components["katib"].enabled is True
    assert spec.clusters[1].secrets.backend == "external-secrets"
    assert spec.gpu_pools[1].sharing.strategy == "timeSlicing"
    team = spec.teams[0]
    assert (team.members[1].group, team.members[1].user) == ("vision-readers", None)
    assert team.namespaces[0].quota is not None
    assert team.namespaces[0].quota.pods == "200"
    assert team.gpus[0].origin == ("teams", 0, "gpus", 0)
    assert (spec.moved[0].from_.kind, spec.moved[0].from_.name, spec.moved[0].to.name) == ("team", "cv", "vision")
