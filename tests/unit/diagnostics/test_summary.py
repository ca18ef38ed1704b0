"""How many findings there are, in words."""

from __future__ import annotations

import pytest

from compiler.diagnostics.model import error, info, warning
from compiler.diagnostics.summary import Summary, summarize


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (Summary(), "no findings"),
        (Summary(1), "1 error"),
        (Summary(2, 1), "2 errors, 1 warning"),
        (Summary(0, 2, 1), "2 warnings, 1 info"),
        (Summary(1234, 0, 2), "1,234 errors, 2 infos"),
    ],
)
def test_the_line(summary: Summary, text: str) -> None:
    assert str(summary) == text


def test_each_severity_is_counted() -> None:
    assert summarize([error("a", "m"), info("b", "m"), warning("c", "m"), error("d", "m")]) == Summary(2, 1, 1)
