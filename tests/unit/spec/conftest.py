"""Documents for tests of the spec stage, made by the real loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.source.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.source.document import Document


@pytest.fixture
def document() -> Callable[[str], Document]:
    """Return a function from text to a document; a text that the loader complains about is a bug of the test."""

    def make(text: str) -> Document:
        loaded, findings = load(text.encode(), "platform.yaml")
        assert loaded is not None
        assert findings == []
        return loaded

    return make
