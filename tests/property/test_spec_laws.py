"""Laws of the spec stage, over mutations of a sound platform."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from compiler.diagnostics.model import YamlPath
from compiler.source.document import Document
from compiler.source.loader import load
from compiler.spec.json_schema import platform_schema
from compiler.spec.platform import PlatformSpec
from compiler.spec.validate import validate

EXAMPLE = yaml.safe_load(
    (Path(__file__).parents[1] / "samples" / "valid" / "contract-example.yaml").read_text(encoding="utf-8")
)
# With every component and provider, so that only what the models judge too is judged.
SCHEMA = platform_schema([], [], [])
for owner in (SCHEMA, SCHEMA["$defs"]["ClusterSpec"]):
    owner["properties"]["components"]["additionalProperties"] = {"$ref": "#/$defs/ComponentSpec"}
JUDGE = Draft202012Validator(SCHEMA)


def paths(value: Any, path: YamlPath = ()) -> list[YamlPath]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, item in steps for found in [(*path, step), *paths(item, (*path, step))]]


PATHS = paths(EXAMPLE)
KEYS = sorted({step for path in PATHS for step in path if isinstance(step, str)})
TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f\x85\u2028\u2029"), max_size=12
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**13),
    st.floats(-5, 1e6, allow_nan=False),
    st.sampled_from(["", "1.10", "a", "A_b", "a@b.co", "https://h/p", "64Gi", "prod", "viewer", "gke", *KEYS]),
    TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS) | TEXT, inner, max_size=3),
)
MUTATIONS = st.tuples(
    st.sampled_from(PATHS), st.sampled_from(["replace", "remove", "add"]), st.sampled_from(KEYS) | TEXT, VALUES
)


def mutate(data: Any, mutation: tuple[YamlPath, str, str, Any]) -> None:
    path, action, key, value = mutation
    target = data
    for step in path[:-1]:
        try:
            target = target[step]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    is_there = last in target if isinstance(target, dict) else isinstance(last, int) and last < len(target)
    if not isinstance(target, dict | list) or not is_there:
        return
    if action == "replace":
        target[last] = value  # type: ignore[index]  # a step that is there fits its container
    elif action == "remove":
        del target[last]  # type: ignore[arg-type]
    elif isinstance(target, dict):
        target[key] = value
    else:
        target.append(value)


def document(data: Any) -> Document | None:
    """Return the data as a document; JSON is YAML, so the real loader gives the places."""
    loaded, findings = load(json.dumps(data, ensure_ascii=False, indent=1).encode(), "platform.yaml")
    return loaded if not findings else None


def mutated(mutations: list[tuple[YamlPath, str, str, Any]]) -> Document | None:
    data = copy.deepcopy(EXAMPLE)
    for mutation in mutations:
        mutate(data, mutation)
    return document(data)


def is_only_for_the_models(data: Any) -> bool:
    """Return whether JSON Schema can't tell: 2.0 is an integer to it, and it compares no two values."""
    if isinstance(data, dict):
        pool = data.get("min"), data.get("max")
        compares = all(isinstance(bound, int) for bound in pool) and pool[0] > pool[1]  # type: ignore[operator]
        return compares or any(is_only_for_the_models(item) for item in data.values())
    if isinstance(data, list):
        return any(is_only_for_the_models(item) for item in data)
    return isinstance(data, float) and data.is_integer()


@given(st.lists(MUTATIONS, min_size=1, max_size=5))
def test_any_mistakes_give_findings_and_a_spec(mutations: list[tuple[YamlPath, str, str, Any]]) -> None:
    made = mutated(mutations)
    assume(made is not None)
    assert made is not None
    validated, findings = validate(made)
    assert validated is not None
    # The models' own spec, or the record that stands for it where there was no mistake.
    assert validated.spec.keys_of() == PlatformSpec.keys_of()
    assert bool(findings) == bool(validated.set_aside)
    lines = made.text.count("\n") + 1
    for finding in findings:
        assert finding.help
        span = made.span(finding.path, at_key=finding.at_key)
        assert 1 <= span.line <= span.end_line <= lines
        if finding.fix is not None:
            assert made.range_of(finding.fix.path, at_key=finding.fix.at_key) is not None
    assert len({(finding.code, finding.path) for finding in findings}) == len(findings)


@given(st.lists(MUTATIONS, min_size=1, max_size=2))
def test_models_and_json_schema_agree(mutations: list[tuple[YamlPath, str, str, Any]]) -> None:
    made = mutated(mutations)
    assume(made is not None)
    assert made is not None
    findings = validate(made)[1]
    refused = not JUDGE.is_valid(made.data)
    if is_only_for_the_models(made.data):
        assert findings or not refused
    else:
        assert refused == bool(findings)


@given(MUTATIONS, MUTATIONS)
def test_two_mistakes_apart_are_both_found(
    one: tuple[YamlPath, str, str, Any], two: tuple[YamlPath, str, str, Any]
) -> None:
    """What is found of two mistakes is what is found of each alone, unless one stands where the other does."""
    parents = one[0][:-1], two[0][:-1]
    shortest = min(len(parents[0]), len(parents[1]))
    assume(shortest > 0 and parents[0][:shortest] != parents[1][:shortest])
    # An item removed from a list moves those behind it.
    assume(all(mutation[1] != "remove" or isinstance(mutation[0][-1], str) for mutation in (one, two)))
    made = [mutated([one]), mutated([two]), mutated([one, two])]
    assume(all(item is not None for item in made))
    first, second, both = ({(f.code, f.path) for f in validate(item)[1]} for item in made if item is not None)
    assert both == first | second


@given(st.lists(MUTATIONS, min_size=1, max_size=3))
def test_origins_lead_to_the_items_themselves(mutations: list[tuple[YamlPath, str, str, Any]]) -> None:
    made = mutated(mutations)
    assume(made is not None)
    assert made is not None
    validated, _ = validate(made)
    assert validated is not None
    for team in validated.spec.teams:
        written: Any = made.data
        for step in team.origin:
            written = written[step] if not isinstance(written, dict) or step in written else None
            if written is None:
                break
        if written is None or validated.is_set_aside(team.origin):
            continue
        if not validated.is_set_aside((*team.origin, "name")):
            assert written["name"] == team.name
