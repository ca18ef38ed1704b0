"""References, duplicates and hub rules of whole platforms; what is wrong is left out, and nothing is said twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.diagnostics.model import Severity
from compiler.model.platform import Claim, Platform
from compiler.resolve import resolve
from compiler.resolve.reserved import component_namespaces
from compiler.source.loader import load
from compiler.spec.validate import validate
from tests.unit.resolve.fakes import CLUSTER, DAY, HEAD, catalog, codes, component, release, understand

TEAM = """\
teams:
  - name: vision
    owner: {user: alice@acme.com}
    namespaces: [{name: vision, clusters: [dev]}]
"""


def claims(platform: Platform) -> list[Claim]:
    return [claim for cluster in platform.clusters for tenant in cluster.tenants for claim in tenant.claims]


def test_a_sound_platform_has_no_findings() -> None:
    platform, _, findings = understand(CLUSTER + TEAM)
    assert findings == []
    assert [tenant.team for tenant in platform.clusters[0].tenants] == ["vision"]


@pytest.mark.parametrize(
    ("text", "code", "path", "near"),
    [
        (CLUSTER + TEAM.replace("[dev]", "[dve]"), "unknown-cluster",
         ("teams", 0, "namespaces", 0, "clusters", 0), "dev"),
        (CLUSTER + TEAM + "    gpus: [{pool: a10, nominal: 1}]\ngpuPools:\n"
         "  - {name: a100, cluster: dev, accelerator: nvidia-t4, nodes: {max: 1}}\n",
         "unknown-gpu-pool", ("teams", 0, "gpus", 0, "pool"), "a100"),
        (CLUSTER + TEAM + "namespaces: [{name: data, clusters: [dev], access: [{team: visio, role: editor}]}]\n",
         "unknown-team", ("namespaces", 0, "access", 0, "team"), "vision"),
        (CLUSTER.replace("kind,", "kidn,"), "unknown-provider", ("clusters", 0, "provider"), "kind"),
        (CLUSTER + "components: {jupyter-webapp: {}}\n", "unknown-component", ("components", "jupyter-webapp"),
         "jupyter-web-app"),
        (CLUSTER + 'versions: {kubeflw: "26.03"}\n', "unknown-product", ("versions", "kubeflw"), "kubeflow"),
        (CLUSTER + "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t5, nodes: {max: 1}}]\n",
         "unknown-accelerator", ("gpuPools", 0, "accelerator"), "nvidia-t4"),
        (CLUSTER + "gpuPools: [{name: t4, cluster: deb, accelerator: nvidia-t4, nodes: {max: 1}}]\n",
         "unknown-cluster", ("gpuPools", 0, "cluster"), "dev"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_told_with_the_nearest_one(
    text: str, code: str, path: tuple[str | int, ...], near: str
) -> None:
    _, _, findings = understand(text)
    assert codes(findings) == [code]
    assert findings[0].path == path
    assert near in (findings[0].help or "")


def test_a_cloud_s_own_label_is_suggested_away() -> None:
    text = CLUSTER + "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-tesla-t4, nodes: {max: 1}}]\n"
    _, _, (finding,) = understand(text)
    assert finding.code == "unknown-accelerator"
    assert finding.fix is not None
    assert finding.fix.replacement == "nvidia-t4"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CLUSTER + CLUSTER.removeprefix("clusters:\n"), "duplicate-cluster"),
        (CLUSTER + TEAM + TEAM.removeprefix("teams:\n").replace("{name: vision, c", "{name: other, c"),
         "duplicate-team"),
        (CLUSTER + "gpuPools:\n" + "  - {name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 1}}\n" * 2,
         "duplicate-gpu-pool"),
        (CLUSTER + TEAM + "namespaces: [{name: vision, clusters: [dev]}]\n", "duplicate-namespace"),
        (CLUSTER + TEAM.replace("[dev]", "[dev, dev]"), "repeated-cluster"),
        (CLUSTER + TEAM.replace("[{name: vision, clusters: [dev]}]",
                                "[{name: vision, clusters: [dev]}, {name: vision, clusters: [dev]}]"),
         "duplicate-namespace"),
    ],
)  # fmt: skip
def test_a_name_that_is_used_twice_points_to_the_first(text: str, code: str) -> None:
    _, _, findings = understand(text)
    assert codes(findings) == [code]
    if code != "repeated-cluster":
        assert findings[0].related


def test_one_namespace_on_two_clusters_is_no_duplicate() -> None:
    text = CLUSTER + '  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}\n'
    _, _, findings = understand(text + TEAM.replace("[dev]", "[dev, two]"))
    assert findings == []


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-anything", "argocd", "istio-system", "kueue-system"])
def test_reserved_namespaces_are_refused_and_left_out(name: str) -> None:
    text = CLUSTER + TEAM.replace("{name: vision, c", f"{{name: {name}, c") + "components: {kueue: {}}\n"
    platform, _, findings = understand(text)
    assert codes(findings) == ["reserved-namespace"]
    assert platform.clusters[0].tenants == ()


def test_a_pool_on_a_cluster_without_a_namespace_of_the_team_is_out_of_reach() -> None:
    text = CLUSTER + '  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}\n' + TEAM
    text += "    gpus: [{pool: t4, nominal: 1}]\n"
    text += "gpuPools: [{name: t4, cluster: two, accelerator: nvidia-t4, nodes: {max: 1}}]\n"
    platform, _, (finding,) = understand(text)
    assert finding.code == "pool-out-of-reach"
    assert "two" in (finding.help or "")
    assert claims(platform) == []


def test_a_pool_that_is_claimed_twice_is_claimed_once() -> None:
    text = CLUSTER + TEAM + "    gpus: [{pool: t4, nominal: 1}, {pool: t4, nominal: 2}]\n"
    text += "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 9}}]\n"
    platform, _, findings = understand(text)
    assert codes(findings) == ["duplicate-claim"]
    assert [claim.nominal for claim in claims(platform)] == [1]


def test_an_access_never_gives_more_than_the_member_has() -> None:
    text = CLUSTER + TEAM + "    members: [{user: bob@acme.com, role: viewer}, {user: eve@acme.com, role: admin}]\n"
    text += "namespaces: [{name: data, clusters: [dev], access: [{team: vision, role: editor}]}]\n"
    platform, _, _ = understand(text)
    (access,) = platform.clusters[0].shared_namespaces[0].access
    assert {member.name: member.role for member in access.members} == {
        "alice@acme.com": "editor", "bob@acme.com": "viewer", "eve@acme.com": "editor",
    }  # fmt: skip


def test_a_member_who_is_named_twice_has_the_greater_role_once() -> None:
    text = CLUSTER + TEAM + "    members: [{user: bob@acme.com, role: viewer}, {user: bob@acme.com, role: editor}]\n"
    platform, _, _ = understand(text)
    members = platform.clusters[0].tenants[0].members
    assert [(member.name, member.role) for member in members] == [
        ("alice@acme.com", "admin"), ("bob@acme.com", "editor"),
    ]  # fmt: skip


def test_quotas_carry_kubernetes_own_keys() -> None:
    quota = "quota: {cpu: 64, memory: 256Gi, storage: 2Ti, pods: 20, extra: {count/jobs.batch: 5}}"
    platform, _, _ = understand(CLUSTER + TEAM.replace("[dev]}", f"[dev], {quota}}}"))
    assert platform.clusters[0].tenants[0].namespaces[0].quota == {
        "count/jobs.batch": "5", "pods": "20", "requests.cpu": "64", "requests.memory": "256Gi",
        "requests.storage": "2Ti",
    }  # fmt: skip


HUB = "gitops: {repoURL: https://github.com/acme/ml-platform.git, argocd: {hub: %s}}\n"


def managed(hub: str | None, *servers: str) -> list[str]:
    head = HEAD if hub is None else HEAD[: HEAD.index("gitops:")] + HUB % hub
    rows = "".join(
        f'  - {{name: {name}, environment: dev, provider: k3d, kubernetes: "1.34"{server}}}\n'
        for name, server in zip(("ops", "edge"), servers, strict=True)
    )
    document, _ = load(f"{head}clusters:\n{rows}".encode(), "platform.yaml")
    assert document is not None
    validated, _ = validate(document)
    assert validated is not None
    _, _, findings = resolve(validated, catalog(), None, read=lambda _: None, as_of=DAY)
    return codes(findings)


SERVER = ", server: 'https://203.0.113.7'"


@pytest.mark.parametrize(
    ("hub", "servers", "expected"),
    [
        ("ops", ("", SERVER), []),
        (None, ("", ""), []),
        ("ops", ("", ""), ["missing-server"]),
        (None, ("", SERVER), ["unused-server"]),
        ("ops", (SERVER, SERVER), ["unused-server"]),
        ("opps", ("", SERVER), ["unknown-cluster"]),
    ],
)
def test_a_hub_reaches_every_other_cluster_by_its_server(
    hub: str | None, servers: tuple[str, str], expected: list[str]
) -> None:
    assert managed(hub, *servers) == expected


def test_what_was_reported_and_set_aside_makes_no_second_finding() -> None:
    text = HEAD + CLUSTER.replace('"1.34"', "1.34") + TEAM
    text += "    gpus: [{pool: t4, nominal: 1}]\n"
    text += "gpuPools: [{name: t4, cluster: dev, accelerator: nvidia-t4, nodes: {max: 1}}]\n"
    document, _ = load(text.encode(), "platform.yaml")
    assert document is not None
    validated, findings = validate(document)
    assert validated is not None
    assert len(findings) == 1
    _, _, more = resolve(validated, catalog(), None, read=lambda _: None, as_of=DAY)
    assert more == []


@pytest.mark.parametrize(
    ("provider", "fields", "expected"),
    [
        ("gke", "", ["missing-project", "missing-region"]),
        ("gke", ", project: acme-ml-prod, region: europe-west4", []),
        ("eks", "", ["missing-region"]),
        ("aks", "", ["missing-region"]),
        ("k3s", "", []),
    ],
)
def test_a_provider_says_what_it_needs(provider: str, fields: str, expected: list[str]) -> None:
    text = f'clusters: [{{name: dev, environment: dev, provider: {provider}, kubernetes: "1.34"{fields}}}]\n'
    _, _, findings = understand(text)
    assert codes(findings) == expected


_PLACES = {"gke": "project: acme-ml-prod, region: europe-west4", "eks": "region: eu-west-1"}


@pytest.mark.parametrize(
    ("provider", "version", "is_fine"),
    [
        ("gke", "1.34.2-gke.1655001", True),
        ("gke", "1.34.2-eks-1a2b3c", False),
        ("eks", "1.34.2-eks-1a2b3c", True),
        ("k3s", "1.34.2+k3s1", True),
        ("kind", "1.34.2+k3s1", False),
        ("kind", "1.34.2", True),
    ],
)
def test_a_suffix_belongs_to_its_provider(provider: str, version: str, is_fine: bool) -> None:
    text = (
        f"clusters: [{{name: dev, environment: dev, provider: {provider}, kubernetes: '{version}', "
        f"{_PLACES.get(provider, '')}}}]\n"
    )
    _, _, findings = understand(text)
    assert codes(findings) == ([] if is_fine else ["bad-kubernetes-version"])


@pytest.mark.parametrize(("length", "expected"), [(40, []), (41, ["bad-cluster-name"])])
def test_a_provider_s_limit_of_names_is_kept(length: int, expected: list[str]) -> None:
    text = (
        CLUSTER.replace("name: dev", f"name: {'a' * length}")
        .replace("kind,", "gke,")
        .replace('"1.34"', '"1.34", project: acme-ml-prod, region: europe-west4')
    )
    _, _, findings = understand(text)
    assert codes(findings) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("removed: [{team: vision, reason: x}]\n", ["removed-still-declared"]),
        ("removed: [{namespace: vision, cluster: dev, reason: x}]\n", ["removed-still-declared"]),
        ("removed: [{namespace: vision, cluster: gone, reason: x}]\n", ["unknown-removal"]),
        ("removed: [{namespace: vision, cluster: gone, reason: x}, {cluster: gone, reason: x}]\n", []),
        ("removed: [{component: katip, reason: x}]\n", ["unknown-removal"]),
        ("removed: [{component: katib, reason: x}]\n", []),
        ("removed: [{cluster: dev, reason: x}]\n", ["removed-still-declared"]),
        ("removed: [{team: old, reason: x}]\n", []),
        ("moved: [{from: {team: cv}, to: {team: vision}}]\n", []),
        ("moved: [{from: {team: vision}, to: {team: cv}}]\n", ["moved-from-still-declared", "moved-to-undeclared"]),
        ("moved: [{from: {team: a}, to: {team: b}}, {from: {team: b}, to: {team: vision}}]\n", ["moved-on"]),
        ("moved: [{from: {team: a}, to: {team: b}}, {from: {team: b}, to: {team: a}}]\n", ["moved-in-circle"]),
        ("moved: [{from: {team: vision}, to: {team: vision}}]\n", ["moved-in-circle"]),
        ("moved: [{from: {team: a}, to: {team: vision}}, {from: {team: a}, to: {team: vision}}]\n", ["moved-twice"]),
    ],
)
def test_removed_and_moved_are_held_against_what_is_declared(text: str, expected: list[str]) -> None:
    _, _, findings = understand(CLUSTER + TEAM + text)
    assert codes(findings) == expected


def test_every_finding_has_a_help_and_no_full_stop() -> None:
    text = (
        CLUSTER.replace("kind,", "gke,")
        + TEAM.replace("[dev]", "[dev, dve]")
        + "removed: [{team: vision, reason: x}]\n"
    )
    _, _, findings = understand(text)
    assert len(findings) > 3
    for finding in findings:
        assert finding.help, finding
        assert not finding.message.endswith(".")
        assert finding.severity is Severity.ERROR


def test_a_component_of_older_releases_leads_to_what_is_there_now() -> None:
    _, _, (finding,) = understand(CLUSTER + "components: {kfserving: {}}\n")
    assert finding.code == "unknown-component"
    assert finding.help == "write `kserve: {...}` if it is wanted"
    assert finding.fix is None


@pytest.mark.parametrize(("namespace", "owner"), [("kube-system", "Kubernetes"), ("istio-system", "Istio")])
def test_argo_cd_is_refused_the_namespaces_of_others_once(namespace: str, owner: str) -> None:
    text = CLUSTER + '  - {name: two, environment: dev, provider: k3d, kubernetes: "1.34"}\n'
    head = "gitops: {repoURL: https://github.com/acme/ml-platform.git}\n"
    own = f"gitops: {{repoURL: https://github.com/acme/ml-platform.git, argocd: {{namespace: {namespace}}}}}\n"
    document, _ = load((HEAD.replace(head, own) + text).encode(), "platform.yaml")
    assert document is not None
    validated, _ = validate(document)
    assert validated is not None
    _, _, (finding,) = resolve(validated, catalog(), None, read=lambda _: None, as_of=DAY)
    assert (finding.code, finding.path) == ("reserved-namespace", ("gitops", "argocd", "namespace"))
    assert owner in finding.message


def test_a_namespace_belongs_to_what_it_is_the_home_of() -> None:
    first = component("aardvark", namespaces=["katib-system"])
    home = component("katib", namespaces=["katib-system"])
    home = replace(home, namespaces_created={"katib-system": {}})
    assert component_namespaces([release("kubeflow", "1", first, home)]) == {"katib-system": "katib"}


def test_no_cluster_has_the_name_that_argo_cd_gives_its_own() -> None:
    _, _, findings = understand(CLUSTER.replace("name: dev", "name: in-cluster"))
    assert codes(findings) == ["cluster-name-taken"]


def test_istio_turned_off_under_its_gateway_is_told() -> None:
    parts = [component("kubeflow-istio-resources"), component("istio-install")]
    source = catalog(releases=[release("kubeflow", "26.03", *parts), *catalog().releases[-6:]])
    _, _, findings = understand(CLUSTER + "components: {istio-install: {enabled: false}}\n", source)
    assert codes(findings) == ["required-component-disabled"]
    _, _, findings = understand(CLUSTER + 'components: {istio-install: {existing: "1.28.0"}}\n', source)
    assert codes(findings) == []
