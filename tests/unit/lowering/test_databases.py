"""Databases outside the platform, for every release whose components take one."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.lowering.components import component_objects, lower_component
from compiler.lowering.patches import identity_of
from compiler.lowering.secrets import required_secrets
from compiler.model.platform import Installation, SecretsBackend
from tests.unit.lowering.installed import catalog, cluster, installation, platform

OWN = {
    "pipelines": {"mysql", "mysql-pv-claim", "mysql-secret", "ml-pipeline-mysql"},
    "katib": {"katib-mysql", "katib-mysql-secrets"},
    "model-registry": {"model-registry-db", "metadata-mysql", "model-registry-db-secrets"},
}
"""Names of what the release's own database consists of."""


def cases() -> list[tuple[str, str, str]]:
    return [
        (component, product, version)
        for component in OWN
        for product in ("kubeflow", "model-registry")
        for version in catalog().versions(product)
        if component in catalog().release(product, version).components
    ]


def lowered(one: Installation) -> Any:
    here = cluster([one], secrets=SecretsBackend("manual"))
    return lower_component(one, here, platform(here), catalog()).overlay


@pytest.mark.parametrize(("component", "product", "version"), cases())
def test_nothing_is_left_of_the_releases_own_database(component: str, product: str, version: str) -> None:
    database = {"type": "mysql", "host": "mysql.acme.com", "secretRef": "db"}
    one = installation(component, version, product, options={"database": database})
    overlay = lowered(one)
    removed = {
        (patch["target"]["kind"], patch["target"]["name"])
        for patch in overlay.fields["patches"]
        if isinstance(patch["patch"], dict) and patch["patch"].get("$patch") == "delete"
    }
    if overlay.bases[0].path == catalog().release(product, version).components[component].path or component != (
        "model-registry"
    ):
        held = {(each.kind, each.name) for each in component_objects(one, catalog()) if each.name in OWN[component]}
        assert held <= removed
    else:
        assert overlay.bases[0].path.endswith("/base")
    assert "mysql.acme.com" in str(overlay.fields["patches"])
    here = cluster([one], secrets=SecretsBackend("manual"))
    names = [secret.name for secret in required_secrets(one, here, platform(here))]
    assert "db" in names
    assert OWN[component].isdisjoint(names)


@pytest.mark.parametrize(("component", "product", "version"), cases())
def test_what_is_patched_is_there(component: str, product: str, version: str) -> None:
    database = {"type": "mysql", "host": "mysql.acme.com", "secretRef": "db"}
    plain, changed = (
        lowered(installation(component, version, product, options=options)) for options in ({}, {"database": database})
    )
    known = [identity_of(text) for text in catalog().release(product, version).components[component].objects]
    before = [patch["target"] for patch in plain.fields["patches"]]
    for patch in changed.fields["patches"]:
        target = patch["target"]
        if target in before or "name" not in target:
            continue
        assert any(each.kind == target["kind"] and each.name == target["name"] for each in known), target


def test_katib_takes_postgresql() -> None:
    database = {"type": "postgresql", "host": "10.0.0.5", "secretRef": "db", "name": "tuning"}
    overlay = lowered(installation("katib", "26.03", options={"database": database}))
    (patch,) = [each["patch"] for each in overlay.fields["patches"] if each["target"].get("name") == "katib-db-manager"]
    values = {entry["name"]: entry.get("value") for entry in patch[0]["value"]}
    assert values == {
        "DB_NAME": "postgres",
        "KATIB_POSTGRESQL_DB_HOST": "10.0.0.5",
        "KATIB_POSTGRESQL_DB_PORT": "5432",
        "KATIB_POSTGRESQL_DB_DATABASE": "tuning",
        "DB_USER": None,
        "DB_PASSWORD": None,
    }
