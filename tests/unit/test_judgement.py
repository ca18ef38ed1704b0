"""A judgement is recalled only as long as nothing that it rests on has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from compiler import judgement
from compiler.catalog.load import Catalog
from compiler.diagnostics.machine import render_json
from compiler.judgement import Judgement, judge, own_digest
from compiler.pipeline import Sources
from compiler.workspace.cache import RunCache
from compiler.workspace.fingerprint import compiler_digest
from tests.e2e.harness import PLATFORM

CATALOG = Catalog()
DAY = date(2026, 11, 1)
PATCHED = PLATFORM.replace(
    "katib: {}", "katib: {patches: [{target: {kind: Deployment, name: katib-controller}, path: p.yaml}]}"
)
PATCH = b"- {op: add, path: /metadata/labels/x, value: y}\n"


def given(text: str = PLATFORM, patch: bytes | None = PATCH) -> Sources:
    """Return what a run reads."""
    return Sources("platform.yaml", text.encode(), None, "", {"p.yaml": patch}.get)


def run(sources: Sources, cache: RunCache, *, as_of: date = DAY, afresh: bool = False) -> Judgement:
    """Judge with the real catalog."""
    return judge(sources, lambda: CATALOG, cache, as_of=as_of, afresh=afresh)


def no_catalog() -> NoReturn:
    """Fail: what is recalled needs no catalog."""
    pytest.fail("the catalog was loaded")


@pytest.mark.parametrize(
    "text", [PLATFORM, PATCHED, PLATFORM.replace("katib", "katip"), PLATFORM.replace("1.34", "1.99")]
)
def test_the_same_again_is_recalled(text: str) -> None:
    cache = RunCache()
    first = run(given(text), cache)
    again = judge(given(text), no_catalog, cache, as_of=DAY)
    assert first.understanding is not None
    assert again.understanding is None
    assert again.has_errors == first.has_errors
    assert first.source is not None
    assert again.source is not None
    assert render_json(again.findings, again.source) == render_json(first.findings, first.source)


def test_it_is_run_again_when_asked() -> None:
    cache = RunCache()
    run(given(), cache)
    assert run(given(), cache, afresh=True).understanding is not None


CHANGES = {
    "text": replace(given(PATCHED), text=PATCHED.encode() + b"# more\n"),
    "lock": replace(given(PATCHED), lock=b""),
    "folder": replace(given(PATCHED), folder="platforms/"),
    "name": replace(given(PATCHED), name="../platform.yaml"),
    "patch": given(PATCHED, PATCH + b"# more\n"),
    "patch gone": given(PATCHED, None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_run_again_when_something_has_changed(change: str) -> None:
    cache = RunCache()
    first = run(given(PATCHED), cache)
    assert first.inputs == ("p.yaml",)
    assert not first.has_errors, first.findings
    assert run(CHANGES[change], cache).understanding is not None


def test_it_is_run_again_when_an_encrypted_file_appears_or_changes() -> None:
    text = PLATFORM.replace("provider: kind\n", "provider: kind\n    secrets: {backend: sealed-secrets}\n")
    path = "secrets/laptop/kubeflow/katib-mysql-secrets.yaml"

    def with_files(**files: bytes) -> Sources:
        there = {path.removesuffix("katib-mysql-secrets.yaml") + f"{name}.yaml": each for name, each in files.items()}
        listing = {"secrets/": "\n".join(sorted(there)).encode()} if there else {}
        return replace(given(text), read={**there, **listing}.get)

    cache = RunCache()
    first = run(with_files(), cache)
    assert "missing-secret-file" in {each.code for each in first.findings}
    assert judge(with_files(), no_catalog, cache, as_of=DAY).findings == first.findings
    for files in ({"katib-mysql-secrets": b"a: 1\n"}, {"katib-mysql-secrets": b"b: 1\n"}, {"other": b""}):
        assert run(with_files(**files), cache).understanding is not None


def test_it_is_run_again_on_another_day() -> None:
    cache = RunCache()
    run(given(), cache)
    assert run(given(), cache, as_of=DAY + timedelta(days=1)).understanding is not None


def test_it_is_run_again_by_another_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RunCache()
    run(given(), cache)
    monkeypatch.setattr(judgement, "compiler_stamp", lambda: "another")
    assert run(given(), cache).understanding is not None


@pytest.mark.parametrize("kept", [None, b"", b"\xff"])
def test_a_large_file_is_read_again_where_it_was_edited(kept: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.source.loader.LARGE", 0)
    cache = RunCache()
    run(given(), cache)
    assert cache.reading is not None
    edited = given(PLATFORM.replace("name: laptop", "name: tabletop"))
    whole = run(edited, RunCache())
    content = cache.reading if kept is None else kept
    again = run(edited, RunCache(earlier=lambda: content))
    assert again.findings == whole.findings
    assert again.understanding is not None
    assert whole.understanding is not None
    assert again.understanding.platform == whole.understanding.platform
    assert again.understanding.document is not None
    assert (again.understanding.document.nodes is None) == (kept is None)


@pytest.mark.parametrize("verdict", [{}, {"findings": 3}, {"findings": [{}], "spans": [], "edits": []}])
def test_a_damaged_memory_is_none(verdict: dict[str, object]) -> None:
    cache = RunCache()
    run(given(), cache)
    cache.verdict = verdict
    assert run(given(), cache).understanding is not None


def test_the_compilers_own_digest_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path))
    made = own_digest()
    assert made == compiler_digest()
    monkeypatch.setattr(judgement, "compiler_digest", no_catalog)
    assert own_digest() == made
    monkeypatch.setattr(judgement, "compiler_stamp", lambda: "another")
    monkeypatch.setattr(judgement, "compiler_digest", lambda: "digest of another")
    assert own_digest() == "digest of another"
