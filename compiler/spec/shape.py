"""The models as a tree of shapes, to say of any path what is expected there; knows no data and no findings.

Made from the models' annotations, and only when something is wrong (or, once a class, to place origins).
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import Discriminator, Tag
from pydantic.fields import FieldInfo

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen
from compiler.spec.base import StandIn, StrictModel
from compiler.spec.scalars import Kind


@frozen
class LeafShape:
    """A scalar: of a kind, one of some values, or of a plain type."""

    kind: Kind | None = None
    values: tuple[str, ...] = ()


@frozen
class ListShape:
    """A list of equal shapes."""

    item: Shape


@frozen
class MapShape:
    """A mapping with free keys."""

    value: Shape


@frozen
class ModelShape:
    """A mapping with known keys."""

    model: type[StrictModel]


@frozen
class ChoiceShape:
    """One of several shapes by tag. `key` is the key that holds the tag; without it, the form of the value decides."""

    key: str | None
    options: dict[str, Shape]


Shape = LeafShape | ListShape | MapShape | ModelShape | ChoiceShape


@frozen
class FieldShape:
    """One key of a model: its attribute, what is expected there, and what may stand in for it."""

    attribute: str
    shape: Shape
    required: bool
    stand_in: StandIn | None
    example: Any


@cache
def fields_of(model: type[StrictModel]) -> dict[str, FieldShape]:
    """Return the fields of a model by their key in YAML, in the order of the model."""
    found = {}
    for name, info in model.model_fields.items():
        metadata = [
            *info.metadata,
            *([Discriminator(info.discriminator)] if isinstance(info.discriminator, str) else []),
        ]
        if isinstance(info.discriminator, Discriminator):
            metadata.append(info.discriminator)
        stand_in = next((entry for entry in info.metadata if isinstance(entry, StandIn)), None)
        example = info.examples[0] if info.examples else None
        shape = _shape(info.annotation, tuple(metadata))
        found[info.alias or name] = FieldShape(name, shape, info.is_required(), stand_in, example)
    return found


@cache
def nested_attributes(model: type[StrictModel]) -> tuple[tuple[str, str], ...]:
    """Return attribute and key of each field of a model that may hold further models."""
    return tuple((field.attribute, key) for key, field in fields_of(model).items() if _holds_models(field.shape))


def _holds_models(shape: Shape) -> bool:
    match shape:
        case ModelShape():
            return True
        case ListShape(inner) | MapShape(inner):
            return _holds_models(inner)
        case ChoiceShape(options=options):
            return any(_holds_models(option) for option in options.values())
    return False


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *further = get_args(annotation)
        return _shape(inner, (*metadata, *further))
    if origin is Literal:
        return LeafShape(values=get_args(annotation))
    if origin in (Union, UnionType):
        options = [option for option in get_args(annotation) if option is not NoneType]
        return _shape(options[0], metadata) if len(options) == 1 else _choice(options, metadata)
    if origin is tuple:
        return ListShape(_shape(get_args(annotation)[0]))
    if origin is dict:
        return MapShape(_shape(get_args(annotation)[1]))
    if isinstance(annotation, type) and issubclass(annotation, StrictModel):
        return ModelShape(annotation)
    return LeafShape(kind=next((entry for entry in reversed(metadata) if isinstance(entry, Kind)), None))


def _choice(options: list[Any], metadata: tuple[Any, ...]) -> ChoiceShape:
    key: str | None = None
    for entry in metadata:
        discriminator = entry.discriminator if isinstance(entry, FieldInfo | Discriminator) else None
        if isinstance(discriminator, str):
            key = discriminator
    shapes: dict[str, Shape] = {}
    for option in options:
        shape = _shape(option)
        if key is None:
            tags = [entry.tag for entry in get_args(option)[1:] if isinstance(entry, Tag)]
        else:
            leaf = fields_of(shape.model)[key].shape if isinstance(shape, ModelShape) else LeafShape()
            tags = list(leaf.values) if isinstance(leaf, LeafShape) else []
        shapes.update(dict.fromkeys(tags, shape))
    return ChoiceShape(key, shapes)


@frozen
class Place:
    """A path with the shape expected at each of its steps: `shapes[n]` belongs to `path[:n]`, `None` is unknown."""

    path: YamlPath
    shapes: tuple[Shape | None, ...]

    @property
    def shape(self) -> Shape | None:
        """Return what is expected at the end of the path."""
        return self.shapes[-1]


def locate(model: type[StrictModel], loc: tuple[str | int, ...]) -> Place:
    """Return the place that a location of pydantic means: its union tags are no steps of a path."""
    path: list[str | int] = []
    shapes: list[Shape | None] = [ModelShape(model)]
    for step in loc:
        shape = shapes[-1]
        match shape:
            case ChoiceShape(options=options):
                shapes[-1] = options.get(str(step))
                continue
            case ModelShape(inner):
                field = fields_of(inner).get(str(step))
                following = field.shape if field else None
            case ListShape(item):
                following = item
            case MapShape(value):
                following = value
            case _:
                following = None
        path.append(step)
        shapes.append(following)
    return Place(tuple(path), tuple(shapes))
