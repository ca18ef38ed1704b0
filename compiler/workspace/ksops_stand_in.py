"""Stands where kustomize looks for KSOPS, and passes encrypted Secrets on as they are: nothing is ever opened here.

Runs alone, as kustomize starts it: a ResourceList on stdin, one on stdout. Knows nothing of the compiler.
Source: viaduct-ai/kustomize-sops@v4.5.1 ksops.go (krm).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml


def passed_on(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the list of what stands in the files that a list's generators name, without what sops added."""
    files = [file for item in asked.get("items") or () for file in item.get("files") or ()]
    found = [yaml.safe_load(Path(file).read_text("utf-8")) for file in files]
    items = [{key: value for key, value in each.items() if key != "sops"} for each in found]
    return {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(passed_on(yaml.safe_load(sys.stdin)), default=str))
