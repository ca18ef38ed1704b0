"""The plan touches only what is ours and reports the rest."""

from __future__ import annotations

import pytest

from compiler.emit.inventory import Entry
from compiler.workspace.plan import Plan, drift_findings, make_plan
from compiler.workspace.snapshot import OTHER
from compiler.workspace.write import is_staged

OURS = {"generated/a.yaml": Entry("one", "teams.a")}


def plan(
    wanted: dict[str, str],
    found: dict[str, str],
    *,
    owned: dict[str, Entry] | None = None,
    healing: dict[str, set[str]] | None = None,
    discard_edits: bool = False,
) -> tuple[Plan, list[tuple[str, str]]]:
    """Return the plan and the code and severity of each finding."""
    made, findings = make_plan(
        wanted,
        OURS if owned is None else owned,
        found,
        healing=healing or {},
        discard_edits=discard_edits,
        is_staged=is_staged,
    )
    return made, [(finding.code, finding.severity.value) for finding in findings]


def test_a_file_that_is_as_wanted_is_kept() -> None:
    made, findings = plan({"generated/a.yaml": "one"}, {"generated/a.yaml": "one"})
    assert made == Plan((), (), (), 1)
    assert made.is_empty
    assert findings == []


def test_ours_is_created_updated_and_deleted() -> None:
    owned = {"generated/a.yaml": Entry("one", ""), "generated/b.yaml": Entry("two", "")}
    made, findings = plan(
        {"generated/a.yaml": "new", "generated/c.yaml": "three"},
        {"generated/a.yaml": "one", "generated/b.yaml": "two"},
        owned=owned,
    )
    assert made == Plan(("generated/c.yaml",), ("generated/a.yaml",), ("generated/b.yaml",), 0)
    assert not made.is_empty
    assert findings == []


@pytest.mark.parametrize("wanted", [{"generated/a.yaml": "new"}, {}])
def test_a_hand_edited_file_survives(wanted: dict[str, str]) -> None:
    made, findings = plan(wanted, {"generated/a.yaml": "edited"})
    assert made == Plan((), (), (), 0)
    assert findings == [("edited-file", "error")]


def test_discarding_edits_overwrites_ours_alone() -> None:
    made, findings = plan(
        {"generated/a.yaml": "new", "generated/b.yaml": "new"},
        {"generated/a.yaml": "edited", "generated/b.yaml": "somebody's"},
        discard_edits=True,
    )
    assert made == Plan((), ("generated/a.yaml",), (), 0)
    assert findings == [("foreign-file", "error")]


def test_a_foreign_file_out_of_the_way_is_a_warning() -> None:
    made, findings = plan({}, {"generated/notes.txt": "mine"})
    assert made.is_empty
    assert findings == [("foreign-file", "warning")]


def test_a_foreign_file_that_is_what_we_would_write_is_adopted() -> None:
    made, findings = plan({"generated/z.yaml": "same"}, {"generated/z.yaml": "same"}, owned={})
    assert made == Plan((), (), (), 1)
    assert findings == []


def test_what_a_killed_build_wrote_is_ours() -> None:
    made, findings = plan(
        {"generated/a.yaml": "newest"},
        {"generated/a.yaml": "new", "generated/.staging/0": "left"},
        healing={"generated/a.yaml": {"newer", "new"}},
    )
    assert made == Plan((), ("generated/a.yaml",), (), 0)
    assert findings == []


@pytest.mark.parametrize(
    "found",
    ["generated", "generated/x", "generated/x/a", "generated/x/a/b.yaml", "generated/x/a/b.yaml/inside", "schemas"],
)
def test_what_stands_on_above_or_below_our_place_blocks(found: str) -> None:
    made, findings = plan({"generated/x/a/b.yaml": "new", "schemas/s.json": "s"}, {found: "theirs"}, owned={})
    assert findings == [("foreign-file", "error")]
    assert found not in made.update + made.delete


@pytest.mark.parametrize("found", ["generated/y", "generated/x/a/c.yaml", "generated/x/ab", "generated/x/a/b.yam"])
def test_what_stands_elsewhere_does_not(found: str) -> None:
    _, findings = plan({"generated/x/a/b.yaml": "new"}, {found: "theirs"}, owned={})
    assert findings == [("foreign-file", "warning")]


@pytest.mark.parametrize("discard_edits", [False, True])
def test_a_link_in_the_place_of_our_file_is_never_touched(*, discard_edits: bool) -> None:
    made, findings = plan({"generated/a.yaml": "new"}, {"generated/a.yaml": OTHER}, discard_edits=discard_edits)
    assert made == Plan((), (), (), 0)
    assert findings == [("foreign-file", "error")]


def test_drift_is_a_finding_for_each_file() -> None:
    found = drift_findings(Plan(("generated/a",), ("generated/b",), ("overlays/c",), 7))
    assert [(each.code, each.span.file if each.span else "") for each in found] == [
        ("missing-file", "generated/a"),
        ("stale-file", "generated/b"),
        ("left-over-file", "overlays/c"),
    ]
    assert all(each.help for each in found)
    assert drift_findings(Plan((), (), (), 7)) == []
