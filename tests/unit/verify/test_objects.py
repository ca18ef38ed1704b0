"""Shape and ownership of rendered objects."""

from __future__ import annotations

import pytest

from compiler.model.manifest import Identity
from compiler.verify.objects import duplicates, malformation

GOOD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}


def test_a_good_object_is_well_formed() -> None:
    assert malformation(GOOD) is None
    assert malformation({**GOOD, "kind": "ClusterRole", "metadata": {"name": "system:Thing"}}) is None


@pytest.mark.parametrize(
    "manifest",
    [
        "text",
        {"kind": "ConfigMap", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "ConfigMap"},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "Upper"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "$(profile)"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a" * 254}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"on": True}}},
    ],
)
def test_what_is_no_object_is_told(manifest: object) -> None:
    assert malformation(manifest)


def test_an_object_in_two_applications_or_twice_in_one_is_found() -> None:
    other = {**GOOD, "metadata": {"name": "a", "namespace": "m"}}
    assert duplicates({"one": [GOOD, other], "two": [GOOD]}) == {Identity("", "ConfigMap", "n", "a"): ["one", "two"]}
    assert duplicates({"one": [GOOD, GOOD]}) == {Identity("", "ConfigMap", "n", "a"): ["one", "one"]}
    assert duplicates({"one": [GOOD], "two": [other]}) == {}
