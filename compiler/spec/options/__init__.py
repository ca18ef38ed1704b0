"""The components' own options: one module for each component that has some, named after its id.

Knows the modules by scanning this folder only, so that adding a component's options is adding one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.spec.base import StrictModel

_HERE = Path(__file__).parent


@cache
def options_model(component: str) -> type[StrictModel] | None:
    """Return the model of a component's own options; nothing when it has none.

    Raises: `ValueError` when the component's module has no `OPTIONS`.
    """
    module = component.replace("-", "_")
    if module.startswith("_") or not (_HERE / f"{module}.py").is_file():
        return None
    model: type[StrictModel] | None = getattr(import_module(f"{__name__}.{module}"), "OPTIONS", None)
    if model is None:
        raise ValueError(f"options of {component} are no model: {module}.py has no OPTIONS")
    return model


def options_models() -> Mapping[str, type[StrictModel]]:
    """Return the models of all components that have options, by id, sorted."""
    components = sorted(path.stem.replace("_", "-") for path in _HERE.glob("[a-z]*.py"))
    return {component: model for component in components if (model := options_model(component)) is not None}
