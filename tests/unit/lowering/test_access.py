"""Who reaches what, read back from the objects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.lowering.access import Reach, administrators, reaches
from compiler.model.platform import Access, Cluster, Member, SharedNamespace
from tests.unit.lowering.declared import KUBEFLOW, claim, cluster, namespace, pool, tenant
from tests.unit.lowering.installed import platform

A100 = pool("a100")
ALICE = Member("user", "alice@acme.com", "admin", ("teams", 0, "owner"))
BOB = Member("user", "bob@acme.com", "editor", ("teams", 0, "members", 0))
READERS = Member("group", "readers", "viewer", ("teams", 0, "members", 1))
VISION = tenant(members=[ALICE, BOB, READERS], namespaces=[namespace("lab")], claims=[claim(A100, 4, 2)])
ACCESS = (
    Access("vision", "viewer", (replace(BOB, role="viewer"), READERS), ("namespaces", 0, "access", 0)),
    Access("speech", "viewer", (), ("namespaces", 0, "access", 1)),
)


def here(*components: str) -> Cluster:
    return replace(
        cluster(*components, pools=[A100, pool("t4")]),
        tenants=(VISION,),
        shared_namespaces=(SharedNamespace(namespace("data"), ACCESS),),
    )


def found(*components: str) -> dict[str, Reach]:
    return {each.namespace: each for each in reaches(platform(here(*components)))}


def who(reach: Reach) -> list[tuple[str, str, bool]]:
    return [(grant.role, grant.name, grant.in_pages) for grant in reach.grants]


@pytest.mark.parametrize("components", [KUBEFLOW, KUBEFLOW[:-1]])
def test_people_of_a_team_reach_its_namespace_and_groups_not_the_pages(components: tuple[str, ...]) -> None:
    lab = found(*components)["lab"]
    assert (lab.cluster, lab.team, lab.pods_of) == ("prod", "vision", ())
    assert who(lab) == [
        ("admin", "alice@acme.com", True),
        ("editor", "bob@acme.com", True),
        ("viewer", "readers", False),
    ]
    assert [each.pool.name for each in lab.claims] == ["a100"]


def test_without_a_mesh_there_are_no_pages() -> None:
    assert {in_pages for _, _, in_pages in who(found()["lab"])} == {False}


def test_every_grant_says_what_it_comes_from() -> None:
    lab, data = found(*KUBEFLOW)["lab"], found(*KUBEFLOW)["data"]
    assert [grant.because for grant in lab.grants] == [
        ("teams[0].owner",),
        ("teams[0].members[0]",),
        ("teams[0].members[1]",),
    ]
    assert [grant.because for grant in data.grants] == [
        ("namespaces[0].access[0]", "teams[0].members[1]"),
        ("namespaces[0].access[0]", "teams[0].members[0]"),
    ]


def test_shared_namespaces_are_reached_through_the_api_and_by_pods() -> None:
    data = found(*KUBEFLOW)["data"]
    assert (data.team, data.pods_of, data.claims) == (None, ("speech", "vision"), ())
    assert who(data) == [("viewer", "readers", False), ("viewer", "bob@acme.com", False)]


def test_the_administrator_of_all_profiles_is_named() -> None:
    assert administrators(here(*KUBEFLOW)) == ()
    plain = here(*KUBEFLOW)
    installations = tuple(
        replace(each, options={"admin": "ops@acme.com"}) if each.component == "profiles" else each
        for each in plain.installations
    )
    assert administrators(replace(plain, installations=installations)) == ("ops@acme.com",)
