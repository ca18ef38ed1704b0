"""A snapshot sees every file, follows no link, and reads what has not changed only once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.workspace.snapshot import OTHER, sha256, snapshot_after, take_snapshot


def test_every_file_below_the_folders_and_the_single_ones(tmp_path: Path) -> None:
    (tmp_path / "generated/x").mkdir(parents=True)
    (tmp_path / "generated/x/a.yaml").write_text("a")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/b.yaml").write_text("b")
    (tmp_path / "lock").write_text("l")
    snapshot = take_snapshot(tmp_path, ["generated", "absent"], ["lock", "missing"], {})
    assert snapshot.hashes == {"generated/x/a.yaml": sha256(b"a"), "lock": sha256(b"l")}


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("s")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/link").symlink_to(tmp_path / "outside")
    (tmp_path / "generated/file").symlink_to(tmp_path / "outside/secret")
    assert take_snapshot(tmp_path, ["generated"], [], {}).hashes == {"generated/link": OTHER, "generated/file": OTHER}


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/a").write_text("a")
    (tmp_path / "generated/b").write_text("b")
    first = take_snapshot(tmp_path, ["generated"], [], {})
    (tmp_path / "generated/b").write_text("changed")
    read = []
    read_bytes = Path.read_bytes

    def counting(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counting)
    second = take_snapshot(tmp_path, ["generated"], [], first.stats)
    assert read == ["b"]
    assert second.hashes == {"generated/a": sha256(b"a"), "generated/b": sha256(b"changed")}


def test_what_stands_in_the_place_of_a_folder_is_seen(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("s")
    (tmp_path / "generated").symlink_to("outside")
    (tmp_path / "overlays").write_text("mine")
    (tmp_path / "schemas").symlink_to("outside")
    (tmp_path / "lock").mkdir()
    found = take_snapshot(tmp_path, ["generated", "overlays"], ["schemas/secret", "lock"], {}).hashes
    assert found == {"generated": OTHER, "overlays": sha256(b"mine"), "schemas": OTHER, "lock": OTHER}


def test_a_link_to_nothing_is_seen(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to("nothing")
    (tmp_path / "generated").symlink_to("nothing")
    assert take_snapshot(tmp_path, ["generated"], ["lock"], {}).hashes == {"generated": OTHER, "lock": OTHER}


def built(root: Path) -> dict[str, tuple[int, str]]:
    """Write two files and, after them, the one that is last; return size and hash of what was written."""
    (root / "generated").mkdir(exist_ok=True)
    for second, name in enumerate(("a", "b", "last")):
        (root / "generated" / name).write_text(f"new {name}")
        os.utime(root / "generated" / name, (second, second))
    return {f"generated/{name}": (5, sha256(f"new {name}".encode())) for name in ("a", "b")}


def test_a_snapshot_is_brought_up_to_date_without_a_look_at_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "generated").mkdir()
    for name in ("a", "gone", "kept"):
        (tmp_path / "generated" / name).write_text("old")
    before = take_snapshot(tmp_path, ["generated"], [], {})
    (tmp_path / "generated/gone").unlink()
    written = built(tmp_path)
    read = []
    read_bytes = Path.read_bytes

    def counting(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counting)
    after = snapshot_after(tmp_path, before, written, ["generated/gone"], "generated/last")
    assert read == ["last"]
    assert after == take_snapshot(tmp_path, ["generated"], [], after.stats)
    assert read == ["last"]


def test_a_file_that_was_changed_since_it_was_written_is_read_again(tmp_path: Path) -> None:
    before = take_snapshot(tmp_path, [], [], {})
    written = built(tmp_path)
    (tmp_path / "generated/a").write_text("tampe")
    after = snapshot_after(tmp_path, before, written, [], "generated/last")
    assert after.hashes["generated/a"] == sha256(b"tampe")
    assert after == take_snapshot(tmp_path, ["generated"], [], {})
