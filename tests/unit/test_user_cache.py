"""compiler.user_cache: where the caches of a user are."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.user_cache import cache_directory


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PLATFORM_COMPILER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "platform-compiler"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache/platform-compiler"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_directory() == tmp_path / ".cache/platform-compiler"


def test_a_folder_of_ones_own_choice_is_the_same_wherever_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", "mine")
    assert cache_directory() == tmp_path / "mine"
