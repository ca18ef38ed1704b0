"""Every way out of a conflict that a finding names is one: made in the file, it ends that conflict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from compiler.catalog.load import Catalog
from compiler.diagnostics.edit import apply_edits, edit_for
from compiler.diagnostics.model import Diagnostic, YamlPath
from compiler.pipeline import Sources, Understanding, understand

HEAD = "apiVersion: platform/v1alpha1\nkind: Platform\nmetadata: {name: acme}\ngitops: {repoURL: https://x.io/r.git}\n"
NEIGHBOURS = ("kueue", "argo-cd", "kuberay", "gpu-operator", "model-registry", "external-secrets")
BROUGHT = ("istio", "knative-serving", "kubeflow-trainer", "kserve", "cert-manager", "model-registry")
COMPONENTS = ("kueue", "trainer", "training-operator", "model-registry", "kuberay", "gpu-operator", "katib")
MINORS = ("1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35")


@cache
def catalog() -> Catalog:
    return Catalog()


def known(subject: str) -> list[str]:
    """Return versions of a product, or those that Kubeflow's releases bring of something else."""
    if subject in catalog().products():
        return list(catalog().versions(subject))
    releases = (catalog().release("kubeflow", version) for version in catalog().versions("kubeflow"))
    return sorted({release.brings[subject] for release in releases if subject in release.brings}) or ["1.0"]


@st.composite
def constraints(draw: st.DrawFn, subject: str) -> str:
    version = draw(st.sampled_from(known(subject)))
    form = draw(st.sampled_from(("{}", "=={}", ">={}", "<={}")))
    return form.format(version)


@st.composite
def sections(draw: st.DrawFn, indent: str) -> str:
    """Return `versions` and `components`, in flow or in block style."""
    subjects = draw(st.lists(st.sampled_from(("kubeflow", *NEIGHBOURS, *BROUGHT)), unique=True, max_size=4))
    wishes = {subject: f'"{draw(constraints(subject))}"' for subject in subjects}
    components: dict[str, str] = {}
    for name in draw(st.lists(st.sampled_from(COMPONENTS), unique=True, max_size=3)):
        is_there = draw(st.booleans()) and name in NEIGHBOURS
        existing = draw(st.sampled_from(known(name))) if is_there else None
        components[name] = "{}" if existing is None else f'{{existing: "{existing}"}}'
    text = ""
    for key, entries in (("versions", wishes), ("components", components)):
        is_block = draw(st.booleans())
        if entries and is_block:
            text += f"{indent}{key}:\n" + "".join(f"{indent}  {name}: {value}\n" for name, value in entries.items())
        elif entries:
            text += f"{indent}{key}: {{{', '.join(f'{name}: {value}' for name, value in entries.items())}}}\n"
    return text


@st.composite
def platforms(draw: st.DrawFn) -> str:
    text = HEAD + f"distribution: {draw(st.sampled_from(('kubeflow', 'none')))}\n" + draw(sections("")) + "clusters:\n"
    for name in ("dev", "prod-eu")[: draw(st.integers(1, 2))]:
        minor = draw(st.sampled_from(MINORS))
        text += f'  - name: {name}\n    environment: dev\n    provider: kind\n    kubernetes: "{minor}"\n'
        text += draw(sections("    "))
    return text


def told(text: str) -> Understanding:
    return understand(Sources("platform.yaml", text.encode(), None, "", lambda _: None), catalog(), as_of=DAY)


DAY = date(2026, 11, 1)
CODES = frozenset({"version-conflict", "component-not-in-release"})


def conflicts(result: Understanding) -> Iterator[Diagnostic]:
    return (finding for finding in result.diagnostics if finding.code in CODES)


def identity(finding: Diagnostic) -> tuple[str, frozenset[YamlPath]]:
    """Return what makes two findings one contradiction: the cluster, and the places that contradict each other."""
    cluster = finding.message.rpartition("cluster ")[2] if "cluster " in finding.message else ""
    return cluster, frozenset({finding.path, *(label.path for label in finding.related)})


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(platforms())
def test_each_way_out_of_a_conflict_ends_it(text: str) -> None:
    before = told(text)
    assert before.document is not None
    found = list(conflicts(before))
    event(f"{len(found)} conflicts")
    for finding in found:
        event(f"{finding.code} with {len(finding.suggestions)} ways out")
        assert finding.suggestions, finding
        assert finding.fix is None, "another version is a choice, which no fix makes by itself"
        assert finding.help is not None
        for suggestion in finding.suggestions:
            assert suggestion.text in finding.help
            edit = edit_for(suggestion.fix, before.document)
            assert edit is not None, suggestion
            after = told(apply_edits(before.document.text, [edit]))
            assert after.platform is not None, (suggestion, after.diagnostics)
            assert identity(finding) not in set(map(identity, conflicts(after))), suggestion
