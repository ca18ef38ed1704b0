"""Values as one line of YAML, for help lines and fixes; knows no models."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@+~-]*(:[A-Za-z0-9_./@+~-]+)*")
_AMBIGUOUS = re.compile(r"(?i:true|false|yes|no|on|off|y|n|null)")


def flow(value: object) -> str:
    """Return a plain value as flow YAML that every YAML reader reads back alike; text that could be more is quoted."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) is not None and _AMBIGUOUS.fullmatch(value) is None
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
