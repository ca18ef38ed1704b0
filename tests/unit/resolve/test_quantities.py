"""Quantities are compared by what they amount to."""

from __future__ import annotations

import pytest

from compiler.resolve.quantities import amount


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("64", 64), ("500m", 0.5), ("1k", 1000), ("2Ki", 2048), ("1.5Gi", 1.5 * 2**30), ("1e3", 1000), ("1E", 1e18)],
)
def test_a_quantity_amounts_to_its_number_times_its_suffix(quantity: str, value: float) -> None:
    assert amount(quantity) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "Gi", "12cores"])
def test_what_is_no_quantity_amounts_to_nothing(text: str) -> None:
    assert amount(text) is None
