"""Second pass of validation: the options of each component against the component's own model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Fix, YamlPath, error
from compiler.diagnostics.suggest import Patience, nearest
from compiler.source.document import Document
from compiler.spec.compiled import accepts_options
from compiler.spec.options import options_model
from compiler.spec.validate import Validated, validate_options

if TYPE_CHECKING:
    from compiler.spec.base import StrictModel
    from compiler.spec.component import ComponentSpec

_OF_EVERY_COMPONENT = ("enabled", "existing", "patches")


def validate_component_options(validated: Validated, document: Document) -> list[Diagnostic]:
    """Return what is wrong with the options of components, the platform's and each cluster's.

    Reports: `unknown-key` for a component that has no options, and everything that `validate_options` reports.
    """
    findings: list[Diagnostic] = []
    patience = Patience()
    for component, entry, path in _entries(validated):
        if not entry.options or accepts_options(component, dict(entry.options)):
            continue
        model = options_model(component)
        if model is None:
            written = {key for key in _OF_EVERY_COMPONENT if document.range_of((*path, key)) is not None}
            findings += (_no_options(component, (*path, key), written, patience) for key in entry.options)
        else:
            common = _meant_for_every_component(model, entry.options, patience)
            written = {key for key in _OF_EVERY_COMPONENT if document.range_of((*path, key)) is not None}
            findings += (_no_options(component, (*path, key), written, patience) for key in common)
            options = {key: value for key, value in entry.options.items() if key not in common}
            findings += validate_options(component, model, options, path, document=document)[1]
    return findings


def _meant_for_every_component(model: type[StrictModel], options: Collection[str], patience: Patience) -> list[str]:
    """Return the keys that are misspelt ones of every component: nearer to those than to the component's own."""
    from compiler.spec.shape import fields_of

    own = tuple(fields_of(model))
    unknown = [key for key in options if key not in own and key not in model.hints]
    found = {key: nearest(key, (*own, *_OF_EVERY_COMPONENT), 1, patience) for key in unknown}
    return [key for key, close in found.items() if close and close[0] in _OF_EVERY_COMPONENT]


def _entries(validated: Validated) -> Iterator[tuple[str, ComponentSpec, YamlPath]]:
    spec = validated.spec
    owners: list[tuple[Mapping[str, ComponentSpec], YamlPath]] = [(spec.components, ())]
    owners += [(cluster.components, cluster.origin) for cluster in spec.clusters]
    for components, origin in owners:
        for component, entry in components.items():
            yield component, entry, (*origin, "components", component)


def _no_options(component: str, path: YamlPath, entry: Collection[str], patience: Patience) -> Diagnostic:

    close = nearest(str(path[-1]), _OF_EVERY_COMPONENT, 1, patience)
    return error(
        "unknown-key",
        f"{component} has no option {path[-1]}",
        path,
        at_key=True,
        help=f"did you mean `{close[0]}`?" if close else f"{component} takes {', '.join(_OF_EVERY_COMPONENT)} only",
        fix=Fix(path, close[0], at_key=True) if close and close[0] not in entry else None,
    )
