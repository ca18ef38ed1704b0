"""The keys of entries about workloads, and the patch they become."""

from __future__ import annotations

import pytest

from compiler.catalog.workload_entries import check_keys, pod_spec, workload_patch


@pytest.mark.parametrize(("entry", "said"), [({"a": 1, "c": 1}, "x.yaml: .* c$"), ({"b": 1}, "x.yaml: .* a$")])
def test_unknown_and_missing_keys_are_named(entry: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_keys("x.yaml", entry, {"a"}, {"b"})
    check_keys("x.yaml", {"a": 1, "b": 1}, {"a"}, {"b"})


def test_a_patch_says_the_workload_twice_and_the_change_once() -> None:
    patch = workload_patch("StatefulSet/x", pod_spec(hostNetwork=True))
    assert patch["target"] == {"kind": "StatefulSet", "name": "x"}
    assert patch["patch"]["kind"] == "StatefulSet"
    assert patch["patch"]["metadata"] == {"name": "x"}
    assert patch["patch"]["spec"] == {"template": {"spec": {"hostNetwork": True}}}
