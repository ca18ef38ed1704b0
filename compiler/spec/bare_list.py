"""A list without brackets inside `{...}`: of `{clusters: dev, prod}` YAML makes a key `clusters` and a key `prod`.

Knows shapes and the text; makes no finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from compiler.diagnostics.model import YamlPath
from compiler.frozen import frozen
from compiler.source.document import Document
from compiler.spec.base import StrictModel
from compiler.spec.shape import fields_of
from compiler.spec.wording import is_scalar_list


@frozen
class BareList:
    """The list that was meant at the key `head`, and `text`, which is the mapping as it would be written then."""

    head: str
    items: tuple[str, ...]
    text: str


def bare_list(
    key: str, mapping: Mapping[str, object], model: type[StrictModel], at: YamlPath, document: Document | None
) -> BareList | None:
    """Return the list without brackets that `key` begins, or of which it is an item; nothing where it is neither.

    Args: `mapping` is of the shape `model` and stands at `at`. Items are unknown keys with neither
    colon nor value.
    """
    whole = document.range_of(at) if document else None
    if document is None or whole is None:
        return None
    text, known = document.text, fields_of(model)

    def is_bare(each: str) -> bool:
        if mapping[each] is not None or each in known:
            return False
        found = document.range_of((*at, each), at_key=True)
        return found is not None and text[found[1] :].lstrip()[:1] in {",", "}"}

    keys = list(mapping)
    position = keys.index(key)
    while position >= 0 and is_bare(keys[position]):
        position -= 1
    if position < 0:
        return None
    head, items = keys[position], tuple(takewhile(is_bare, keys[position + 1 :]))
    first = mapping[head]
    start = document.range_of((*at, head))
    if not items or start is None or not isinstance(first, str) or head not in known:
        return None
    end = document.range_of((*at, items[-1]), at_key=True)
    if end is None or not is_scalar_list(known[head].shape):
        return None
    written = f"{text[whole[0] : start[0]]}[{text[start[0] : end[1]]}]{text[end[1] : whole[1]]}"
    return BareList(head, (first, *items), written)
