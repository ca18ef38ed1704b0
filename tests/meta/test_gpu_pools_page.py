"""The page of GPU pools says what the compiler makes of them."""

from __future__ import annotations

from tests.meta.sources import ROOT
from tools.gpu_pools import gpu_pools_page


def test_the_page_is_made_from_what_the_compiler_makes() -> None:
    page = (ROOT / "docs" / "gpu-pools.md").read_text(encoding="utf-8")
    assert page == gpu_pools_page(), "run: python tools/gpu_pools.py"
