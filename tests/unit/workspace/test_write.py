"""A plan is carried out whole, and whatever happens in between leaves whole files."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

import pytest

from compiler.diagnostics.failure import EnvironmentFailure
from compiler.emit.inventory import Entry, Inventory, parse_inventory
from compiler.workspace import write
from compiler.workspace.plan import Plan
from compiler.workspace.write import STAGING, hold, staged_claims, write_tree

StrPath = str | os.PathLike[str]
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

    def full(path: str, _: bytes) -> None:
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(write, "_write", full)  # A full disk cannot be had in a test otherwise.
    with pytest.raises(EnvironmentFailure, match="No space left on device"):
        write_tree(tmp_path, Plan((), ("generated/a.yaml",), (), 0), {"generated/a.yaml": b"after"}, INVENTORY)
    assert (tmp_path / "generated/a.yaml").read_text() == "before"


@pytest.mark.parametrize("after", range(5))
@pytest.mark.parametrize("name", ["generated/x/a/{}.yaml", "generated/x{}/a/b.yaml"])
def test_a_build_killed_after_any_replace_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: int
) -> None:
    (tmp_path / "generated/x/a").mkdir(parents=True)
    names = [name.format(number) for number in range(4)]
    files = {name: Entry("h", "") for name in names}
    replace = os.replace
    done: list[str] = []

    def killed(source: StrPath, target: StrPath) -> None:
        if ".staging" not in os.fspath(target):
            if len(done) == after:
                raise SystemExit
            done.append(os.fspath(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(SystemExit):
        write_tree(tmp_path, Plan(tuple(names), (), (), 0), dict.fromkeys(names, b"whole"), Inventory(files=files))
    monkeypatch.undo()
    claims = staged_claims(tmp_path)
    assert claims == {name: {"h"} for name in names}
    assert all((tmp_path / name).read_bytes() == b"whole" for name in names[:after])
    inventory = Inventory(files=files)
    write_tree(tmp_path, Plan(tuple(names[after:]), (), (), 0), dict.fromkeys(names, b"whole"), inventory)
    assert staged_claims(tmp_path) == {}
    assert not (tmp_path / STAGING).exists()
    assert all((tmp_path / name).read_bytes() == b"whole" for name in names)


def test_a_new_folder_is_put_in_place_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "generated/x/a").mkdir(parents=True)
    names = ("generated/x/a/1", "generated/x/b/1", "generated/x/b/c/2", "generated/y/d/e/3", "overlays/x/4", "lock")
    replace = os.replace
    done: list[str] = []

    def counted(source: StrPath, target: StrPath) -> None:
        done.append(os.path.relpath(target, tmp_path))
        replace(source, target)

    monkeypatch.setattr(os, "replace", counted)
    write_tree(tmp_path, Plan(names, (), (), 0), {name: name.encode() for name in names}, INVENTORY)
    assert [name for name in done if STAGING not in name] == [
        "generated/x/a/1",
        "generated/x/b",
        "generated/y",
        "overlays",
        "lock",
        "generated/inventory.json",
    ]
    assert all((tmp_path / name).read_text() == name for name in names)


def test_a_folder_that_came_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file = write._write

    def together(path: str, content: bytes) -> None:
        write_file(path, content)
        (tmp_path / "overlays/x").mkdir(parents=True, exist_ok=True)
        (tmp_path / "overlays/x/mine").write_text("mine")

    monkeypatch.setattr(write, "_write", together)
    with pytest.raises(EnvironmentFailure):
        write_tree(tmp_path, Plan(("overlays/x/a",), (), (), 0), {"overlays/x/a": b"a"}, INVENTORY)
    assert (tmp_path / "overlays/x/mine").read_text() == "mine"


def write_and_die(root: Path, path: str, inventory: Inventory) -> None:
    """Write a file, and end as a killed build does when it is about to be put in place."""
    replace = os.replace

    def killed(source: StrPath, target: StrPath) -> None:
        if ".staging" not in os.fspath(target):
            raise SystemExit
        replace(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(SystemExit):
            write_tree(root, Plan((path,), (), (), 0), {path: b"x"}, inventory)


def test_claims_of_several_killed_builds_stay_until_one_ends_well(tmp_path: Path) -> None:
    path = "generated/x/a/0.yaml"
    for digest in ("first", "second", "second"):
        write_and_die(tmp_path, path, Inventory(files={path: Entry(digest, "")}))
    assert staged_claims(tmp_path) == {path: {"first", "second"}}
    # The same claim is not made twice, and what was staged for the others is gone.
    assert len(list((tmp_path / STAGING).iterdir())) == 3
    write_tree(tmp_path, Plan((path,), (), (), 0), {path: b"x"}, Inventory(files={path: Entry("third", "")}))
    assert staged_claims(tmp_path) == {}
    assert sorted(each.name for each in (tmp_path / "generated").iterdir()) == ["inventory.json", "x"]


def test_a_claim_that_is_not_whole_is_no_claim(tmp_path: Path) -> None:
    (tmp_path / STAGING).mkdir(parents=True)
    (tmp_path / STAGING / "claim-0.json").write_text('{"compiler": "x", "files": {"generated')
    assert staged_claims(tmp_path) == {}


def test_healing_removes_the_folders_that_a_killed_build_left_empty(tmp_path: Path) -> None:
    path = "generated/x/a/0.yaml"
    write_and_die(tmp_path, path, INVENTORY)
    (tmp_path / "overlays/old/app").mkdir(parents=True)
    write_tree(tmp_path, Plan((path,), (), (), 0), {path: b"x"}, INVENTORY)
    assert not (tmp_path / "overlays").exists()


BOTH = Plan(("generated/a", "generated/b"), (), (), 0)


def test_ctrl_c_while_staging_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file = write._write

    def interrupted(path: str, content: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        write_file(path, content)

    monkeypatch.setattr(write, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_tree(tmp_path, BOTH, dict.fromkeys(BOTH.create, b"x"), INVENTORY)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_files_are_put_in_place_waits_for_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def interrupted(source: StrPath, target: StrPath) -> None:
        signal.raise_signal(signal.SIGINT)
        replace(source, target)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_tree(tmp_path, BOTH, dict.fromkeys(BOTH.create, b"x"), INVENTORY)
    assert signal.getsignal(signal.SIGINT) is before
    assert sorted(path.name for path in (tmp_path / "generated").iterdir()) == ["a", "b", "inventory.json"]


def test_an_empty_folder_gives_way_and_a_full_one_does_not(tmp_path: Path) -> None:
    plan = Plan(("generated/a",), (), (), 0)
    (tmp_path / "generated/a").mkdir(parents=True)
    write_tree(tmp_path, plan, {"generated/a": b"a"}, INVENTORY)
    assert (tmp_path / "generated/a").read_bytes() == b"a"
    (tmp_path / "generated/b/c").mkdir(parents=True)
    with pytest.raises(EnvironmentFailure, match="generated/b"):
        write_tree(tmp_path, Plan(("generated/b",), (), (), 0), {"generated/b": b"b"}, INVENTORY)


def test_a_link_in_the_place_of_the_staging_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/keep").touch()
    (tmp_path / "generated").mkdir()
    (tmp_path / STAGING).symlink_to(tmp_path / "outside")
    with pytest.raises(EnvironmentFailure, match="a link stands there"):
        write_tree(tmp_path, Plan(("generated/a",), (), (), 0), {"generated/a": b"a"}, INVENTORY)
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["keep"]


def test_readers_hold_the_tree_together_and_a_writer_alone(tmp_path: Path) -> None:
    waited: list[str] = []
    with (
        hold(tmp_path, alone=False, on_wait=lambda: waited.append("one")),
        hold(tmp_path, alone=False, on_wait=lambda: waited.append("two")),
    ):
        descriptor = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert waited == []
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with hold(tmp_path, alone=True, on_wait=lambda: os.close(descriptor)):  # the other one ends while we wait
        pass


def test_a_folder_that_cannot_be_held_is_no_failure(tmp_path: Path) -> None:
    with hold(tmp_path / "absent", alone=True, on_wait=lambda: pytest.fail("waited")):
        pass
