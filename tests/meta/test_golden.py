"""The golden helper fails on every difference, and an update rewrites and still fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.outcomes import Failed

from tests.golden import UPDATE, assert_text, assert_tree, read_tree


@pytest.fixture(autouse=True)
def no_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests say themselves when they update."""
    monkeypatch.delenv(UPDATE, raising=False)


def _commit(folder: Path) -> None:
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "one.yaml").write_bytes(b"x: 1\n")
    (folder / "two.yaml").write_bytes(b"y: 2\n")


SAME = {"a/one.yaml": b"x: 1\n", "two.yaml": b"y: 2\n"}


def test_equal_trees_pass(tmp_path: Path) -> None:
    _commit(tmp_path)
    assert_tree(tmp_path, SAME)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"two.yaml": b"y: 2\n"}, "not made:  a/one.yaml"),
        (SAME | {"three.yaml": b""}, "not known: three.yaml"),
        (SAME | {"two.yaml": b"y: 3\n"}, "+y: 3"),
    ],
    ids=["missing", "surplus", "changed"],
)
def test_every_difference_fails_and_an_update_rewrites_and_fails(
    tmp_path: Path, made: dict[str, bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commit(tmp_path)
    with pytest.raises(Failed, match="differs") as failed:
        assert_tree(tmp_path, made)
    assert said in str(failed.value)
    assert read_tree(tmp_path) == SAME
    monkeypatch.setenv(UPDATE, "1")
    with pytest.raises(Failed, match="was rewritten"):
        assert_tree(tmp_path, made)
    assert read_tree(tmp_path) == made
    assert all(any(folder.iterdir()) for folder in tmp_path.rglob("*") if folder.is_dir())
    assert_tree(tmp_path, made)


def test_one_text_leaves_its_neighbours_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _commit(tmp_path)
    assert_text(tmp_path / "two.yaml", "y: 2\n")
    monkeypatch.setenv(UPDATE, "1")
    with pytest.raises(Failed):
        assert_text(tmp_path / "two.yaml", "y: 4\n")
    assert read_tree(tmp_path) == SAME | {"two.yaml": b"y: 4\n"}
