"""The JSON Schema as text: stable, sound by the meta-schema, closed where the catalog is closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from compiler.spec.base import StrictModel
from compiler.spec.json_schema import platform_schema, schema_text
from compiler.spec.object_store import ObjectStoreSpec

SAMPLES = Path(__file__).parents[2] / "samples"

HEAD = """\
apiVersion: platform/v1alpha1
kind: Platform
metadata: {name: acme-ml}
gitops: {repoURL: https://github.com/acme/ml-platform.git}
"""

LAPTOP = """\
clusters:
  - {name: laptop, environment: dev, provider: k3d, kubernetes: "1.34"}
"""

PROVIDERS = {"gke": ("project", "region"), "k3d": ()}


class StoreOptions(StrictModel):
    """Options of a made-up component."""

    object_store: ObjectStoreSpec


def accepts(schema: dict[str, Any], text: str) -> bool:
    return not any(Draft202012Validator(schema).iter_errors(yaml.safe_load(text)))


def test_the_text_is_the_same_for_every_order_of_ids() -> None:
    one = schema_text(["b", "a"], ["y", "x"], ["t4", "a100"], {"k3d": (), "gke": ("region", "project")})
    two = schema_text({"a": 0, "b": 0}, {"x", "y"}, ("a100", "t4"), {"gke": ("project", "region"), "k3d": ()})
    assert one == two
    assert one.endswith("}\n")


def test_the_schema_is_sound_and_says_what_it_is() -> None:
    schema = json.loads(schema_text(["katib"], ["kubeflow"], ["nvidia-t4"], PROVIDERS, {"katib": StoreOptions}))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "Platform"
    assert "pydantic" not in json.dumps(schema)


def test_every_key_is_described() -> None:
    schema = platform_schema(["katib"], ["kubeflow"], ["nvidia-t4"], PROVIDERS)
    bare = [
        f"{name}.{key}"
        for name, definition in {"root": schema, **schema["$defs"]}.items()
        for key, value in definition.get("properties", {}).items()
        if "description" not in {**value, **schema["$defs"].get(value.get("$ref", "").removeprefix("#/$defs/"), {})}
    ]
    assert bare == []


def test_references_lead_somewhere() -> None:
    schema = platform_schema(["katib", "kueue"], ["kubeflow"], ["nvidia-t4"], PROVIDERS, {"katib": StoreOptions})
    text = json.dumps(schema)
    used = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert used <= set(schema["$defs"])


@pytest.mark.parametrize(
    ("lines", "is_fine"),
    [
        ("components: {katib: {}}", True),
        ("components: {katibb: {}}", False),
        ("versions: {istio: '1.28'}", True),
        ("versions: {kubeflow: 1.10}", False),
        ("gpuPools: [{name: a, cluster: laptop, accelerator: nvidia-future, nodes: {max: 1}}]", True),
        ("gpuPools: [{name: a, cluster: laptop, accelerator: '', nodes: {max: 1}}]", False),
    ],
)
def test_closed_and_open_sets(lines: str, is_fine: bool) -> None:
    schema = platform_schema(["katib"], ["kubeflow"], ["nvidia-t4"], PROVIDERS)
    assert accepts(schema, HEAD + LAPTOP + lines + "\n") is is_fine


@pytest.mark.parametrize(
    ("cluster", "is_fine"),
    [
        ("provider: k3d", True),
        ("provider: nimbus", False),
        ("provider: gke", False),
        ("provider: gke, region: europe-west4", False),
        ("provider: gke, region: europe-west4, project: acme-ml-prod", True),
    ],
)
def test_providers_ask_for_their_keys(cluster: str, is_fine: bool) -> None:
    schema = platform_schema(["katib"], ["kubeflow"], ["nvidia-t4"], PROVIDERS)
    text = HEAD + LAPTOP.replace("provider: k3d", cluster)
    assert accepts(schema, text) is is_fine
    assert accepts(platform_schema([], [], []), text)


@pytest.mark.parametrize(
    ("options", "is_fine"),
    [
        ("{objectStore: {type: gcs, bucket: acme}}", True),
        ("{objectStore: {type: gcs, bucket: acme}, enabled: true, patches: []}", True),
        ("{objectStore: {type: gcs}}", False),
        ("{bucket: acme}", False),
    ],
)
def test_options_close_a_component(options: str, is_fine: bool) -> None:
    schema = platform_schema(["katib", "pipelines"], [], [], PROVIDERS, {"pipelines": StoreOptions})
    assert accepts(schema, HEAD + LAPTOP + f"components: {{pipelines: {options}}}\n") is is_fine
    assert not accepts(schema, HEAD + LAPTOP + "components: {katib: {anything: 1}}\n")
    assert accepts(schema, HEAD + LAPTOP + "components: {katib: {enabled: false}}\n")


def test_the_committed_schema_takes_the_example() -> None:
    committed = json.loads((SAMPLES.parents[1] / "schemas" / "platform.schema.json").read_text())
    assert accepts(committed, (SAMPLES / "valid" / "contract-example.yaml").read_text())
