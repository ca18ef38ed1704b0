"""The components' own options: each is read by the component's overlay or by teams, and the overlay reads no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from compiler.catalog.load import Catalog
from compiler.catalog.overlay import COMPILED
from compiler.spec.options import options_model, options_models
from compiler.spec.validate import validate_options

READ_BY_CHARTS = "options.values"
"""Values of a chart are merged into it as a whole."""
READ_BY_TEAMS = {"profiles": {"options.workloadIdentity"}}
"""Options that stand in the objects of teams; tests/unit/lowering/test_context.py says that they are read."""


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}.{field.alias or name}"
        inner = list(_models(field.annotation))
        if not inner:
            yield path
        for each in inner:
            yield from _leaves(each, path)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated):
        for inner in get_args(annotation):
            yield from _models(inner)


def _read(component: str) -> set[str]:
    overlays = json.loads(COMPILED.read_text(encoding="utf-8"))
    return set(re.findall(r'"(options\.[A-Za-z.]+)"', json.dumps(overlays.get(component, {}))))


def test_options_belong_to_components() -> None:
    assert set(options_models()) <= set(Catalog().component_ids())
    assert options_model("no-such-component") is None


@pytest.mark.parametrize("component", Catalog().component_ids())
def test_an_overlay_reads_only_options_that_exist(component: str) -> None:
    model = options_model(component)
    known = set(_leaves(model, "options")) if model else set()
    assert _read(component) <= known


@pytest.mark.parametrize("component", sorted(options_models()))
def test_every_option_is_read(component: str) -> None:
    model = options_models()[component]
    unread = {path for path in _leaves(model, "options") if path != READ_BY_CHARTS} - _read(component)
    assert unread == READ_BY_TEAMS.get(component, set())


@pytest.mark.parametrize(
    ("component", "written"),
    [
        ("notebook-controller", {"culling": {"idle": "2h", "checkEvery": "5m"}}),
        (
            "pipelines",
            {"objectStore": {"type": "s3", "bucket": "acme-kfp", "region": "eu-west-1", "secretRef": "kfp-s3"}},
        ),
        ("kserve", {"deploymentMode": "RawDeployment", "domain": "models.acme.com"}),
        ("central-dashboard", {"registrationFlow": False}),
        ("gpu-operator", {"values": {"driver": {"version": "570.1"}}}),
    ],
)
def test_options_as_people_write_them_are_fine(component: str, written: dict[str, Any]) -> None:
    options, findings = validate_options(component, options_models()[component], written, ("components", component))
    assert findings == []
    assert options is not None


@pytest.mark.parametrize(
    ("component", "written", "code"),
    [
        ("notebook-controller", {"culling": {"idel": "2h"}}, "unknown-key"),
        ("kserve", {"deploymentMode": "serverless"}, "unknown-value"),
        ("central-dashboard", {"registrationFlow": "no"}, "wrong-type"),
    ],
)
def test_wrong_options_are_findings(component: str, written: dict[str, Any], code: str) -> None:
    _, findings = validate_options(component, options_models()[component], written, ("components", component))
    assert [finding.code for finding in findings] == [code]
