"""A plan is carried out whole, and whatever happens in between leaves whole files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit.inventory import Entry, Inventory, parse_inventory
from compiler.workspace.plan import Plan
from compiler.workspace.write import STAGING, staged_inventory, write_tree

INVENTORY = Inventory("c", {}, {"generated/x/a/new.yaml": Entry("h", "teams.a")}, {})


def test_files_appear_change_and_go(tmp_path: Path) -> None:
    (tmp_path / "generated/x/b").mkdir(parents=True)
    (tmp_path / "generated/x/b/old.yaml").write_text("old")
    (tmp_path / "generated/x/b/gone.yaml").write_text("gone")
    plan = Plan(("generated/x/a/new.yaml",), ("generated/x/b/old.yaml",), ("generated/x/b/gone.yaml",), 0)
    write_tree(tmp_path, plan, {"generated/x/a/new.yaml": b"new", "generated/x/b/old.yaml": b"changed"}, INVENTORY)
    assert (tmp_path / "generated/x/a/new.yaml").read_bytes() == b"new"
    assert (tmp_path / "generated/x/b/old.yaml").read_bytes() == b"changed"
    assert not (tmp_path / "generated/x/b/gone.yaml").exists()
    assert parse_inventory((tmp_path / "generated/inventory.json").read_bytes()) == INVENTORY
    assert not (tmp_path / STAGING).exists()


def test_deleting_leaves_no_empty_folders_but_spares_foreign_files(tmp_path: Path) -> None:
    for name in ("x/a/gone.yaml", "x/b/gone.yaml", "x/b/mine.txt"):
        (tmp_path / "generated" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "generated" / name).write_text("")
    write_tree(tmp_path, Plan((), (), ("generated/x/a/gone.yaml", "generated/x/b/gone.yaml"), 0), {}, Inventory())
    assert not (tmp_path / "generated/x/a").exists()
    assert (tmp_path / "generated/x/b/mine.txt").exists()


def test_a_full_disk_touches_nothing_that_was_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/a.yaml").write_text("before")

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", os.fspath(path))

    monkeypatch.setattr(Path, "write_bytes", full)  # A full disk cannot be had in a test otherwise.
    with pytest.raises(EnvironmentFailure, match="No space left on device"):
        write_tree(tmp_path, Plan((), ("generated/a.yaml",), (), 0), {"generated/a.yaml": b"after"}, INVENTORY)
    assert (tmp_path / "generated/a.yaml").read_text() == "before"


@pytest.mark.parametrize("after", range(5))
def test_a_build_killed_after_any_replace_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    names = [f"generated/x/a/{number}.yaml" for number in range(4)]
    files = {name: Entry("h", "") for name in names}
    replace = Path.replace
    done: list[Path] = []

    def killed(source: Path, target: Path) -> Path:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(target)
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_tree(tmp_path, Plan(tuple(names), (), (), 0), dict.fromkeys(names, b"whole"), Inventory(files=files))
    monkeypatch.undo()
    healing = staged_inventory(tmp_path)
    assert healing is not None
    assert set(healing.files) == set(names)
    assert all((tmp_path / name).read_bytes() == b"whole" for name in names[:after])
    write_tree(tmp_path, Plan(tuple(names[after:]), (), (), 0), dict.fromkeys(names, b"whole"), healing)
    assert staged_inventory(tmp_path) is None
    assert all((tmp_path / name).read_bytes() == b"whole" for name in names)
