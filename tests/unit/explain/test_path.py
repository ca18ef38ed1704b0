"""Paths by index and by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.model import YamlPath, format_path
from compiler.explain.path import by_any, by_name, nearest_parent, parse_path
from compiler.source.document import Plain

DATA: Plain = {
    "teams": [
        {"name": "vision", "gpus": [{"pool": "a"}, {"pool": "b"}]},
        {"name": "vision.two", "members": [{"user": "bob@acme.com"}]},
    ],
    "extra": {"requests.nvidia.com/gpu": 1, "requests": {"x": 1}},
    "zones": ["eu-a", "eu-b"],
}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("teams", ("teams",)),
        ("teams[0].gpus[1].pool", ("teams", 0, "gpus", 1, "pool")),
        ("teams.vision.gpus.b", ("teams", 0, "gpus", 1)),
        ("teams.vision.two", ("teams", 1)),
        ("teams.vision.two.members.bob@acme.com.user", ("teams", 1, "members", 0, "user")),
        ("extra.requests.nvidia.com/gpu", ("extra", "requests.nvidia.com/gpu")),
        ("extra.requests.x", ("extra", "requests", "x")),
        ("zones.eu-b", ("zones", 1)),
        ("teams.*.members", ("teams", 1, "members")),
        ("teams.*.gpus.*.pool", ("teams", 0, "gpus", 0, "pool")),
        ("teams.*", ("teams", 0)),
        (".", ()),
    ],
)
def test_a_path_is_found(text: str, path: YamlPath) -> None:
    assert parse_path(text, DATA) == path


@pytest.mark.parametrize(
    "text",
    [
        "team",
        "teams[2]",
        "teams[x]",
        "teams[0",
        "teams.cv",
        "teams[0].gpus[0].pool.x",
        "[0]",
        "teams.*.owner",
        "extra.*",
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert parse_path(text, DATA) is None


def test_names_stand_in_for_indexes() -> None:
    assert by_name(("teams", 0, "gpus", 1, "pool"), DATA) == "teams.vision.gpus.b.pool"
    assert by_name(("zones", 0), DATA) == "zones.eu-a"
    assert by_name(("gone", 3), DATA) == "gone.3"


def test_stars_stand_in_for_indexes() -> None:
    assert by_any(("teams", 0, "gpus", 1, "pool")) == "teams.*.gpus.*.pool"
    assert parse_path(by_any(("teams", 1, "members", 0)), DATA) == ("teams", 1, "members", 0)


def test_the_nearest_parent_and_what_it_holds() -> None:
    assert nearest_parent("teams[0].gpu[1]", DATA) == (("teams", 0), ["teams[0].name", "teams[0].gpus"])
    assert nearest_parent("none", DATA) == ((), ["teams", "extra", "zones"])


_KEYS = st.text("ab.[]0-", min_size=1, max_size=4)
_TREES = st.recursive(
    st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=10,
)


@given(_TREES, st.text("ab.[]0-", max_size=12))
def test_any_text_is_a_path_or_is_not(data: Plain, text: str) -> None:
    found = parse_path(text, data)
    if found is not None:
        value = data
        for step in found:
            value = value[step]  # type: ignore[index]


_PLAIN_KEYS = st.text("ab", min_size=1, max_size=3)
_PLAIN_TREES = st.recursive(
    st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN_KEYS, inner, max_size=3),
    max_leaves=10,
)


@given(_PLAIN_TREES)
def test_every_path_is_read_back(data: Plain) -> None:
    def walk(value: Plain, path: YamlPath) -> None:
        assert parse_path(format_path(path), data) == path
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                walk(item, (*path, index))

    if isinstance(data, dict):
        walk(data, ())
