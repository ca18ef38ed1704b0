"""Matches paths of upstream trees against glob patterns; knows nothing of what stands at the paths.

`*` stands for any text within one path segment, `**` for any number of segments.
"""

from __future__ import annotations

import re
from functools import cache

_SIGNS = {"**/": "(?:[^/]+/)*", "/**": "(?:/[^/]+)*", "*": "[^/]*"}


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|/\*\*|\*)", pattern)
    return re.compile("".join(_SIGNS.get(piece, re.escape(piece)) for piece in pieces))


def matches(pattern: str, path: str) -> bool:
    """Tell whether the whole path fits the pattern."""
    return _expression(pattern).fullmatch(path) is not None


def depth_below(pattern: str, path: str) -> int | None:
    """Return how many segments of `path` the pattern covers when it fits a leading part of it, else None."""
    segments = path.split("/")
    for count in range(len(segments), 0, -1):
        if matches(pattern, "/".join(segments[:count])):
            return count
    return None
