"""Patterns of upstream paths."""

from __future__ import annotations

import pytest

from compiler.catalog.importer.globs import depth_below, matches


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("app*/katib", "apps/katib", True),
        ("app*/katib", "applications/katib", True),
        ("app*/katib", "apps/katib/base", False),
        ("app*/katib", "apps/x/katib", False),
        ("common/**/base", "common/base", True),
        ("common/**/base", "common/a/b/base", True),
        ("common/**/base", "common/a/bases", False),
        ("overlays/**", "overlays", True),
        ("overlays/**", "overlays/a/b", True),
        ("a.b/c", "axb/c", False),
    ],
)
def test_whole_paths(pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, path) is fits


def test_depth_counts_the_segments_that_a_root_covers() -> None:
    assert depth_below("app*/kserve", "apps/kserve/models-web-app/base") == 2
    assert depth_below("app*/kserve/models-web-app", "apps/kserve/models-web-app/base") == 3
    assert depth_below("app*/katib", "apps/kserve") is None
