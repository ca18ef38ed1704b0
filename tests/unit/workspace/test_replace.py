"""A file is replaced as a whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.workspace.replace import replace_file


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "platform.yaml"
    link.symlink_to(real)
    replace_file(link, b"new", expected=b"old")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["platform.yaml", "real.yaml"]


def test_somebody_elses_change_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "platform.yaml"
    path.write_bytes(b"theirs")
    with pytest.raises(EnvironmentFailure, match="was changed"):
        replace_file(path, b"new", expected=b"old")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_refuses_is_a_failure_of_the_surroundings(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="cannot write"):
        replace_file(tmp_path / "none" / "platform.yaml", b"new", expected=b"old")
