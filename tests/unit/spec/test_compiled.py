"""The compiled models are fresh, and a file means the same by them as by the models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from compiler.source.loader import load
from compiler.spec import compiled
from compiler.spec.base import StrictModel
from compiler.spec.compile_models import compiled_models
from compiler.spec.compiled import FILE, accepts_options, read_platform
from compiler.spec.options import options_models
from compiler.spec.origins import place_origins
from compiler.spec.platform import PlatformSpec
from compiler.spec.validate import validate
from compiler.spec.written import Written, as_written

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*/*.yaml"))


def everything(value: object) -> object:
    """Return a spec as plain data with all that anybody may ask of it, whichever class holds it."""
    if isinstance(value, Written):
        return (
            type(value).__name__,
            value.origin,
            sorted(value.model_fields_set),
            {name: everything(getattr(value, name)) for name in value.keys_of()},
            getattr(value, "options", None),
            list(value.written()),
            value.nested_of(),
            value.rules,
        )
    if isinstance(value, dict):
        return {key: everything(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(everything(item) for item in value)
    return value


def by_the_models(data: dict[str, Any]) -> PlatformSpec | None:
    try:
        return PlatformSpec.model_validate(data)
    except ValidationError:
        return None


def test_the_file_is_fresh() -> None:
    assert FILE.read_bytes() == compiled_models(), "run: python -m compiler.spec.compile_models"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_both_forms_read_every_sample_alike(sample: Path) -> None:
    document, _ = load(sample.read_bytes(), sample.name)
    if document is None or not isinstance(document.data, dict):
        pytest.skip("no mapping comes of it")
    records, models = read_platform(document.data), by_the_models(document.data)
    assert (records is None) == (models is None)
    if records is None or models is None:
        return
    for spec in (records, models):
        place_origins(spec, (), {})
    assert StrictModel not in type(records).__mro__
    assert everything(records) == everything(models)
    dumped = models.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert json.dumps(as_written(records)) == json.dumps(as_written(models)) == json.dumps(dumped)


@pytest.mark.parametrize("component", options_models())
def test_options_are_accepted_as_by_their_model(component: str) -> None:
    assert accepts_options(component, {}) == _is_accepted(component, {})
    assert not accepts_options(component, {"noSuchOption": 1})


def _is_accepted(component: str, data: dict[str, Any]) -> bool:
    try:
        options_models()[component].model_validate(data)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("component", ["spark-operator", "platform", ""])
def test_components_without_options_are_left_to_the_models(component: str) -> None:
    assert not accepts_options(component, {})


@pytest.mark.parametrize("stale", ["pydantic_core", "sources"])
def test_what_was_compiled_from_others_is_not_used(stale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document, _ = load(next(path for path in SAMPLES if path.parent.name == "valid").read_bytes(), "platform.yaml")
    assert document is not None
    fresh, _ = validate(document)
    other = {**json.loads(FILE.read_bytes()), stale: "another"}
    monkeypatch.setattr(compiled, "_compiled", lambda: other)
    compiled._validator.cache_clear()
    try:
        by_models, findings = validate(document)
    finally:
        compiled._validator.cache_clear()
    assert fresh is not None
    assert by_models is not None
    assert findings == []
    assert isinstance(by_models.spec, StrictModel)
    assert everything(by_models.spec) == everything(fresh.spec)


@pytest.mark.real(reason="what a process imports is the subject")
def test_a_sound_file_imports_no_pydantic() -> None:
    sample = next(path for path in SAMPLES if path.parent.name == "valid")
    program = (
        "import sys; from pathlib import Path; from compiler.source.loader import load; "
        "from compiler.spec.validate import validate; "
        f"assert validate(load(Path({str(sample)!r}).read_bytes(), 'x')[0])[0]; "
        "assert 'pydantic' not in sys.modules, 'pydantic was imported'"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
