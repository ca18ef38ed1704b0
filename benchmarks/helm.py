"""Owns the Helm chart of the same objects; it is as kind to Helm as can be, with texts that need no templating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler.emit.yaml import dump


def write_chart(folder: Path, charts: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write a Helm chart with one template for each file. `{{` in a text is escaped, so that Helm prints it."""
    templates = folder / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 0.1.0\n", encoding="utf-8")
    for path, objects in charts.items():
        text = dump(objects, "").decode().replace("{{", '{{ "{{" }}')
        (templates / path.replace("/", "--")).write_text(text, encoding="utf-8")
