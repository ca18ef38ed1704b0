"""Paths go together: what a path is made of can be told from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compiler.emit import layout


@pytest.mark.parametrize("directory", [layout.generated_directory, layout.overlay_directory])
def test_a_file_of_an_application_tells_its_unit(directory: Callable[[str, str], str]) -> None:
    assert layout.unit_of(f"{directory('prod-eu', 'team-vision')}/vision.yaml") == "prod-eu/team-vision"


@pytest.mark.parametrize(
    "path", [layout.INVENTORY, layout.LOCK, layout.SCHEMA, "generated/x", "generated/x/y", "other/x/y/z"]
)
def test_files_of_the_whole_tree_belong_to_no_unit(path: str) -> None:
    assert layout.unit_of(path) == ""
