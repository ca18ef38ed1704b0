"""The kustomize that is found, what it makes, what it fetches, and what is remembered of it.

The binary is a script that answers as kustomize does; real kustomize builds real overlays in tests/components.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.workspace.kustomize import Fetch, build, find_kustomize

pytestmark = pytest.mark.real(reason="the subject is a process")

OVERLAY = "overlays/one/katib"


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_kustomize.cache_clear()
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KUSTOMIZE", raising=False)


def script(path: Path, *lines: str, version: str = "v5.8.1") -> Path:
    """Write a stand-in for kustomize, which counts its builds, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = version ]; then echo {version}; exit; fi\necho build >> {path}.runs\n'
        + "\n".join(lines)
    )
    path.chmod(0o755)
    return path


def runs(path: Path) -> int:
    """Return how often the stand-in has built."""
    log = Path(f"{path}.runs")
    return len(log.read_text().splitlines()) if log.exists() else 0


def tree(root: Path) -> Path:
    """Write an overlay with a local base and return the root."""
    for name, text in (
        (f"{OVERLAY}/kustomization.yaml", "resources:\n- ../../../generated/one/katib\n"),
        (f"{OVERLAY}/patch.yaml", "a: 1\n"),
        ("generated/one/katib/kustomization.yaml", "resources:\n- objects.yaml\n"),
        ("generated/one/katib/objects.yaml", "kind: Namespace\n"),
        ("generated/one/other/objects.yaml", "kind: Secret\n"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with an overlay."""
    return tree(tmp_path / "repo")


def test_the_named_one_comes_first_then_the_projects_then_the_paths(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = script(tmp_path / "bin/kustomize")
    monkeypatch.setenv("PATH", str(on_path.parent), prepend=os.pathsep)
    assert find_kustomize(root) == on_path
    find_kustomize.cache_clear()
    own = script(root / ".tools/bin/kustomize")
    assert find_kustomize(root / "deep/er") == own
    find_kustomize.cache_clear()
    named = script(tmp_path / "named")
    monkeypatch.setenv("KUSTOMIZE", str(named))
    assert find_kustomize(root) == named


def test_a_named_one_that_is_missing_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMIZE", "/nonexistent/kustomize")
    with pytest.raises(EnvironmentFailure, match="/nonexistent/kustomize") as failure:
        find_kustomize(root)
    assert "install" in failure.value.help


@pytest.mark.parametrize(
    ("version", "fits"), [("v5.4.3", True), ("v5.10.0", True), ("v5.4.2", False), ("v4.9.9", False)]
)
def test_an_old_one_is_refused(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, version: str, *, fits: bool
) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", version=version)))
    if fits:
        find_kustomize(root)
    else:
        with pytest.raises(EnvironmentFailure, match="too old"):
            find_kustomize(root)


def test_a_rendering_is_kept_until_a_file_that_it_reads_changes(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = script(tmp_path / "k", "echo kind: Pod")
    monkeypatch.setenv("KUSTOMIZE", str(binary))
    assert build(root, OVERLAY).text == build(root, OVERLAY).text == "kind: Pod\n"
    assert runs(binary) == 1
    (root / "generated/one/other/objects.yaml").write_text("kind: Else\n")
    build(root, OVERLAY)
    assert runs(binary) == 1
    for path in ("generated/one/katib/objects.yaml", f"{OVERLAY}/patch.yaml", f"{OVERLAY}/kustomization.yaml"):
        before = runs(binary)
        (root / path).write_text((root / path).read_text() + "# changed\n")
        build(root, OVERLAY)
        assert runs(binary) == before + 1, path


def test_a_failure_is_told_and_not_kept(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = script(tmp_path / "k", "echo no such target >&2", "exit 1")
    monkeypatch.setenv("KUSTOMIZE", str(binary))
    assert build(root, OVERLAY).failure == "no such target"
    assert build(root, OVERLAY).failure == "no such target"
    assert runs(binary) == 2


def test_a_silent_failure_is_told_by_its_code(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", "exit 7")))
    assert build(root, OVERLAY).failure == "exit code 7"


def test_one_that_does_not_end_is_ended(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", "exec sleep 60")))
    failure = build(root, OVERLAY, timeout_s=0.2).failure
    assert failure is not None
    assert "did not end" in failure


def test_what_git_fetches_is_seen_now_and_later(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / "bin/git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nexit 0\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(git.parent), prepend=os.pathsep)
    commands = (
        "git init",
        "git fetch --depth=1 https://x.io/b main",
        "git fetch --depth=1 https://x.io/a 0123",
        "echo done",
    )
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", *commands)))
    wanted = (Fetch("https://x.io/a", "0123"), Fetch("https://x.io/b", "main"))
    first = build(root, OVERLAY)
    assert first.fetches == wanted
    assert build(root, OVERLAY) == first


@pytest.mark.parametrize(("ends", "is_unreachable"), [(0, False), (128, True)])
def test_a_failure_of_git_is_told_apart(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, ends: int, *, is_unreachable: bool
) -> None:
    git = tmp_path / "bin/git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\nexit {ends}\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(git.parent), prepend=os.pathsep)
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", "git fetch a b", "git_ended=$?", "exit 1")))
    rendering = build(root, OVERLAY)
    assert rendering.failure is not None
    assert rendering.is_unreachable is is_unreachable


def test_downloads_past_git_are_cut_off_but_git_keeps_its_proxy(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = tmp_path / "bin/git"
    git.parent.mkdir()
    git.write_text('#!/bin/sh\necho "git: $HTTPS_PROXY"\n')
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(git.parent), prepend=os.pathsep)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.acme.com:3128")
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", 'echo "own: $HTTPS_PROXY"', "git fetch a b")))
    own, of_git = build(root, OVERLAY).text.splitlines()
    assert own == "own: http://127.0.0.1:9"
    assert of_git == "git: http://proxy.acme.com:3128"


def test_without_git_nothing_is_built(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMIZE", str(script(tmp_path / "k", "echo kind: Pod")))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(EnvironmentFailure, match="git is not installed"):
        build(root, OVERLAY)
