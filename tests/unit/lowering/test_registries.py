"""Pull secrets: where one is needed, and what fills it."""

from __future__ import annotations

import json

import pytest

from compiler.lowering.registries import missing_pull_secrets, pull_secret_objects, pull_secrets
from compiler.lowering.team_secrets import team_files
from compiler.model.platform import Registry, SecretsBackend
from tests.unit.lowering.declared import context, namespace, tenant

STORE = SecretsBackend("external-secrets", "ClusterSecretStore", "vault")
ECR = Registry("ecr", {"account": "123456789012", "region": "eu-west-1"}, ())


@pytest.mark.parametrize(
    ("registry", "provider", "name"),
    [
        (ECR, "eks", None),
        (ECR, "gke", "pull-ecr-123456789012-eu-west-1"),
        (Registry("gar", {"project": "acme", "region": "europe"}, ()), "gke", None),
        (Registry("gar", {"project": "acme", "region": "europe"}, ()), "eks", "pull-gar-acme-europe"),
        (Registry("acr", {"name": "Acme"}, ()), "aks", None),
        (Registry("acr", {"name": "Acme"}, ()), "kind", "pull-acr-acme"),
        (Registry("ghcr", {}, ()), "kind", None),
        (Registry("ghcr", {"secretRef": "ghcr-token"}, ()), "gke", "ghcr-token"),
        (Registry("harbor", {"server": "h.acme.com", "secretRef": "harbor"}, ()), "gke", "harbor"),
        (Registry("generic", {"server": "r.acme.com", "secretRef": "r"}, ()), "gke", "r"),
    ],
)
def test_a_secret_is_needed_where_nodes_have_no_identity(registry: Registry, provider: str, name: str | None) -> None:
    found = pull_secrets([registry, registry], context(provider=provider))
    assert [each.name for each in found] == ([] if name is None else [name])


def test_only_external_secrets_fill_them() -> None:
    secrets = pull_secrets([ECR], context())
    assert pull_secret_objects("research", secrets, context()) == []


def test_what_was_sealed_for_a_namespace_is_brought_into_it() -> None:
    cluster = context(secrets=SecretsBackend("sealed-secrets"))
    vision = tenant(
        namespaces=[namespace("lab"), namespace("free")], registries=[Registry("ghcr", {"secretRef": "g"}, ())]
    )
    place = {"name": "g", "namespace": "lab"}
    written = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": place, "spec": {}}
    files = team_files(
        vision, cluster, {f"secrets/{cluster.cluster}/lab/{name}.yaml": written for name in ("g", "other")}
    )
    assert list(files) == [("lab", "g")]
    secrets = pull_secrets(vision.registries, cluster)
    [brought] = pull_secret_objects("lab", secrets, cluster, files)
    assert brought["kind"] == "SealedSecret"
    assert pull_secret_objects("free", secrets, cluster, files) == []


def test_tokens_of_ecr_are_renewed_before_they_expire() -> None:
    cluster = context(secrets=STORE)
    token, secret = pull_secret_objects("research", pull_secrets([ECR], cluster), cluster)
    assert (token["kind"], token["spec"]) == ("ECRAuthorizationToken", {"region": "eu-west-1"})
    assert secret["apiVersion"] == "external-secrets.io/v1"
    assert secret["spec"]["refreshInterval"] == "6h0m0s"
    assert secret["spec"]["dataFrom"][0]["sourceRef"]["generatorRef"]["name"] == token["metadata"]["name"]
    [host] = json.loads(secret["spec"]["target"]["template"]["data"][".dockerconfigjson"])["auths"]
    assert host == "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def test_china_has_a_domain_of_its_own() -> None:
    cluster = context(secrets=STORE)
    china = Registry("ecr", {"account": "1", "region": "cn-north-1"}, ())
    _, secret = pull_secret_objects("research", pull_secrets([china], cluster), cluster)
    assert "1.dkr.ecr.cn-north-1.amazonaws.com.cn" in secret["spec"]["target"]["template"]["data"][".dockerconfigjson"]


def test_a_named_secret_is_copied_from_the_store() -> None:
    cluster = context(secrets=STORE)
    named = Registry("harbor", {"server": "h.acme.com", "secretRef": "harbor"}, ())
    [secret] = pull_secret_objects("research", pull_secrets([named], cluster), cluster)
    assert secret["metadata"] == {"name": "harbor", "namespace": "research"}
    assert secret["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "vault"}
    assert secret["spec"]["data"][0]["secretKey"] == ".dockerconfigjson"
    assert secret["spec"]["data"][0]["remoteRef"]["key"] == "harbor"
    assert "property" not in secret["spec"]["data"][0]["remoteRef"]
    assert secret["spec"]["target"]["template"]["type"] == "kubernetes.io/dockerconfigjson"
    storeless = context(secrets=SecretsBackend("external-secrets"))
    assert pull_secret_objects("research", pull_secrets([named], storeless), storeless) == []


def test_what_the_owner_must_provide_is_asked_for() -> None:
    harbor = Registry("harbor", {"server": "h.acme.com", "secretRef": "harbor"}, ())
    vision = tenant(namespaces=[namespace("serving"), namespace("lab")], registries=[ECR, harbor])
    by_hand = missing_pull_secrets(vision, context())
    assert [each["name"] for each in by_hand] == ["harbor", "pull-ecr-123456789012-eu-west-1"]
    assert {tuple(each["namespaces"]) for each in by_hand} == {("lab", "serving")}
    assert [each["registry"] for each in by_hand] == [
        "harbor (server h.acme.com)",
        "ecr (account 123456789012, region eu-west-1)",
    ]
    # Tokens of ECR are made in the cluster; the others come from the store.
    stored = missing_pull_secrets(vision, context(secrets=STORE))
    assert [each["name"] for each in stored] == ["harbor"]
    assert "store" in stored[0]["help"]
    assert missing_pull_secrets(tenant(namespaces=[namespace("lab")]), context()) == []
