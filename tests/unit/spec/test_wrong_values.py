"""What is written at a place as another tool wants it is answered with what is to be written here."""

from __future__ import annotations

import pytest

from tests.unit.spec.told import told


@pytest.mark.parametrize(
    ("was", "now", "code", "expected"),
    [
        ("max: 4}", "max: 4}, sharing: mig", "wrong-type", 'write `{strategy: mig, profile: "1g.10gb"}`'),
        ("max: 4}", "max: 4}, sharing: none", "wrong-type", "write `{strategy: none}`"),
        ("max: 4}", "max: 4}, sharing: {mps: 2}", "missing-key", "write `{strategy: mps, replicas: 4}`"),
        ("max: 4}", "max: 4}, sharing: {strategy: single}", "unknown-value", "write `strategy: mig`"),
        ("max: 4}", "max: 4}, sharing: {strategy: mig, layout: x}", "unknown-key", "one profile"),
        ("max: 4}", "max: 4}, sharing: {strategy: [mps], replicas: 2}", "unknown-value", "write one of none, "),
        ("nodes: {max: 4}", "nodes: 4", "wrong-type", "write `{max: 8}`, or `{min: 8, max: 8}`"),
        ("max: 4}", "max: 4}, gpusPerNode: 0.5", "wrong-type", "nodes have whole GPUs"),
    ],
)
def test_how_gpus_are_written_elsewhere_is_answered(was: str, now: str, code: str, expected: str) -> None:
    finding = told(was, now)
    assert finding.code == code
    assert expected in (finding.help or "")
