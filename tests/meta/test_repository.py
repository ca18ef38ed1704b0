"""The files around the code keep their promises: no machine's paths, pinned actions, whole locks, true documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.sources import ROOT, name, project_files

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = [
    re.compile(rb"/work/" + rb"(?:main|scratch|shared|\.)"),
    re.compile(rb"/root/" + rb"[.\w]"),
    re.compile(rb"/Users/" + rb"\w"),
    re.compile(rb"/tmp/" + rb"(?:tmp|pytest-)\w"),
]
REGISTRIES = [
    re.compile(rb"\b" + host)
    for host in (rb"pypi\." + rb"org", rb"pythonhosted\." + rb"org", rb"npmjs\." + rb"(?:org|com)/?\w")
] + [re.compile(rb"\b(?:proxy|sum)\.golang\." + rb"org")]

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TOP = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"generated", "overlays", ".git", ".tools"}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
KINDS = {"added", "changed", "fixed", "removed"}


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    found = [
        f"{name(path)}: {match.group().decode(errors='replace')}"
        for path in project_files()
        for pattern in (*MACHINE_PATHS, *REGISTRIES)
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_paths_named_in_documents_exist(document: Path) -> None:
    assert missing_paths(document.parent, document.read_text("utf-8")) == []


def test_a_missing_path_is_seen() -> None:
    text = "See `compiler/nowhere.py`, `compiler/cli/main.py`, `compiler/<stage>/` and [this](docs/none.md#x)."
    assert missing_paths(ROOT, text) == ["compiler/nowhere.py", "docs/none.md"]


def missing_paths(folder: Path, text: str) -> list[str]:
    """Return paths in backticks and relative links that lead nowhere; `<x>` and `*` match anything."""
    missing = []
    for quoted in re.findall(r"`([\w.\-/<>*]+)`", text):
        if quoted.split("/")[0] in TOP and "/" in quoted:
            pattern = re.sub(r"<[^>]*>", "*", quoted).rstrip("/")
            if not any(ROOT.glob(pattern)):
                missing.append(quoted)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target = link.split("#")[0]
        if target and "://" not in target and not (folder / target).exists():
            missing.append(target)
    return missing


def test_make_targets_named_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z-]+)", document.read_text("utf-8")))
        named |= set(re.findall(r"^\s*make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE))
        assert named <= targets, name(document)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=name)
def test_actions_are_pinned_and_permissions_given(workflow: Path) -> None:
    text = workflow.read_text("utf-8")
    uses = re.findall(r"uses: *(.*)", text)
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use)] == []
    assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")
    assert "pull_request_target" not in text


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=name)
def test_a_lock_holds_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "#    make lock\n" in text
    assert "://" not in text
    assert "--index-url" not in text
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("lock", "group"), [("runtime", None), ("dev", None), ("dev", "dev"), ("go", "go"), ("lock", "lock")]
)
def test_a_lock_fits_the_project(lock: str, group: str | None) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["dependency-groups"][group] if group else project["project"]["dependencies"]
    locked = _locked(lock)
    for text in wanted:
        requirement = Requirement(text)
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{text} is not in requirements/{lock}.txt: make lock"
        assert requirement.specifier.contains(version), f"{text}: locked is {version}"


def test_tests_run_with_the_versions_that_users_run_with() -> None:
    runtime, dev = _locked("runtime"), _locked("dev")
    assert {package: dev.get(package) for package in runtime} == runtime


def _locked(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    return {
        canonicalize_name(package): version
        for package, version in re.findall(r"^([\w.\-]+)==(\S+)", text, re.MULTILINE)
    }


def test_changelog_fragments_are_named_after_issue_and_kind() -> None:
    fragments = [path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    assert [
        path.name for path in fragments if not re.fullmatch(rf"\d+\.(?:{'|'.join(sorted(KINDS))})\.md", path.name)
    ] == []


def test_decision_notes_are_numbered_without_gaps() -> None:
    notes = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [note.name[:4] for note in notes] == [f"{number:04d}" for number in range(1, len(notes) + 1)]
    for note in notes:
        text = note.read_text("utf-8")
        for heading in ("## Context", "## Decision", "## Alternatives", "## Consequences"):
            assert heading in text, name(note)
