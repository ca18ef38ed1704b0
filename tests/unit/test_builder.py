"""A build writes what the platform says, once, and says why when it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compiler import builder
from compiler.builder import Request, Result, build
from compiler.catalog.load import Catalog
from compiler.diagnostics.failure import EnvironmentFailure, UsageMistake
from compiler.diagnostics.model import Diagnostic, error
from compiler.emit import layout
from compiler.lowering import bridge
from compiler.lowering import lower as lowering
from compiler.lowering.units import Unit
from compiler.pipeline import Sources
from tests.e2e.harness import PLATFORM

CATALOG = Catalog()
DAY = date(2026, 6, 1)
TEAM_FILE = "generated/laptop/team-speech/speech-lab.yaml"


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep caches apart, and let objects through as they are instead of starting Node."""
    monkeypatch.setenv("PLATFORM_COMPILER_CACHE", str(tmp_path / "cache"))

    def lower(_: None, units: Sequence[Unit], on_unit: Callable[[str, int], None]) -> Iterator[lowering.Lowered]:
        for unit in units:
            on_unit(unit.name, len(units))
            application = unit.lower()
            yield application, [list(chart.objects) for chart in application.charts]

    monkeypatch.setattr(bridge, "Bridge", nullcontext)
    monkeypatch.setattr(lowering, "lower", lower)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with a platform file."""
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/platform.yaml").write_text(PLATFORM)
    return tmp_path / "repo"


def run(root: Path, catalog: Callable[[], Catalog] = lambda: CATALOG, **request: Any) -> Result:
    """Build in a folder."""

    def read(path: str) -> bytes | None:
        return (root / path).read_bytes() if (root / path).is_file() else None

    def sources() -> Sources:
        return Sources("platform.yaml", (root / "platform.yaml").read_bytes(), read(layout.LOCK), "", read)

    return build(
        root / "platform.yaml",
        sources,
        catalog,
        Request(**request),
        as_of=DAY,
        on_wait=lambda: pytest.fail("nobody else builds here"),
        on_unit=lambda *_: None,
    )


def codes(result: Result) -> list[str]:
    """Return the codes of the findings."""
    return [finding.code for finding in result.findings]


def edit(root: Path, old: str, new: str) -> None:
    """Replace a text of the platform file."""
    file = root / "platform.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def files(root: Path) -> dict[str, bytes]:
    """Return every file of the repository."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_first_build_writes_all_and_the_second_nothing(root: Path) -> None:
    first = run(root)
    assert codes(first) == []
    assert first.plan is not None
    assert len(first.plan.create) == len(files(root).keys() - {"platform.yaml", "generated/inventory.json"})
    assert not first.is_fresh

    def loaded() -> Catalog:
        pytest.fail("a build of what has not changed loads no catalog")

    again = run(root, loaded)
    assert again.is_fresh
    assert again.plan is not None
    assert again.plan.is_empty
    assert again.compiled == ()
    assert again.plan.keep == len(first.plan.create)


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = files(root)
    result = run(root, dry=True)
    assert result.plan is not None
    assert result.plan.create
    assert not result.is_fresh
    assert files(root) == before
    # And what it learned does not make the next one take the tree for built.
    assert run(root, dry=True).plan == result.plan


def test_mistakes_stop_before_anything_is_compiled(root: Path) -> None:
    edit(root, "katib", "katip")
    before = files(root)
    result = run(root)
    assert "unknown-component" in codes(result)
    assert result.plan is None
    assert files(root) == before


def test_what_cannot_be_read_is_a_finding(root: Path) -> None:
    def unreadable() -> Diagnostic:
        return error("unreadable-file", "cannot read it")

    result = build(
        root / "platform.yaml",
        unreadable,
        lambda: CATALOG,
        Request(),
        as_of=DAY,
        on_wait=lambda: None,
        on_unit=lambda *_: None,
    )
    assert codes(result) == ["unreadable-file"]
    assert result.judgement.has_errors
    assert result.plan is None


def test_an_edit_and_a_deletion_are_noticed_although_nothing_else_changed(root: Path) -> None:
    run(root)
    (root / TEAM_FILE).unlink()
    mended = run(root)
    assert mended.compiled == ("laptop/team-speech",)
    assert mended.plan is not None
    assert mended.plan.create == (TEAM_FILE,)
    (root / TEAM_FILE).write_text("mine")
    assert codes(run(root)) == ["edited-file"]
    assert (root / TEAM_FILE).read_text() == "mine"
    assert codes(run(root, discard_edits=True)) == []
    assert run(root).is_fresh


def test_full_compiles_everything_and_writes_what_differs(root: Path) -> None:
    first = run(root)
    full = run(root, full=True)
    assert full.compiled == first.compiled
    assert full.plan is not None
    assert full.plan.is_empty
    assert full.is_fresh


def test_full_does_not_forget_which_data_there_was(root: Path) -> None:
    run(root)
    edit(root, "speech-lab", "speech-two")
    assert codes(run(root, full=True)) == ["unannounced-removal"]


def test_one_cluster_leaves_the_files_and_the_lock_of_the_others(root: Path) -> None:
    run(root)
    edit(root, 'kubeflow: "26.03"', 'kubeflow: "==26.03"')
    edit(root, 'cpu: "4"', 'cpu: "5"')
    before = files(root)
    run(root, clusters=frozenset({"edge"}))
    after = files(root)
    changed = {path for path in after if before[path] != after[path]}
    assert changed == {"generated/inventory.json", "generated/edge/team-vision/vision-research.yaml"}
    assert not run(root, dry=True).is_fresh


def test_a_cluster_that_nobody_knows_is_a_wrong_argument(root: Path) -> None:
    with pytest.raises(UsageMistake, match="labtop") as mistake:
        run(root, clusters=frozenset({"labtop"}))
    assert "laptop" in mistake.value.help


def test_outside_git_nothing_is_written_unasked(root: Path) -> None:
    (root / ".git").rmdir()
    with pytest.raises(EnvironmentFailure, match="no Git repository") as failure:
        run(root)
    assert "git init" in failure.value.help
    assert run(root, dry=True).plan is not None
    assert not (root / "generated").exists()
    assert codes(run(root, outside_git=True)) == []
    assert run(root).is_fresh


def test_a_broken_inventory_is_told_beside_the_other_findings(root: Path) -> None:
    run(root)
    (root / layout.INVENTORY).write_text("<<<<<<< ours\n")
    edit(root, "katib", "katip")
    assert set(codes(run(root))) >= {"broken-inventory", "unknown-component"}


def test_a_lost_inventory_is_explained_where_it_is_missed(root: Path) -> None:
    run(root)
    (root / layout.INVENTORY).unlink()
    edit(root, 'cpu: "8"', 'cpu: "9"')
    assert codes(run(root)) == ["foreign-file", "missing-inventory"]
    edit(root, 'cpu: "9"', 'cpu: "8"')
    assert codes(run(root)) == []


def test_what_a_killed_build_left_is_not_fresh(root: Path) -> None:
    run(root)
    (root / "generated/.staging").mkdir()
    (root / "generated/.staging/0").write_text("left")
    dry = run(root, dry=True)
    assert dry.is_unfinished
    assert not dry.is_fresh
    assert dry.plan is not None
    assert dry.plan.is_empty
    run(root)
    assert not (root / "generated/.staging").exists()
    assert run(root).is_fresh


def test_the_schema_is_made_once_for_a_compiler(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(root)

    def made_again(_: Catalog) -> str:
        pytest.fail("the schema follows from the compiler alone")

    edit(root, 'cpu: "8"', 'cpu: "9"')
    with monkeypatch.context() as patch:
        patch.setattr(builder, "platform_schema", made_again)
        assert run(root).compiled == ("laptop/team-speech",)
    (root / layout.SCHEMA).unlink()
    run(root)
    assert (root / layout.SCHEMA).is_file()
