"""How kind clusters come to be, and what to know of their GPUs."""

from __future__ import annotations

from compiler.providers.base.creation import Creation
from compiler.providers.kind import PROVIDER


class _Kind(Creation):
    gpu_by_hand = PROVIDER.gpu_by_hand


CREATION = _Kind()
