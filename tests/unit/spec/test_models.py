"""The models as such: what they default to, what they cost nothing to leave out, and what they never take."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from compiler.spec.flow import flow
from compiler.spec.platform import PlatformSpec
from compiler.spec.rules import AtLeastOne, AtMost, ExactlyOne, Needs
from compiler.spec.shape import LeafShape, ListShape, MapShape, ModelShape, Shape, fields_of

MINIMAL = {
    "apiVersion": "platform/v1alpha1",
    "kind": "Platform",
    "metadata": {"name": "a"},
    "gitops": {"repoURL": "https://h/p"},
    "clusters": [],
}


def models(shape: Shape, found: set[type] | None = None) -> set[type]:
    found = set() if found is None else found
    match shape:
        case ModelShape(model) if model not in found:
            found.add(model)
            for field in fields_of(model).values():
                models(field.shape, found)
        case ListShape(inner) | MapShape(inner):
            models(inner, found)
        case LeafShape() | ModelShape():
            pass
        case _:
            for option in shape.options.values():
                models(option, found)
    return found


def test_defaults() -> None:
    spec = PlatformSpec.model_validate(MINIMAL)
    assert spec.distribution == "kubeflow"
    assert (spec.gitops.revision, spec.gitops.argocd.namespace, spec.gitops.argocd.hub) == ("main", "argocd", None)
    assert (spec.gitops.sync.automated, spec.gitops.sync.prune, spec.gitops.sync.self_heal) == (True, True, True)


def test_specs_do_not_change() -> None:
    spec = PlatformSpec.model_validate(MINIMAL)
    with pytest.raises(ValidationError):
        spec.metadata.name = "b"


@pytest.mark.parametrize("key", ["versions", "teams", "components"])
def test_nothing_takes_null(key: str) -> None:
    with pytest.raises(ValidationError):
        PlatformSpec.model_validate({**MINIMAL, key: None})


def test_every_model_has_examples_where_a_key_is_required() -> None:
    """The help line of a missing key pastes the example; tags of a choice are named by the choice itself."""
    bare = []
    for model in models(ModelShape(PlatformSpec)):
        for key, field in fields_of(model).items():
            is_tag = isinstance(field.shape, LeafShape) and len(field.shape.values) > 0
            if field.required and field.example is None and not is_tag:
                bare.append(f"{model.__name__}.{key}")
    assert bare == []


def test_hints_do_not_shadow_keys_and_lead_to_keys() -> None:
    for model in models(ModelShape(PlatformSpec)):
        known = fields_of(model)
        for key, hint in model.hints.items():  # type: ignore[attr-defined]
            assert key not in known
            assert hint.key is None or hint.key in known


@pytest.mark.parametrize(
    ("rule", "fine", "broken"),
    [
        (ExactlyOne(("a", "b")), [{"a": 1}, {"b": 1, "c": 1}], [{}, {"a": 1, "b": 1}, {"c": 1}]),
        (ExactlyOne(("a",), otherwise="b"), [{"a": 1}, {"b": 1}, {"a": 1, "b": 1}], [{}, {"c": 1}]),
        (AtLeastOne(("a", "b")), [{"a": 1}, {"a": 1, "b": 1}], [{}, {"c": 1}]),
        (Needs("a", "b", "reason"), [{}, {"b": 1}, {"a": 1, "b": 1}], [{"a": 1}]),
        (AtMost("a", "b"), [{}, {"a": 1, "b": 1}, {"b": 0}], [{"a": 2, "b": 1}]),
    ],
)
def test_rules(rule: ExactlyOne, fine: list[dict[str, object]], broken: list[dict[str, object]]) -> None:
    assert [written for written in fine if rule.is_broken(written)] == []
    assert [written for written in broken if not rule.is_broken(written)] == []
    for written in broken:
        assert rule.message("a thing", written).startswith("a thing ")
        assert rule.help()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("main", "main"),
        ("1.10", '"1.10"'),
        ("yes", '"yes"'),
        ("a: b", '"a: b"'),
        ("", '""'),
        (["a", 1, True], "[a, 1, true]"),
        ({"user": "alice@example.com"}, "{user: alice@example.com}"),
        ({"repoURL": "https://h/p"}, "{repoURL: https://h/p}"),
    ],
)
def test_flow(value: object, text: str) -> None:
    assert flow(value) == text
