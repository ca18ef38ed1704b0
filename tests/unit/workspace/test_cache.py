"""The cache gives back what was kept, and anything else is as if it were not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.workspace.cache import RunCache, load_cache, made_once, save_cache

FULL = RunCache(
    stats={"generated/a": "1 2 3 4 abc"},
    inputs=("patches/a.yaml",),
    reads="r",
    verdict={"findings": []},
    built="b",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the caches in a folder of the test's own."""
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept(file: str = "platform.yaml", *, with_stats: bool = True) -> RunCache:
    """Return what is loaded, without the mark of what stands in the cache."""
    found = load_cache(Path(file), with_stats=with_stats)
    found.kept = {}
    return found


def test_what_was_kept_comes_back() -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    assert kept() == FULL
    assert kept(str(Path("platform.yaml").absolute())) == FULL
    assert kept(with_stats=False).stats == {}
    assert kept(with_stats=False).verdict == FULL.verdict


def test_how_a_file_was_read_comes_back_until_it_is_read_as_a_whole_again() -> None:
    assert kept().earlier() is None
    for run, reading in enumerate((b"one", None, b"two\n")):
        save_cache(Path("platform.yaml"), RunCache(reading=reading), with_stats=False)
        assert kept().earlier() == (b"one", b"one", b"two\n")[run]
    assert kept("other/platform.yaml").earlier() is None


def test_how_another_compiler_read_a_file_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    save_cache(Path("platform.yaml"), RunCache(reading=b"one"), with_stats=False)
    monkeypatch.setattr("compiler.workspace.cache.compiler_stamp", lambda: "another")
    assert kept().earlier() is None


def test_each_platform_file_has_its_own() -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    assert kept("other/platform.yaml") == RunCache()


def test_stats_that_stand_there_already_are_not_written_again(folder: Path) -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    (stats,) = folder.rglob("*.stats")
    stats.write_text("no stats")
    again = RunCache(stats=FULL.stats, kept=FULL.stats)
    save_cache(Path("platform.yaml"), again, with_stats=True)
    assert stats.read_text() == "no stats"
    assert kept().stats == {}
    save_cache(Path("platform.yaml"), RunCache(stats=FULL.stats), with_stats=True)
    assert kept().stats == FULL.stats


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b"null", b'{"format": 1, "content": {}}', b'{"format": 4, "content": []}']
)
def test_what_cannot_be_read_is_not_there(folder: Path, content: bytes) -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    for file in (*folder.rglob("*.json"), *folder.rglob("*.stats")):
        file.write_bytes(content)
    assert kept() == RunCache()


@pytest.mark.parametrize("stats", [{"a": 1}, {"a": None}])
def test_stats_of_another_shape_are_none(stats: dict[str, str]) -> None:
    save_cache(Path("platform.yaml"), RunCache(stats=stats), with_stats=True)
    assert kept().stats == {}


@pytest.mark.parametrize("field", ["inputs", "verdict"])
def test_fields_of_another_shape_are_not_there(folder: Path, field: str) -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    (run,) = folder.rglob("*.run.json")
    data = json.loads(run.read_text())
    data["content"][field] = 3
    run.write_text(json.dumps(data))
    found = kept()
    if field == "verdict":  # refused by who recalls it
        found.verdict = FULL.verdict
        assert found == FULL
    else:
        assert found == RunCache()


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path / "file/cache"))
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    assert kept() == RunCache()


def test_nothing_half_written_is_left(folder: Path) -> None:
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".json", ".stats"}


def test_a_user_without_a_home_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("PLATFORM_COMPILER_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    save_cache(Path("platform.yaml"), FULL, with_stats=True)
    assert kept() == RunCache()


def test_what_follows_from_a_key_is_made_once() -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"text %d" % len(made))
        return made[-1]

    assert made_once("it", "one", make) == made_once("it", "one", make) == b"text 0"
    assert made_once("it", "two", make) == made_once("it", "two", make) == b"text 1"
    assert made_once("it", "one", make) == b"text 2"


@pytest.mark.parametrize("damage", [b"", b"one", b"one 00\ntext", b"\xff"])
def test_what_is_kept_but_not_whole_is_made_again(folder: Path, damage: bytes) -> None:
    made_once("it", "one", lambda: b"text")
    (folder / "it").write_bytes(damage)
    assert made_once("it", "one", lambda: b"other") == b"other"
    assert made_once("it", "one", lambda: b"text") == b"other"
