"""How the platform file is found and read, and how findings become an exit code."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import pytest

from compiler.cli.exit_codes import ExitCode
from compiler.cli.session import Session, exit_for, find_platform_file, show, wants_colour
from compiler.diagnostics.model import Diagnostic, error, info, warning
from compiler.source.loader import text_only

DAY = date(2026, 11, 1)


def test_the_nearest_file_up_to_the_git_root_is_taken(tmp_path: Path) -> None:
    deep = tmp_path / "repo/a/b"
    deep.mkdir(parents=True)
    (tmp_path / "platform.yaml").touch()
    assert find_platform_file(deep) == Path("../../../platform.yaml")
    (tmp_path / "repo/.git").mkdir()
    assert find_platform_file(deep) == Path("platform.yaml")
    (tmp_path / "repo/platform.yaml").touch()
    assert find_platform_file(deep) == Path("../../platform.yaml")
    (deep / "platform.yaml").touch()
    assert find_platform_file(deep) == Path("platform.yaml")


def test_a_named_file_and_day_are_taken() -> None:
    session = Session.of(argparse.Namespace(file="x/p.yaml", as_of=DAY))
    assert session == Session(Path("x/p.yaml"), DAY)


def session_in(folder: Path) -> Session:
    """Return a session over a platform file in the folder."""
    (folder / "platform.yaml").write_bytes(b"kind: Platform\n")
    return Session(folder / "platform.yaml", DAY)


def test_sources_are_the_file_the_lock_and_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / ".git").touch()
    (tmp_path / "platforms/ml").mkdir(parents=True)
    session = session_in(tmp_path / "platforms/ml")
    (session.root / "platform.lock.yaml").write_bytes(b"lock")
    sources = session.sources()
    assert not isinstance(sources, Diagnostic)
    assert (sources.text, sources.lock, sources.folder) == (b"kind: Platform\n", b"lock", "platforms/ml/")


@pytest.mark.parametrize(("git", "folder"), [("", ""), (".git", "")])
def test_at_the_root_and_outside_git_the_folder_has_no_name(tmp_path: Path, git: str, folder: str) -> None:
    if git:
        (tmp_path / git).mkdir()
    sources = session_in(tmp_path).sources()
    assert not isinstance(sources, Diagnostic)
    assert sources.folder == folder


def _missing(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize("spoil", [_missing, _folder, _pipe, _loop])
def test_what_cannot_be_read_is_a_finding(tmp_path: Path, spoil: object) -> None:
    session = session_in(tmp_path)
    assert callable(spoil)
    spoil(session.path)
    finding = session.sources()
    assert isinstance(finding, Diagnostic)
    assert finding.code == "unreadable-file"
    assert finding.help
    assert session.understand().has_errors


def test_files_are_read_inside_the_folder_alone(tmp_path: Path) -> None:
    inside = tmp_path / "repo"
    inside.mkdir()
    session = session_in(inside)
    (tmp_path / "secret").write_text("s")
    (inside / "patches").mkdir()
    (inside / "patches/a.yaml").write_text("a")
    (inside / "linked.yaml").symlink_to("patches/a.yaml")
    (inside / "out.yaml").symlink_to("../secret")
    (inside / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(inside / "pipe")
    assert (
        session.read("patches/a.yaml") == session.read("linked.yaml") == session.read("patches/../linked.yaml") == b"a"
    )
    for path in ("out.yaml", "../secret", "/etc/hostname", "loop.yaml", "patches", "none", "a\0b", "pipe", ""):
        assert session.read(path) is None, path


def test_the_content_of_a_folder_is_what_stands_below_it(tmp_path: Path) -> None:
    inside = tmp_path / "repo"
    inside.mkdir()
    session = session_in(inside)
    for path in ("secrets/b/c.yaml", "secrets/a.yaml", "other/d.yaml"):
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).touch()
    (tmp_path / "elsewhere").mkdir()
    (inside / "out").symlink_to("../elsewhere")
    assert session.read("secrets/") == b"secrets/a.yaml\nsecrets/b/c.yaml"
    assert session.read("none/") is session.read("out/") is session.read("../elsewhere/") is None


def test_a_folder_reached_through_a_link_is_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    session_in(tmp_path / "real")
    (tmp_path / "link").symlink_to("real")
    session = Session(tmp_path / "link/platform.yaml", DAY)
    assert session.root == tmp_path / "real"
    assert session.read("platform.yaml") == b"kind: Platform\n"


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], ExitCode.OK),
        ([warning("w", "w"), info("i", "i")], ExitCode.OK),
        ([warning("w", "w"), error("e", "e")], ExitCode.PLATFORM_ERRORS),
        ([error("e", "e"), error("internal-error", "x")], ExitCode.BUG),
    ],
)
def test_findings_decide_the_exit_code(findings: list[Diagnostic], code: ExitCode) -> None:
    assert exit_for(findings) is code


def test_machine_formats_go_to_stdout_and_text_where_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    source = text_only(b"a: 1\n", "platform.yaml")
    findings = [error("odd", "it is odd", help="make it even")]
    show(findings, source)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error[odd]" in printed.err
    show(findings, source, to_stdout=True)
    assert "error[odd]" in capsys.readouterr().out
    for name in ("json", "github"):
        show(findings, source, format=name)
        printed = capsys.readouterr()
        assert "odd" in printed.out
        assert printed.err == ""
    show([], source)
    assert capsys.readouterr() == ("", "")


class _Stream:
    def __init__(self, *, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        """Return what was given."""
        return self._is_terminal


def test_colour_needs_a_terminal_that_may_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(_Stream(is_terminal=True))
    assert not wants_colour(_Stream(is_terminal=False))
    assert not wants_colour(None)
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(_Stream(is_terminal=True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(_Stream(is_terminal=True))
    monkeypatch.setenv("NO_COLOR", "")
    assert wants_colour(_Stream(is_terminal=True))
