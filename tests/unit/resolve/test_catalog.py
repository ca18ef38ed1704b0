"""The real catalog answers what resolving may ask, and the shape of that costs a run nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from compiler.catalog.load import Catalog
from compiler.resolve.catalog import Source


@pytest.mark.parametrize("name", [name for name in vars(Source) if not name.startswith("_")])
def test_the_catalog_answers(name: str) -> None:
    asked, answer = inspect.getattr_static(Source, name), inspect.getattr_static(Catalog, name)
    if callable(asked):
        assert set(inspect.signature(asked).parameters) <= set(inspect.signature(answer).parameters)
    else:
        assert not callable(answer)


@pytest.mark.real(reason="what is imported is known to a fresh interpreter alone")
def test_the_shape_is_not_there_in_a_run() -> None:
    code = "import sys, compiler.checks, compiler.resolve.resolve; print('compiler.resolve.catalog' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
