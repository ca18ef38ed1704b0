"""A snapshot sees every file, follows no link, and reads what has not changed only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.workspace.snapshot import OTHER, sha256, take_snapshot


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
