"""The parts of the control planes: pinned as they say, found by their pins, and never half built."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import ensure_cluster
from tools.ensure_cluster import Part, all_parts, main, minors, parts_for

PARTS = all_parts()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty cache folder."""
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path))
    return tmp_path / "cluster"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the packages that were built, by a Go that makes empty programs and fails for etcd when it is told to."""
    packages: list[str] = []

    def run(command: Sequence[str]) -> None:
        Path(command[command.index("-o") + 1]).touch()
        packages.append(command[-1])

    monkeypatch.setattr(ensure_cluster, "install_go", lambda: Path("go"))
    monkeypatch.setattr(ensure_cluster, "_run", run)
    return packages


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_what_its_module_says(name: str) -> None:
    part = PARTS[name]
    module = (part.folder / "go.mod").read_text("utf-8")
    assert re.search(
        rf"^(?:require |\t){re.escape(part.module)} v{re.escape(part.version)}(?: // indirect)?$", module, re.MULTILINE
    )
    sums = (part.folder / "go.sum").read_text("utf-8")
    assert f"{part.module} v{part.version} h1:" in sums
    for package in part.programs.values():
        if package == ".":
            assert f'"{part.module}' in (part.folder / "main.go").read_text("utf-8")
            continue
        assert re.search(rf"^(?:tool |\t){re.escape(package)}$", module, re.MULTILINE), package


@pytest.mark.parametrize("minor", minors())
def test_the_modules_of_kubernetes_are_all_of_one_release(minor: str) -> None:
    part = PARTS[f"kubernetes-{minor}"]
    assert part.version.startswith(f"{minor}.")
    replaced = re.findall(r"^\t(\S+) => (\S+) (\S+)$", (part.folder / "go.mod").read_text("utf-8"), re.MULTILINE)
    assert len(replaced) > 25
    staging = f"v0.{part.version.removeprefix('1.')}"
    assert [line for line in replaced if line[0] != line[1] or line[2] != staging] == []


def test_the_newest_and_the_oldest_are_there_newest_first() -> None:
    assert len(minors()) >= 2
    numbers = [tuple(map(int, minor.split("."))) for minor in minors()]
    assert numbers == sorted(numbers, reverse=True)


def test_a_linker_is_told_the_version() -> None:
    assert "-X k8s.io/component-base/version.gitMinor=32 " in PARTS["kubernetes-1.32"].flags
    assert "=v1.32.2 " in f"{PARTS['kubernetes-1.32'].flags} "


def test_a_part_is_built_once_and_again_when_a_pin_changes(
    cache: Path, built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["1.37"]) == 0
    assert set(built) == {package for part in parts_for("1.37") for package in part.programs.values()}
    built.clear()
    assert main(["1.37"]) == 0
    assert built == []
    modules = tmp_path / "modules"
    shutil.copytree(ensure_cluster.MODULES, modules)
    monkeypatch.setattr(ensure_cluster, "MODULES", modules)
    with (modules / "etcd" / "go.sum").open("a") as sums:
        sums.write("\n")
    assert main(["1.37"]) == 0
    assert built == list(PARTS["etcd"].programs.values())
    assert len(list(cache.glob("etcd-*"))) == 2


def test_another_flag_is_another_program(cache: Path) -> None:
    part = PARTS["etcd"]
    other = dataclasses.replace(part, stamps={"x": "{version}"})
    assert part.target.parent == cache
    assert other.target != part.target


def test_what_fails_leaves_nothing_and_says_so(
    cache: Path, built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: Sequence[str]) -> None:
        built.append(command[-1])
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(ensure_cluster, "_run", run)
    assert main([]) == 4
    assert len(built) == 2
    assert len(set(built)) == 1
    assert list(cache.iterdir()) == []
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("fails", [False, True])
def test_what_go_has_compiled_stays_only_for_a_build_that_goes_on(
    cache: Path, built: list[str], monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    monkeypatch.delenv("GOCACHE", raising=False)
    run = ensure_cluster._run

    def compiling(command: Sequence[str]) -> None:
        (cache / "go-build").mkdir(exist_ok=True)
        if fails and built:
            raise OSError("no space left on device")
        run(command)

    monkeypatch.setattr(ensure_cluster, "_run", compiling)
    assert main([]) == (4 if fails else 0)
    assert (cache / "go-build").exists() is fails


def test_what_another_build_needs_is_not_cleared(
    cache: Path, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOCACHE", raising=False)
    (cache / "go-build").mkdir(parents=True)
    (cache / f"{PARTS['kubernetes-1.37'].target.name}.123").mkdir()
    assert main(["1.32"]) == 0
    assert built
    assert (cache / "go-build").exists()


def test_where_the_user_has_chosen_a_cache_nothing_is_cleared(
    cache: Path, built: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (cache / "go-build").mkdir(parents=True)  # of somebody whose build is under way
    monkeypatch.setenv("GOCACHE", str(tmp_path / "theirs"))
    assert main([]) == 0
    assert built
    assert (cache / "go-build").exists()


def test_a_download_that_fails_once_is_forgiven(
    cache: Path, built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ensure_cluster._run

    def flaky(command: Sequence[str]) -> None:
        if not built:
            built.append("failed")
            raise subprocess.CalledProcessError(1, command)
        run(command)

    monkeypatch.setattr(ensure_cluster, "_run", flaky)
    assert main(["1.37"]) == 0
    assert all(part.is_built for part in parts_for("1.37"))
    assert PARTS["etcd"].target.parent == cache
    assert "etcd 3.6.8: failed, once more" in capsys.readouterr().err


def test_an_unknown_version_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["1.20"])
    said = capsys.readouterr().err
    assert [minor for minor in minors() if minor not in said] == []


def test_a_part_is_missing_until_all_of_it_is_there(cache: Path) -> None:
    part: Part = PARTS["kwok"]
    assert not part.is_built
    (cache / f"{part.target.name}.123").mkdir(parents=True)
    assert not part.is_built
