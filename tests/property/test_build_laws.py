"""Laws of building: what stands after any sequence of edits is what a fresh build writes, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.builder import Request, Result, build
from compiler.catalog.load import Catalog
from compiler.diagnostics.model import Severity
from compiler.emit import layout
from compiler.emit.yaml import dump_plain
from compiler.model import names
from compiler.pipeline import Sources

CATALOG = Catalog()
DAY = date(2026, 11, 1)
CLUSTERS = ("one", "two", "three")
TEAMS = ("cv", "nlp", "ops")
QUOTAS = ("1", "500m", "16")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path_factory.mktemp("cache")))


@dataclass(frozen=True)
class Team:
    """A team as drawn: its quota, the clusters of its one namespace, and whether a viewer reads along."""

    quota: str
    clusters: frozenset[str]
    has_viewer: bool


@dataclass(frozen=True)
class World:
    """A small platform; names are what may be added, removed and renamed."""

    clusters: frozenset[str]
    teams: tuple[tuple[str, Team], ...]
    shared: frozenset[str]

    def text(self, removed: Iterable[dict[str, str]]) -> str:
        """Return the platform file."""
        here = sorted(self.clusters)
        teams = [
            {
                "name": name,
                "owner": {"user": f"{name}@acme.com"},
                "members": [{"user": "eve@acme.com", "role": "viewer"}] if team.has_viewer else [],
                "namespaces": [
                    {
                        "name": f"{name}-lab",
                        "clusters": sorted(team.clusters & self.clusters),
                        "quota": {"cpu": team.quota},
                    }
                ]
                if team.clusters & self.clusters
                else [],
            }
            for name, team in self.teams
        ]
        shared = sorted(self.shared & self.clusters)
        platform: dict[str, Any] = {
            "apiVersion": "platform/v1alpha1",
            "kind": "Platform",
            "metadata": {"name": "law"},
            "gitops": {"repoURL": "https://github.com/acme/p.git"},
            "distribution": "none",
            "versions": {"argo-cd": "3.4"},
            "clusters": [
                {"name": name, "environment": "dev", "provider": "kind", "kubernetes": "1.34"} for name in here
            ],
            "teams": teams,
            "namespaces": [{"name": "data", "clusters": shared}] if shared else [],
            "removed": [{**entry, "reason": "law"} for entry in removed],
        }
        return dump_plain({key: value for key, value in platform.items() if value})


def build_in(folder: Path, text: str, **request: Any) -> Result:
    """Build in a folder, without a process but Node's."""
    (folder / "platform.yaml").write_text(text)

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    def sources() -> Sources:
        return Sources("platform.yaml", text.encode(), read(layout.LOCK), "", read)

    return build(
        folder / "platform.yaml",
        sources,
        lambda: CATALOG,
        Request(outside_git=True, **request),
        as_of=DAY,
        on_wait=lambda: None,
        on_unit=lambda *_: None,
    )


def errors(result: Result) -> list[str]:
    """Return the errors of a build."""
    return [each.message for each in result.findings if each.severity is Severity.ERROR]


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder but the platform file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "platform.yaml"
    }


def losses(before: World, after: World) -> list[dict[str, str]]:
    """Return what `removed` must say for the step from one world to the next."""
    lost = [{"cluster": name} for name in before.clusters - after.clusters]
    held = {(f"{name}-lab", cluster) for name, team in after.teams for cluster in team.clusters & after.clusters}
    lost += [
        {"namespace": f"{name}-lab", "cluster": cluster}
        for name, team in before.teams
        for cluster in team.clusters & before.clusters & after.clusters
        if (f"{name}-lab", cluster) not in held
    ]
    lost += [
        {"namespace": "data", "cluster": c} for c in before.shared & before.clusters & after.clusters - after.shared
    ]
    return sorted(lost, key=repr)


teams = st.builds(Team, st.sampled_from(QUOTAS), st.frozensets(st.sampled_from(CLUSTERS)), st.booleans())
worlds = st.builds(
    World,
    st.frozensets(st.sampled_from(CLUSTERS), min_size=1),
    st.dictionaries(st.sampled_from(TEAMS), teams, max_size=3).map(lambda found: tuple(sorted(found.items()))),
    st.frozensets(st.sampled_from(CLUSTERS)),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(worlds, min_size=2, max_size=4))
def test_any_sequence_of_edits_gives_the_tree_of_a_fresh_build(steps: Sequence[World]) -> None:
    with tempfile.TemporaryDirectory() as incremental, tempfile.TemporaryDirectory() as fresh:
        before = World(frozenset(), (), frozenset())
        for world in steps:
            assert errors(build_in(Path(incremental), world.text(losses(before, world)))) == []
            before = world
        # What let go is said no longer: only the last world counts, and the permission to delete goes with the words.
        again = build_in(Path(incremental), before.text([]))
        assert errors(again) == []
        assert {name.partition("/")[2] for name in again.compiled} <= {names.BOOTSTRAP_DIRECTORY}
        assert errors(build_in(Path(fresh), before.text([]))) == []
        assert tree(Path(incremental)) == tree(Path(fresh))
        assert not [path for path in Path(incremental).rglob("*") if path.is_dir() and not any(path.iterdir())]
        settled = build_in(Path(incremental), before.text([]))
        assert settled.is_fresh
        assert settled.plan is not None
        assert settled.plan.is_empty


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(worlds, worlds, st.permutations(CLUSTERS))
def test_clusters_built_one_by_one_give_the_whole_tree(before: World, after: World, order: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as single, tempfile.TemporaryDirectory() as whole:
        text = after.text(losses(before, after))
        for folder in (single, whole):
            assert errors(build_in(Path(folder), before.text([]))) == []
        for cluster in order:
            if cluster in before.clusters | after.clusters:
                assert errors(build_in(Path(single), text, clusters=frozenset({cluster}))) == []
        assert errors(build_in(Path(whole), text)) == []
        assert tree(Path(single)) == tree(Path(whole))


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(worlds, st.data())
def test_what_is_lost_or_left_behind_is_mended(world: World, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        assert errors(build_in(root, world.text([]))) == []
        wanted = tree(root)
        for path in data.draw(st.lists(st.sampled_from(sorted(wanted)), max_size=4, unique=True)):
            (root / path).unlink()
        assert errors(build_in(root, world.text([]))) == []
        assert tree(root) == wanted


def test_worlds_differ_in_what_they_build() -> None:
    """The laws above would hold of a compiler that writes nothing."""
    team = Team("1", frozenset({"one"}), has_viewer=False)
    world = World(frozenset({"one"}), (("cv", team),), frozenset())
    other = replace(world, teams=(("cv", replace(team, quota="16")),))
    trees = []
    for each in (world, other):
        with tempfile.TemporaryDirectory() as folder:
            assert errors(build_in(Path(folder), each.text([]))) == []
            trees.append(tree(Path(folder)))
    assert trees[0].keys() == trees[1].keys()
    assert trees[0] != trees[1]
