"""What a Kubernetes quantity amounts to, near enough to compare two of them; knows nothing of what is counted."""

from __future__ import annotations

_SUFFIXES = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60} | {
    suffix: 10.0**power
    for suffix, power in {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}.items()
}
"""Source: kubernetes/apimachinery pkg/api/resource/quantity.go."""


def amount(quantity: str) -> float | None:
    """Return a quantity as a number of its unit (cores, bytes, items), or nothing for what is no quantity."""
    for length in (2, 1):
        factor = _SUFFIXES.get(quantity[-length:])
        if factor is not None:
            number = quantity[:-length]
            break
    else:
        factor, number = 1.0, quantity
    try:
        return float(number) * factor
    except ValueError:
        return None
