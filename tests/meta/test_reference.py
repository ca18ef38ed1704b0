"""The reference page says what the schema says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_made_from_the_schema_as_it_is() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    schema = json.loads((ROOT / "schemas" / "platform.schema.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "platform-yaml.md").read_text(encoding="utf-8")
    assert page == module.reference(schema), "run: python tools/reference.py"
    for key in schema["properties"]:
        assert f"`{key}`" in page
