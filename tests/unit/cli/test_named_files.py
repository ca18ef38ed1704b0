"""Findings about files beside the platform file: named as the user would open them, with the line that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.cli.named_files import with_named_files
from compiler.diagnostics.model import Span, error
from compiler.diagnostics.text import render_text
from compiler.source.loader import load

TEXT = "a: 1\n"


def told(at: Span, folder: str) -> str:
    source, _ = load(TEXT.encode(), f"{folder}platform.yaml")
    findings, files = with_named_files([error("x", "wrong", span=at)], source)
    return render_text(findings, files, colour=False)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the folder above that of the platform file."""
    monkeypatch.chdir(tmp_path)
    for name in ("sub/patches", "sub/secrets/dev"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sub/patches/k.yaml").write_text("spec:\n  replicas: two\n")
    (tmp_path / "sub/secrets/dev/s.yaml").write_text("stringData:\n  password: hunter2\n")


def test_a_line_of_another_file_is_shown_under_the_name_by_which_it_opens() -> None:
    shown = told(Span("patches/k.yaml", 2, 13, 2, 16), "sub/")
    assert shown.startswith("sub/patches/k.yaml:2:13: error[x]: wrong\n 2 |   replicas: two\n   |             ^^^\n")


def test_the_platform_file_keeps_its_name_and_its_line() -> None:
    assert told(Span("sub/platform.yaml", 1, 4, 1, 5), "sub/").startswith("sub/platform.yaml:1:4: ")


def test_of_what_belongs_to_a_secret_no_line_is_shown() -> None:
    shown = told(Span("secrets/dev/s.yaml", 2, 13, 2, 20), "sub/")
    assert shown.startswith("sub/secrets/dev/s.yaml:2:13: ")
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    "at",
    [Span("patches/k.yaml", 1, 1, 1, 2), Span("patches/gone.yaml", 3, 1, 3, 4), Span("patches/k.yaml", 9, 1, 9, 2)],
)
def test_what_has_no_line_is_told_without_one(at: Span) -> None:
    assert " | " not in told(at, "sub/")
