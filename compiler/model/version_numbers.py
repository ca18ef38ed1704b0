"""The numbers of a version, to compare with the first one that has a feature; knows no product and no order of eras."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+")


def version_numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version in order, e.g. `(1, 34, 2)` of `v1.34.2-gke.7`; Kubeflow's order is theirs.

    What follows the first `-` or `+` is a vendor's or a stage, and does not count.
    """
    return tuple(int(number) for number in _NUMBER.findall(version.partition("-")[0].partition("+")[0]))
