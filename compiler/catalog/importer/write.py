"""Writes a derived entry as YAML, the same bytes for the same entry; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HEADER = (
    "# Derived from the repository by `python -m compiler catalog import`; derive it again instead of editing it.\n"
)


def entry_text(entry: Mapping[str, Any]) -> str:
    """Return the entry as the text of its file."""
    return HEADER + yaml.dump(
        dict(entry), Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1000
    )


def write_entry(entry: Mapping[str, Any], releases: Path) -> Path:
    """Write the entry below the folder of all releases and return its path."""
    path = releases / str(entry["product"]) / f"{entry['version']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(entry_text(entry), encoding="utf-8", newline="\n")
    return path


class _Dumper(yaml.CSafeDumper):
    """The C dumper without aliases, so that equal parts stay readable."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True
