"""Reads the YAML of other projects into plain data that JSON can hold; knows nothing of its meaning."""

from __future__ import annotations

from typing import Any

import yaml

_ODD = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"}


class _Loader(yaml.CSafeLoader):
    """The C loader for scalars as Kubernetes reads them: dates and a lone `=` are texts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _ODD]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Any:
    """Return the one document in the text as plain data."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - derives from the safe loader
