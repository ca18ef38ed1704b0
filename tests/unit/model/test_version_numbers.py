"""The numbers of versions as they are written in the field."""

from __future__ import annotations

import pytest

from compiler.model.version_numbers import version_numbers


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("1.34", (1, 34)),
        ("v1.34.2-gke.7", (1, 34, 2)),
        ("1.34.2+k3s1", (1, 34, 2)),
        ("26.03.1", (26, 3, 1)),
        ("1.9.0-rc.1", (1, 9, 0)),
    ],
)
def test_only_the_version_itself_counts(version: str, numbers: tuple[int, ...]) -> None:
    assert version_numbers(version) == numbers
