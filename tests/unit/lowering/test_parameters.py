"""Values by name, and how they are put into data."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.lowering.parameters import UnsetValueError, applies, put_in, seconds, text_of, values_of
from compiler.model.platform import Identity, Oidc, SecretsBackend, StaticUser
from tests.unit.lowering.installed import cluster, installation, platform

VALUES: dict[str, Any] = {
    "a": "x",
    "flag": True,
    "items": [1, 2],
    "url": "https://s3.acme.com:9000/path",
    "wait": "90s",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ({"k": [{"$from": "a"}]}, {"k": ["x"]}),
        ({"$from": "none", "else": {"$from": "a"}}, "x"),
        ({"$join": ["<", {"$from": "a"}, ">"]}, "<x>"),
        ({"$text": {"$from": "flag"}}, "true"),
        ({"$lines": ["one", {"$from": "a"}]}, "one\nx\n"),
        ({"$json": {"k": {"$from": "items"}}}, '{\n  "k": [\n    1,\n    2\n  ]\n}\n'),
        ({"$minutes": {"$from": "wait"}}, "2"),
        ({"$concat": [[0], {"$from": "items"}]}, [0, 1, 2]),
        ({"$mapping": [[{"$from": "a"}, 1], ["y", None]]}, {"x": 1, "y": None}),
        ({"$host": {"$from": "url"}}, "s3.acme.com:9000"),
        ({"$when": {"a": ["x"]}, "then": 1, "else": 2}, 1),
        ({"$when": {"a": ["z"]}, "then": 1, "else": 2}, 2),
        ({"from": [{"source": {}}]}, {"from": [{"source": {}}]}),
    ],
)
def test_a_value_is_put_in(template: object, expected: object) -> None:
    assert put_in(template, VALUES) == expected


def test_an_unset_value_is_said_by_name() -> None:
    with pytest.raises(UnsetValueError, match="none"):
        put_in({"k": {"$from": "none"}}, VALUES)


@pytest.mark.parametrize(
    ("when", "unless", "expected"),
    [
        ({}, {}, True),
        ({"a": ["x", "y"]}, {}, True),
        ({"a": ["y"]}, {}, False),
        ({"a": ["set"]}, {}, True),
        ({"none": ["set"]}, {}, False),
        ({}, {"a": ["x"]}, False),
        ({}, {"none": ["set"]}, True),
        ({"flag": ["true"]}, {}, True),
    ],
)
def test_a_condition_holds(when: Any, unless: Any, *, expected: bool) -> None:
    assert applies(when, unless, VALUES) is expected


@pytest.mark.parametrize(("duration", "expected"), [("2h", 7200), ("1h30m", 5400), ("90s", 90), ("0m", 0)])
def test_a_duration_in_seconds(duration: str, expected: int) -> None:
    assert seconds(duration) == expected


@pytest.mark.parametrize("text", ["", "2", "2 h", "h2", "1d"])
def test_another_text_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        seconds(text)


def test_text_as_kubernetes_writes_it() -> None:
    assert [text_of(value) for value in ("a", True, 3, {"k": [1]})] == ["a", "true", "3", '{"k":[1]}']


def _values(**changes: Any) -> Any:
    one = installation("dex", "26.03", options={"culling": {"idle": "2h"}})
    here = cluster([one], **changes)
    return values_of(one, here, platform(here))


def test_what_is_not_set_is_not_there() -> None:
    values = _values()
    assert "cluster.domain" not in values
    assert "identity.dexEnvironment" not in values
    assert values["options.culling.idle"] == "2h"
    assert values["options.culling"] == {"idle": "2h"}
    assert values["installed.dex"] == "true"


def test_further_settings_of_the_cluster_are_values() -> None:
    assert _values(parameters={"storageClass": "fast"})["cluster.storageClass"] == "fast"


@pytest.mark.parametrize(
    ("identity", "backend", "kind"),
    [
        (Identity(), "insecure-defaults", "upstream"),
        (Identity(), "manual", "none"),
        (Identity(static_users=(StaticUser("a@b.c", "hash-of-a"),)), "insecure-defaults", "static"),
        (Identity(oidc=Oidc("https://login.acme.com", "kubeflow", "oidc-client")), "manual", "oidc"),
    ],
)
def test_who_may_log_in(identity: Identity, backend: str, kind: str) -> None:
    assert _values(identity=identity, secrets=SecretsBackend(backend))["identity.kind"] == kind


def test_an_identity_provider_becomes_a_connector_whose_secret_is_a_variable() -> None:
    oidc = Oidc("https://login.acme.com", "kubeflow", "oidc-client")
    values = _values(identity=Identity(oidc=oidc), domain="ml.acme.com")
    (connector,) = values["identity.dexConnectors"]
    assert connector["config"]["redirectURI"] == "https://ml.acme.com/dex/callback"
    assert connector["config"]["clientSecret"] == f"${values['identity.dexEnvironment'][0]['name']}"
    assert values["identity.dexEnvironment"][0]["valueFrom"]["secretKeyRef"]["name"] == "oidc-client"
    assert values["identity.issuer"] == "https://ml.acme.com/dex"


def test_one_for_each_item_and_none_without_the_list() -> None:
    template = {"$lines": {"$each": "names", "give": {"$join": ["g, ", {"$from": "item"}]}}}
    assert put_in(template, {"names": ["a", "b"]}) == "g, a\ng, b\n"
    assert put_in(template, {}) == ""
