"""Builds that are killed, interrupted or run side by side leave whole files only, and the next build heals the tree."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.harness import Repo

BRIDGE = b"bridge.js"
PATIENCE_S = 20


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> bool:
    """Wait until the condition holds; return whether it did before the process ended."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if condition():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.001)
    pytest.fail("nothing happened")


def nodes_of(repo: Repo) -> list[int]:
    """Return the Node processes that a build in this repository started; a child keeps its folder when orphaned."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink() == repo.path and BRIDGE in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def expect_no_node(repo: Repo) -> None:
    """Expect that no Node outlives its build for long."""
    ends = time.monotonic() + PATIENCE_S
    while nodes_of(repo):
        assert time.monotonic() < ends, "Node is still there"
        time.sleep(0.01)


def is_held(repo: Repo) -> bool:
    """Return whether a build holds the tree."""
    descriptor = os.open(repo.path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_staging(repo: Repo) -> bool:
    """Return whether new files are being staged."""
    return (repo.path / "generated/.staging").exists()


def kill(repo: Repo, when: Callable[[Repo], bool], delay_s: float) -> None:
    """Start a build and kill it a little after something has happened."""
    process = repo.start("build")
    wait_for(lambda: when(repo), process)
    time.sleep(delay_s)
    process.kill()
    process.communicate()
    expect_no_node(repo)


MOMENTS = [is_held] * 2 + [lambda repo: bool(nodes_of(repo))] * 2 + [is_staging] * 4
"""What to wait for before a kill; then some milliseconds more, so that every phase is met."""


@pytest.mark.skipif(sys.platform != "linux", reason="finds the moments in /proc")
@pytest.mark.parametrize("start", ["cold", "incremental"])
def test_a_killed_build_is_told_and_healed(original: Repo, tmp_path: Path, start: str) -> None:
    dice = random.Random(start)  # noqa: S311 - the same moments in every run, as far as a machine can
    repo = Repo(tmp_path / "repo") if start == "cold" else original.copy(tmp_path / "repo")
    if start == "incremental":
        # Other bytes in most files, one file less, a team more.
        repo.edit(
            "repoURL: https://github.com/acme/ml-platform.git, revision: main", "repoURL: https://git.acme.com/p.git"
        )
        repo.edit('kubeflow: "1.11"', 'kubeflow: "26.03"')
        repo.edit("name: speech-lab", "name: speech-studio")
        repo.write(repo.file.read_text() + 'removed: [{namespace: speech-lab, reason: "moved on"}]\n')
    wanted = Repo(tmp_path / "wanted", repo.file.read_text()).built_tree()
    before = repo.tree()
    pieces = {path: {content} for path, content in (*before.items(), *wanted.items())}
    for path, content in before.items():
        pieces[path].add(content)
    for moment in MOMENTS:
        kill(repo, moment, dice.uniform(0, 0.03 if moment is is_staging else 0.25))
        after = {path: content for path, content in repo.tree().items() if "/.staging/" not in path}
        for path, content in after.items():
            assert content in pieces[path], f"{path} is half written"
        checked = repo.run("build", "--check")
        assert checked.code == (0 if after == wanted and not is_staging(repo) else 3), checked.said
        if dice.random() < 0.2:
            repo.build()
            assert repo.tree() == wanted
            if start == "cold":
                for name in ("generated", "overlays", "schemas", "platform.lock.yaml"):
                    subprocess.run(["rm", "-rf", str(repo.path / name)], check=True)
    repo.build()
    assert repo.tree() == wanted
    assert not is_staging(repo)
    folders = [path for path in repo.path.rglob("*") if path.is_dir() and ".git" not in path.parts]
    assert [path for path in folders if not any(path.iterdir())] == []


def test_a_kill_during_the_healing_of_another_kill_is_healed(repo: Repo, tmp_path: Path) -> None:
    """Each claim of a killed build stays until a build has ended well."""
    first = 'cpu: "5"'
    for quota in (first, 'cpu: "6"', 'cpu: "7"'):
        text = repo.file.read_text()
        repo.write(text.replace('cpu: "4"', quota).replace('cpu: "5"', quota).replace('cpu: "6"', quota))
        # As a kill right after the first file was put in place leaves it.
        done = repo.run("build", prefix=(sys.executable, "-P", "-c", KILLED_EARLY, "--"))
        assert done.code == -signal.SIGKILL, done.said
        assert is_staging(repo)
        assert repo.run("build", "--check").code == 3
    repo.build()
    assert repo.tree() == Repo(tmp_path / "other", repo.file.read_text()).built_tree()


KILLED_EARLY = """
import os, pathlib, signal, sys
replace = pathlib.Path.replace
def once(source, target):
    done = replace(source, target)
    if ".staging" in str(source) and ".staging" not in str(target):
        os.kill(os.getpid(), signal.SIGKILL)
    return done
pathlib.Path.replace = once
from compiler.cli.main import main
sys.exit(main(sys.argv[sys.argv.index("compiler") + 1:]))
"""
"""Runs the command line behind it, and dies when the first file is in place."""


@pytest.mark.skipif(sys.platform != "linux", reason="finds the moments in /proc")
@pytest.mark.parametrize(
    ("moment", "delay_s"),
    [(is_held, 0), (is_held, 0.05), (lambda repo: bool(nodes_of(repo)), 0), (is_staging, 0), (is_staging, 0.004)],
)
def test_ctrl_c_leaves_the_old_tree_or_the_new_one(
    fresh: Repo, original: Repo, moment: Callable[[Repo], bool], delay_s: float
) -> None:
    process = fresh.start("build")
    wait_for(lambda: moment(fresh), process)
    time.sleep(delay_s)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err
    tree = fresh.tree()
    if process.returncode == 0:
        assert tree == original.tree()
    else:
        assert process.returncode == 130, err
        assert "interrupted" in err
        assert tree in ({}, original.tree())
        assert not is_staging(fresh)
    expect_no_node(fresh)
    fresh.build()
    assert fresh.tree() == original.tree()


def test_two_builds_at_once(fresh: Repo, original: Repo) -> None:
    both = [fresh.start("build"), fresh.start("build")]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert fresh.tree() == original.tree()
    assert fresh.run("build", "--check").code == 0


def test_a_build_waits_for_another_and_reads_what_that_one_left(repo: Repo) -> None:
    descriptor = os.open(repo.path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    process = repo.start("build")
    assert process.stderr is not None
    assert "another build is running here" in process.stderr.readline()
    repo.edit('cpu: "8"', 'cpu: "9"')  # what the other one may do while it holds the tree
    os.close(descriptor)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert repo.run("build", "--check").code == 0
