"""Applications of what teams sync themselves: in their own project, waited for by nobody, taking nothing along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler.lowering.argocd.applications import lower_applications, read_by_applications
from compiler.lowering.argocd.team_applications import team_applications
from compiler.model import names
from compiler.model.gitops import SyncWindow
from compiler.model.platform import Cluster, Move, Namespace, Platform, TeamRepository, Tenant
from compiler.verify.sync import synced
from tests.unit.lowering.argocd.lowered import named, objects
from tests.unit.lowering.installed import cluster, platform

MODELS = TeamRepository(
    "lab", "https://h/models", "main", "overlays/c/x", "lab", False, None, ("teams", 0, "gitops", 0)
)


def whole(*repositories: TeamRepository, hub: str | None = None, **changes: Any) -> tuple[Cluster, Platform]:
    lab = Namespace("lab", {}, ())
    vision = Tenant("vision", "a@acme.com", (), (lab,), (), (), (), ("teams", 0), repositories)
    here = cluster([], tenants=(vision,), **changes)
    return here, platform(*((cluster([], name=hub), here) if hub else (here,)), hub=hub)


def test_a_repository_of_a_team_is_synced_in_the_teams_project() -> None:
    here, all_of_it = whole(MODELS)
    [found] = team_applications(here, all_of_it)
    assert found["metadata"]["name"] == "team-vision.lab"
    assert found["spec"]["project"] == "team-vision"
    assert found["spec"]["source"] == {"repoURL": "https://h/models", "targetRevision": "main", "path": "overlays/c/x"}
    project = named(lower_applications(here, all_of_it, []), "team-vision")["spec"]
    assert found["spec"]["destination"] in project["destinations"]
    assert project["sourceRepos"] == ["https://h/models"]


def test_what_a_team_breaks_holds_up_nobody_and_takes_nothing_of_others() -> None:
    here, all_of_it = whole(MODELS)
    [found] = team_applications(here, all_of_it)
    assert found["metadata"]["labels"] == {names.TEAM_LABEL: "vision"}
    others = [each for each in objects(lower_applications(here, all_of_it, [])) if each["kind"] == "AppProject"]
    wave = int(found["metadata"]["annotations"][names.SYNC_WAVE])
    assert all(int(each["metadata"]["annotations"][names.SYNC_WAVE]) < wave for each in others)
    assert "FailOnSharedResource=true" in found["spec"]["syncPolicy"]["syncOptions"]
    assert "finalizers" not in found["metadata"]
    assert "allowEmpty" not in found["spec"]["syncPolicy"]["automated"]


def test_what_was_renamed_may_take_over_what_it_made_itself() -> None:
    move = Move("team", "cv", "vision", ("moved", 0))
    here, all_of_it = whole(MODELS)
    [found] = team_applications(here, replace(all_of_it, moved=(move,)))
    assert found["spec"]["syncPolicy"]["syncOptions"] == ["ServerSideApply=true"]
    keys = [read_by_applications(here, replace(all_of_it, moved=moved), []) for moved in ((), (move,))]
    assert keys[0] != keys[1]
    other = replace(move, target="speech")
    assert read_by_applications(here, replace(all_of_it, moved=(other,)), []) == keys[0]


def test_what_left_a_teams_folder_stays_unless_the_team_says_so() -> None:
    here, all_of_it = whole(MODELS, replace(MODELS, name="taken", prune=True))
    kept, taken = (each["spec"]["syncPolicy"]["automated"] for each in team_applications(here, all_of_it))
    assert all_of_it.gitops.sync.prune, "what the platform prunes are its own objects, whose volumes it keeps"
    assert kept == {"prune": False, "selfHeal": True}
    assert taken == {"prune": True, "selfHeal": True}
    by_hand = replace(all_of_it.gitops.sync, automated=False)
    stopped = replace(all_of_it, gitops=replace(all_of_it.gitops, sync=by_hand))
    assert all("automated" not in each["spec"]["syncPolicy"] for each in team_applications(here, stopped))


def test_on_a_hub_it_goes_to_the_server_of_its_cluster() -> None:
    here, all_of_it = whole(MODELS, hub="ops", server="https://203.0.113.7")
    [found] = team_applications(here, all_of_it)
    assert found["metadata"]["name"] == "c-team-vision.lab"
    assert found["spec"]["project"] == "c-team-vision"
    assert found["spec"]["destination"] == {"server": "https://203.0.113.7", "namespace": "lab"}


def test_times_without_syncing_hold_for_teams_too() -> None:
    here, all_of_it = whole(MODELS)
    window = SyncWindow("deny", "0 22 * * *", "8h", None, manual_sync=False, clusters=())
    sync = replace(all_of_it.gitops.sync, windows=(window,))
    frozen = replace(all_of_it, gitops=replace(all_of_it.gitops, sync=sync))
    assert named(lower_applications(here, frozen, []), "team-vision")["spec"]["syncWindows"][0]["kind"] == "deny"


def test_what_is_synced_is_read_by_the_key_of_the_applications() -> None:
    keys = [read_by_applications(*whole(*found), []) for found in ((), (MODELS,), (replace(MODELS, path="b"),))]
    assert len({repr(key) for key in keys}) == 3
    moved = replace(MODELS, origin=("teams", 4, "gitops", 0))
    assert read_by_applications(*whole(moved), []) == keys[1]


def test_a_folder_of_a_team_is_never_taken_for_one_of_ours() -> None:
    here, all_of_it = whole(MODELS)
    assert synced("c", team_applications(here, all_of_it)) == {}
