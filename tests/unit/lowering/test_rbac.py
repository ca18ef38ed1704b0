"""Members of a team, as KFAM and the profile controller would write them."""

from __future__ import annotations

from itertools import permutations

from compiler.lowering.rbac import contributor_objects, contributors, controller_objects, service_accounts
from compiler.model import names
from tests.unit.lowering.declared import KUBEFLOW, context, member, of_kind

BOB = member("user", "Bob.Builder@acme.com", "editor")
READERS = member("group", "vision-readers", "viewer")
IN_KUBEFLOW = context(*KUBEFLOW)


def test_a_person_gets_a_binding_and_a_mesh_policy() -> None:
    binding, policy = contributor_objects("research", contributors([BOB], IN_KUBEFLOW), IN_KUBEFLOW)
    metadata = {
        "name": "user-bob-builder-acme-com-clusterrole-edit",
        "namespace": "research",
        "annotations": {"user": "Bob.Builder@acme.com", "role": "edit"},
    }
    assert binding == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "kubeflow-edit"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "Bob.Builder@acme.com"}],
    }
    assert policy == {
        "apiVersion": "security.istio.io/v1beta1",
        "kind": "AuthorizationPolicy",
        "metadata": metadata,
        "spec": {
            "rules": [
                {
                    "from": [{"source": {"principals": list(IN_KUBEFLOW.gateway_principals)}}],
                    "when": [{"key": "request.headers[kubeflow-userid]", "values": ["Bob.Builder@acme.com"]}],
                }
            ]
        },
    }


def test_a_group_gets_a_binding_that_kfam_does_not_list() -> None:
    [binding] = contributor_objects("research", contributors([READERS], IN_KUBEFLOW), IN_KUBEFLOW)
    assert binding["metadata"] == {"name": "group-vision-readers-clusterrole-view", "namespace": "research"}
    assert binding["roleRef"]["name"] == "kubeflow-view"
    assert binding["subjects"][0]["kind"] == "Group"


def test_without_kubeflow_and_mesh_the_roles_are_those_of_kubernetes() -> None:
    plain = context()
    admin = member("user", "a@b.c", "admin")
    [binding] = contributor_objects("research", contributors([admin], plain), plain)
    assert binding["roleRef"]["name"] == "admin"
    owner = controller_objects("research", "alice@acme.com", plain)
    assert [each["kind"] for each in owner] == ["RoleBinding"] * 3
    assert [each["roleRef"]["name"] for each in owner] == ["admin", "edit", "view"]


def test_outside_the_mesh_there_are_no_policies() -> None:
    found = contributor_objects("data", contributors([BOB], IN_KUBEFLOW), IN_KUBEFLOW, in_mesh=False)
    assert [each["kind"] for each in found] == ["RoleBinding"]


def test_two_people_with_one_spelling_keep_two_bindings() -> None:
    dotted, dashed = member("user", "a.b@c.de", "editor"), member("user", "a-b@c.de", "editor")
    found = {
        each.annotations["user"]: each.name for each in contributors([dotted, dashed], context()) if each.annotations
    }
    assert len(set(found.values())) == 2
    assert all(name.startswith("user-a-b-c-de-clusterrole-edit-") for name in found.values())
    # Neither depends on the other's place in the file.
    assert contributors([dashed, dotted], context()) == contributors([dotted, dashed], context())


def test_order_and_repetition_of_members_change_nothing() -> None:
    other = member("user", "carol@acme.com", "viewer")
    expected = contributors([BOB, READERS, other], IN_KUBEFLOW)
    for order in permutations([BOB, READERS, other, BOB]):
        assert contributors(order, IN_KUBEFLOW) == expected


def test_long_names_stay_whole_up_to_the_limit_of_objects() -> None:
    local = "x" * 100
    [found] = contributors([member("user", f"{local}@acme.com", "viewer")], context())
    assert found.name == f"user-{local}-acme-com-clusterrole-view"
    [cut] = contributors([member("user", f"{'x' * 300}@acme.com", "viewer")], context())
    assert len(cut.name) == names.NAME_LIMIT


def test_service_accounts_are_written_only_where_something_is_to_be_said() -> None:
    assert service_accounts("research", [], IN_KUBEFLOW) == []
    found = service_accounts("research", ["pull"], IN_KUBEFLOW)
    assert [each["metadata"]["name"] for each in found] == ["default", "default-editor", "default-viewer"]
    assert all(each["imagePullSecrets"] == [{"name": "pull"}] for each in found)
    made = service_accounts("research", [], context())
    assert [each["metadata"]["name"] for each in made] == ["default-editor", "default-viewer"]
    assert not any("imagePullSecrets" in each for each in made)
    assert {each["metadata"]["annotations"][names.SYNC_OPTIONS] for each in found + made} == {
        "Prune=false,Delete=false"
    }


def test_models_are_loaded_with_what_two_service_accounts_list() -> None:
    found = service_accounts("research", [], IN_KUBEFLOW, storage_secrets=["models"])
    assert [each["metadata"]["name"] for each in found] == ["default", "default-editor"]
    assert all(each["secrets"] == [{"name": "models"}] for each in found)
    assert not any("imagePullSecrets" in each for each in found)
    without = service_accounts("research", [], context(), storage_secrets=["models"])
    assert [(each["metadata"]["name"], "secrets" in each) for each in without] == [
        ("default", True),
        ("default-editor", True),
        ("default-viewer", False),
    ]


def test_only_the_gateway_is_believed_about_who_asks() -> None:
    found = controller_objects("research", "alice@acme.com", IN_KUBEFLOW)
    [policy] = of_kind(found, "AuthorizationPolicy")
    for rule in policy["spec"]["rules"]:
        if any("headers" in each["key"] for each in rule.get("when", [])):
            assert rule["from"][0]["source"]["principals"]
