"""What kustomizations take from elsewhere: how it is written and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.catalog.importer.remotes import Address, Vendor, parse_address

RULES = {"kubernetes-sigs/jobset/manifests.yaml": "config/default"}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://github.com/o/r//base/x?ref=v1", ("https://github.com/o/r", "base/x", "v1", False)),
        ("https://github.com/o/r/base?ref=v1&timeout=90s", ("https://github.com/o/r", "base", "v1", False)),
        ("github.com/o/r/base?ref=main", ("https://github.com/o/r", "base", "main", False)),
        ("git@github.com:o/r.git//base?ref=v2", ("https://github.com/o/r", "base", "v2", False)),
        ("ssh://git@github.com/o/r//base?version=v3", ("https://github.com/o/r", "base", "v3", False)),
        ("https://gitlab.com/o/r//base", ("https://gitlab.com/o/r", "base", "HEAD", False)),
        (
            "https://raw.githubusercontent.com/o/r/v1.2/deploy/a.yaml",
            ("https://github.com/o/r", "deploy/a.yaml", "v1.2", False),
        ),
        (
            "https://github.com/kubernetes-sigs/jobset/releases/download/v0.10.1/manifests.yaml",
            ("https://github.com/kubernetes-sigs/jobset", "config/default", "v0.10.1", True),
        ),
        ("https://github.com/o/r/releases/download/v1/all.yaml", ("https://github.com/o/r", "", "v1", True)),
    ],
)
def test_addresses(text: str, address: tuple[str, str, str, bool]) -> None:
    assert parse_address(text, RULES) == Address(*address)


@pytest.mark.parametrize("text", ["../base", "deployment.yaml", "overlays/x", "./github.com"])
def test_local_entries_have_none(text: str) -> None:
    assert parse_address(text, RULES) is None


def test_a_tree_without_remotes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "kustomization.yaml").write_text("resources: [b, missing.yaml]\n")
    (tmp_path / "a" / "b" / "kustomization.yaml").write_text("resources: [../../a]\n")  # a circle ends
    before = {path: path.read_text() for path in tmp_path.rglob("*.yaml")}
    assert Vendor(tmp_path, tmp_path / "store", RULES).closure(tmp_path / "a") == ()
    assert {path: path.read_text() for path in tmp_path.rglob("*.yaml")} == before
