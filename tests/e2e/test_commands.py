"""How the commands talk: streams, formats, colour, help, exit codes, and how they find the platform file."""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from compiler.cli.main import COMMANDS, build_parser
from tests.e2e.harness import Ended, Repo
from tests.e2e.test_bad_input import Report


def subparsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    pytest.fail("there are no commands")


@pytest.mark.parametrize("name", [None, *(command.NAME for command in COMMANDS)])
def test_help_mentions_everything(fresh: Repo, name: str | None) -> None:
    ended = fresh.run(*filter(None, [name]), "--help")
    assert ended.code == 0
    assert ended.err == ""
    parser = build_parser() if name is None else subparsers()[name]
    for action in parser._actions:
        for word in action.option_strings:
            assert word in ended.out
        assert action.help or isinstance(action, argparse._SubParsersAction), action.dest
    if name is None:
        for command in COMMANDS:
            assert f"    {command.NAME} " in ended.out
            assert command.SUMMARY in " ".join(ended.out.split())
        assert "Exit codes: 0 fine, 1 errors" in ended.out
    elif name == "build":
        assert "Git repository" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["biuld"],
        ["build", "--chekc"],
        ["build", "--clus", "laptop"],
        ["check", "--format", "xml"],
        ["check", "--as-of", "tomorrow"],
        ["render"],
        ["show", "soup"],
    ],
)
def test_a_misunderstood_command_line(repo: Repo, arguments: list[str]) -> None:
    ended = repo.run(*arguments)
    assert ended.code == 2, ended.said
    assert ended.out == ""
    assert "usage: python -m compiler" in ended.err


@pytest.mark.parametrize(
    ("arguments", "wrong", "right"),
    [
        (["build", "--cluster", "labtop"], "labtop", "`laptop`"),
        (["build", "--check", "--cluster", "labtop"], "labtop", "`laptop`"),
        (["build", "--cluster", "laptop", "--cluster", "x-1"], "x-1", "edge, laptop"),
        (["images", "--cluster", "labtop"], "labtop", "`laptop`"),
        (["verify", "--cluster", "labtop"], "labtop", "`laptop`"),
        (["render", "laptop/katip"], "laptop/katip", "`laptop/katib`"),
        (["render", "katib"], "katib", "laptop/katib"),
        (["catalog", "show", "kubeflo", "26.03"], "kubeflo", "`kubeflow`"),
        (["catalog", "show", "kubeflow", "1.10.9"], "1.10.9", "1.10.2"),
    ],
)
def test_an_argument_that_names_nothing(repo: Repo, arguments: list[str], wrong: str, right: str) -> None:
    before = repo.times()
    ended = repo.run(*arguments)
    assert ended.code == 2, ended.said
    assert ended.out == ""
    first, second = ended.err.splitlines()
    assert first.startswith("error: ")
    assert wrong in first
    assert second.startswith("help: ")
    assert right in second
    assert repo.times() == before


def test_data_on_stdout_and_talk_on_stderr(fresh: Repo) -> None:
    built = fresh.run("build")
    assert (built.code, built.out) == (0, "")
    assert "created" in built.err
    checked = fresh.run("check")
    assert (checked.code, checked.out, checked.err) == (0, "platform.yaml: no findings\n", "")
    listed = fresh.run("build", "--format", "json")
    assert Report.of(listed).findings == []
    assert "up to date" in listed.err
    for stage in ("document", "spec", "platform", "lock", "applications", "secrets", "differences"):
        shown = fresh.run("show", stage)
        assert shown.err == ""
        assert json.loads(shown.out)
    lock = fresh.run("lock")
    assert lock.out == (fresh.path / "platform.lock.yaml").read_text()
    schema = fresh.run("schema")
    assert schema.out == (fresh.path / "schemas/platform.schema.json").read_text()
    assert fresh.run("catalog", "list").out.startswith("argo-cd: ")
    images = fresh.run("images").out.splitlines()
    assert images == sorted(set(images))
    assert all("/" in image or ":" in image for image in images)
    assert set(json.loads(fresh.run("images", "--format", "json").out)) == {"edge", "laptop"}
    edge = json.loads(fresh.run("images", "--cluster", "edge", "--format", "json").out)
    assert set(edge) == {"edge"}


def test_every_way_of_building_counts_the_same_files(fresh: Repo) -> None:
    created = re.match(r"(\d+) created, 0 unchanged; ", fresh.build().err)
    assert created is not None
    stood = [path for path in fresh.tree() if path != "generated/inventory.json"]
    assert int(created[1]) == len(stood), "all but the inventory, which counts them"
    for arguments in ((), ("--full",), ("--check",), ("--check", "--full")):
        assert fresh.run("build", *arguments).err == f"{created[1]} files are up to date\n"


@pytest.mark.parametrize(
    "command",
    [
        *(("show", stage) for stage in ("document", "platform", "secrets")),
        ("lock",),
        ("images",),
        ("cost",),
        ("who-can",),
    ],
    ids=" ".join,
)
def test_what_prints_data_tells_of_errors_alone(fresh: Repo, command: tuple[str, ...]) -> None:
    late = ("--as-of", "2036-01-01")
    assert "end-of-support" in fresh.run("check", *late).out
    ended = fresh.run(*command, *late)
    assert (ended.code, ended.err) == (0, ""), ended.said
    fresh.edit("  katib: {}", "  katip: {}")
    ended = fresh.run(*command, *late)
    assert ended.code == 1
    assert re.findall(r"^[^ ]+: (\w+\[[a-z-]+\]): ", ended.err, re.MULTILINE) == ["error[unknown-component]"]


@pytest.mark.parametrize("command", [("images", "--cluster"), ("who-can", "--subject")], ids=" ".join)
def test_a_mistake_of_usage_is_all_that_is_told(fresh: Repo, command: tuple[str, ...]) -> None:
    fresh.edit("  katib: {}", "  katip: {}")
    ended = fresh.run(*command, "nobody")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: there is no ")


def test_a_platform_with_warnings_is_built(fresh: Repo) -> None:
    text = fresh.file.read_text()
    fresh.write(text.replace('kubernetes: "1.34"', 'kubernetes: "1.99"'))
    built = fresh.run("build", "--format", "json")
    assert built.code in {0, 1}
    report = Report.of(built)
    assert "kubernetes-too-new" in report.codes
    if built.code == 0:
        again = fresh.run("build", "--format", "json")
        # Remembered findings are told as they were.
        assert again.out == built.out
        assert "up to date" in again.err


def test_findings_are_remembered_word_by_word(fresh: Repo) -> None:
    fresh.edit("  katib: {}", "  katip: {}")
    for name in ("text", "json", "github"):
        own = {"PLATFORM_COMPILER_CACHE": str(fresh.path.parent / name)}
        first, again = (fresh.run("check", "--format", name, env=own) for _ in range(2))
        assert first == again
        assert "katip" in first.out
    # What was remembered is not told of another text.
    fresh.edit("  katip: {}", "  katib: {}")
    assert fresh.run("check").code == 0


def on_terminal(repo: Repo, *arguments: str, **more: str) -> str:
    """Return what a command prints where all its streams are a terminal."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in repo.environment(**more).items() if key != "CI"}
    process = subprocess.Popen(
        repo.command(*arguments),
        cwd=repo.path,
        env={"TERM": "xterm", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        printed += piece
    os.close(ours)
    process.wait()
    return printed.decode()


def test_colour_on_a_terminal_alone(fresh: Repo) -> None:
    fresh.edit("  katib: {}", "  katip: {}")
    assert "\x1b[" in on_terminal(fresh, "check", TERM="xterm")
    assert "\x1b[" not in on_terminal(fresh, "check", TERM="xterm", NO_COLOR="1")
    assert "\x1b[" not in on_terminal(fresh, "check", TERM="dumb")
    assert "\x1b[" not in fresh.run("check").out


def test_the_file_may_be_named(original: Repo, tmp_path: Path) -> None:
    for name in (str(original.file), os.path.relpath(original.file, tmp_path)):
        for flag in ("-f", "--file"):
            ended = original.run("build", "--check", flag, name, cwd=tmp_path)
            assert ended.code == 0, ended.said
    ended = original.run("check", "-f", "nowhere/platform.yaml", cwd=tmp_path)
    assert ended.code == 1
    assert "unreadable-file" in ended.out
    assert "nowhere/platform.yaml" in ended.out


def test_another_name_and_odd_letters(fresh: Repo, original: Repo) -> None:
    folder = fresh.path / "Ordner mit ü, 'Strich' & $HOME"
    folder.mkdir()
    fresh.file.rename(folder / "größe.yaml")
    ended = fresh.build("--file", str(folder / "größe.yaml"))
    assert "created" in ended.err
    inner = Repo.__new__(Repo)
    inner.path = folder
    assert inner.tree().keys() == original.tree().keys()
    assert fresh.run("check", "-f", os.fsdecode(b"caf\xe9.yaml")).code == 1


def test_the_file_is_found_in_parents_up_to_the_git_root(tmp_path: Path) -> None:
    outer = Repo(tmp_path / "outer")
    deep = outer.path / "a/b"
    deep.mkdir(parents=True)
    found = outer.run("check", cwd=deep)
    assert found.code == 0
    assert found.out == "../../platform.yaml: no findings\n"
    inner = Repo(outer.path / "a", None)
    hidden = inner.run("check", cwd=deep)
    assert hidden.code == 1, hidden.said
    assert "unreadable-file" in hidden.out


def test_a_reader_that_leaves_is_no_failure(repo: Repo) -> None:
    for arguments in (["show", "platform"], ["schema"], ["catalog", "list"], ["--help"], ["check"]):
        for redirection in ("", "2>&1"):
            line = " ".join([*map(repr, repo.command(*arguments)), redirection, "| head -c 1; exit ${PIPESTATUS[0]}"])
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=repo.path,
                env=repo.environment(),
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert (done.returncode, len(done.stdout), done.stderr) == (0, 1, ""), arguments


def test_a_closed_output_is_no_failure(repo: Repo) -> None:
    for arguments in (["check"], ["build", "--full"]):
        for closed in (">&- 2>&-", "2>&-", ">&-"):
            line = " ".join([*map(repr, repo.command(*arguments)), closed])
            done = subprocess.run(
                ["bash", "-c", line], cwd=repo.path, env=repo.environment(), capture_output=True, check=False
            )
            assert done.returncode == 0, line
            # What is said on the one is never said on the other.
            assert (done.stdout != b"") == (arguments == ["check"] and closed == "2>&-")


def test_a_bug_says_that_it_is_ours(fresh: Repo, tmp_path: Path) -> None:
    # Planted where every command passes.
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant/sitecustomize.py").write_text(
        "import compiler.pipeline\n"
        "def fail(*_, **__): raise ZeroDivisionError('planted')\n"
        "compiler.pipeline.understand = fail\n"
    )
    path = os.pathsep.join([str(tmp_path / "plant"), fresh.environment()["PYTHONPATH"]])
    ended = fresh.run("show", "platform", env={"PYTHONPATH": path})
    assert ended.code == 70, ended.said
    assert ended.err.startswith("internal error: ZeroDivisionError: planted (sitecustomize.py:2)\n")
    assert len(ended.err.splitlines()) == 2


def test_the_lock_command_writes_nothing(fresh: Repo) -> None:
    assert yaml.safe_load(fresh.run("lock").out)["kind"] == "PlatformLock"
    assert fresh.tree() == {}


def test_verify_and_render_before_a_build(fresh: Repo) -> None:
    ended = fresh.run("verify")
    assert ended.code in {3, 4}, ended.said
    assert fresh.run("render", "laptop/katib") == Ended(
        2, "", "error: nothing stands in overlays/ yet\nhelp: build first: python -m compiler build\n"
    )
